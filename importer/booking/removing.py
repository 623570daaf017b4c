"""Takes people off group bookings again, one at a time: each is read before, sent once, and looked for after.

Nobody is sent twice: what became of an answer that was lost is told by reading (API.md, 22). The first of a run shows
how the service shows such people; whatever else happens there stops the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from http import HTTPStatus

from importer.booking.crew import CarriedOut, RunWork
from importer.booking.holds import TRIES
from importer.booking.looking import with_removed
from importer.booking.removals import Seen, alone_text, listed, may_have_left, seen_after, staying, why_kept
from importer.booking.sentences import not_sure_text, removed_text
from importer.errors import ImporterError, RemovalError, as_ours
from importer.model import PROVIDER, Entry, EntryState, GroupBooking, Outcome, Progress, Status, Tell
from importer.model.examinations import LISTED, Learned
from importer.model.removals import Removal
from importer.service.port import AnswerLost, NotSent, Refused

logger = logging.getLogger(__name__)

MOST_REFUSALS = 3
"""After so many refusals in a row, the service refuses removals, and nobody else is tried."""

_MAY_BE_DONE = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE)
"""Refusals that may mean that they were taken off already, by this very request sent twice on its way."""


_OFF = (Seen.GONE, Seen.MARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalWork(RunWork):
    """``under_way_s`` is how long a removal may still be under way after it was sent. With ``may_empty`` also the only
    person of a session is taken off."""

    under_way_s: float
    may_empty: bool


def remove_all(removals: Sequence[Removal], work: RemovalWork, *, tell: Tell) -> CarriedOut:
    """Take these people off, in this order. Every one has an outcome afterwards, whatever happens."""
    remover = _Remover(work, len(removals), tell)
    left = list(removals)
    stopped_by: ImporterError | None = None
    try:
        while left and not work.stop.is_set():
            remover.remove(left[0])
            left.pop(0)
    except Exception as error:
        if not isinstance(error, ImporterError):
            logger.error("fault", extra={"run": work.run, "status": type(error).__name__})
        stopped_by = as_ours(error)
    told = {one.row for one in remover.outcomes}
    for one in left:
        if one.entry.row not in told:
            remover.add_untried(one)
    return CarriedOut(remover.outcomes, stopped_by, remover.learned)


class _Remover:
    """``learned`` is what answers have taught; ``is_proven``: a removal of this run was seen to be as it should."""

    def __init__(self, work: RemovalWork, total: int, tell: Tell) -> None:
        self.outcomes: list[Outcome] = []
        self.learned = Learned()
        self.is_proven = False
        self._work, self._total, self._tell = work, total, tell
        self._refusals = 0
        self._after: GroupBooking | None = None

    def remove(self, removal: Removal) -> None:
        """Read, decide, send once, and see what came of it."""
        work, entry = self._work, removal.entry
        booking = self._read(removal.booking)
        if booking is None:
            self._add(removal, Status.KEPT, f"{PROVIDER} did not show the session. Nothing was changed.", wants=True)
            return
        removal = replace(removal, booking=booking)
        one = listed(booking, entry)
        if one is None:
            self._not_there(removal)
        elif why := why_kept(removal, booking, one, self._known, work.zone):
            self._add(removal, Status.KEPT, why, wants=True)
        elif not work.may_empty and not staying(booking, (entry, *may_have_left(self._entries(removal)))):
            self._add(removal, Status.KEPT, alone_text(entry), wants=True)
        else:
            self._take_off(replace(removal, entry=self._sent(entry)))

    def add_untried(self, removal: Removal) -> None:
        """Of whom the turn did not come; or who was sent, and the run ended before the outcome was known."""
        entry = next((one for one in self._entries(removal) if one.id == removal.entry.id), removal.entry)
        if entry.state is EntryState.REMOVING:
            self._add_unsure(replace(removal, entry=entry))
        else:
            self._add(removal, Status.KEPT, f"The undo stopped before this person. {self._how_to_go_on}", wants=True)

    # Sent once

    def _sent(self, entry: Entry) -> Entry:
        """The first of two commits: from here on it is unknown whether they are there until the outcome is known."""
        work, now = self._work, self._work.clock()
        under_way = timedelta(seconds=work.under_way_s)
        return work.ledger.save(
            replace(
                entry,
                state=EntryState.REMOVING,
                removed_by=work.run,
                removed=now,
                settled_by=work.now_there() + under_way,
                settled_by_ours=now + under_way,
                told=None,
            )
        )

    def _take_off(self, removal: Removal) -> None:
        try:
            self._send(removal.entry)
        except AnswerLost as lost:
            self._lost(removal, str(lost))
        except NotSent:
            self._back(removal.entry)
            why = f"{PROVIDER} could not be reached. Nothing was changed. {self._how_to_go_on}"
            self._add(removal, Status.KEPT, why, wants=True)
        except Refused as refusal:
            self._refused(removal, refusal)
        except ImporterError:
            self._back(removal.entry)
            raise
        else:
            self._refusals = 0
            self._done(removal)

    def _send(self, entry: Entry) -> None:
        """One call; again only where it is known not to have been sent."""
        for attempt in range(TRIES):
            status = "done"
            try:
                return self._work.service.remove(entry.booking_id, entry.customer_booking_id)
            except NotSent:
                status = "not sent"
                self._work.pause(0.5 * 2**attempt)
            except BaseException as error:
                status = type(error).__name__
                raise
            finally:
                told = {"run": self._work.run, "row": entry.row.number, "status": status, "retries": attempt}
                logger.info("remove", extra=told)
        raise NotSent

    # What came of it

    def _done(self, removal: Removal) -> None:
        """A 2xx answer: the reading after it has to show exactly that, or what is known of this service."""
        seen = self._look(removal, is_one_enough=self.is_proven)
        if seen in _OFF or (seen is Seen.LISTED and self._lists_removed):
            self._off(removal, seen)
        elif seen is Seen.ODD:
            raise self._stopped(removal, "something else has changed on the session at the same time")
        else:
            raise self._stopped(removal, f"{PROVIDER} says that it is done, but lists them on the session as before")

    def _lost(self, removal: Removal, why: str) -> None:
        """No answer: only reading tells, and what it does not tell stays open. It is never sent again on a guess."""
        seen = self._look(removal)
        told = f"{PROVIDER} gave no clear answer: {why}."
        if seen in _OFF:
            self._off(removal, seen, f"We found this person removed. {PROVIDER}'s answer did not say so ({why}).")
            return
        self._add_unsure(removal, told)
        if seen is Seen.ODD or self._known.removed_are is None:
            raise RemovalError(f"{told} What came of this removal can't be seen. Nobody else was removed.")

    def _refused(self, removal: Removal, refusal: Refused) -> None:
        words = refusal.words.rstrip(".")
        seen = self._look(removal, is_waited=False)
        if seen in _OFF:
            self._off(removal, seen, f'{PROVIDER} refused this ("{words}"), but they are not on the session any more.')
            return
        if refusal.status in _MAY_BE_DONE and not self._known.removed_are_gone:
            told = f'{PROVIDER} refused this ("{words}"). It may have been done before.'
            self._add_unsure(removal, told)
            if self._known.removed_are is None:
                raise RemovalError(f"{told} What came of this removal can't be seen. Nobody else was removed.")
            return
        self._back(removal.entry)
        self._add(removal, Status.REFUSED, f"{words}.")
        self._refusals += 1
        if self._refusals == MOST_REFUSALS:
            raise RemovalError(f'{PROVIDER} refused {MOST_REFUSALS} people one after another: "{words}".')

    def _look(self, removal: Removal, *, is_one_enough: bool = False, is_waited: bool = True) -> Seen:
        """How readings show somebody who was sent, with growing pauses until they show that they are off.

        A reading may lag, or be cut short (API.md, 19): what is as before, or odd, counts only in the end.
        """
        for pause_s in (*(self._work.settle_pauses_s() if is_waited else ()), None):
            seen = self._seen(removal)
            if seen in _OFF and (is_one_enough or self._seen(removal) is seen):
                return seen
            if pause_s is None or self._work.stop.is_set() or (seen is Seen.LISTED and self._lists_removed):
                break
            self._work.pause(pause_s)
        return Seen.LISTED if seen in _OFF else seen

    def _seen(self, removal: Removal) -> Seen:
        self._after = self._read(removal.booking)
        return seen_after(removal.booking, self._after, removal.entry.customer_booking_id)

    def _off(self, removal: Removal, seen: Seen, message: str = "") -> None:
        work, id_ = self._work, removal.entry.customer_booking_id
        entry = work.ledger.save(replace(removal.entry, state=EntryState.REMOVED, removed=work.clock()))
        self.is_proven = True
        if self._after is not None:
            self._learn(Learned(removed_are=str(seen.value), cancelled_status=dict(self._after.ended).get(id_)))
        told = f"{message} {removed_text(entry, work.zone)}".strip()
        self._add(replace(removal, entry=entry), Status.REMOVED, told)

    def _stopped(self, removal: Removal, why: str) -> RemovalError:
        """It was done by its answer, and reading shows something else: nothing more is sent before a person looks.

        Who is not listed any more is off, whatever else has changed.
        """
        after, id_ = self._after, removal.entry.customer_booking_id
        if after is not None and {"", id_}.isdisjoint(one.customer_booking_id for one in after.people):
            entry = replace(removal.entry, state=EntryState.REMOVED, removed=self._work.clock())
            entry = self._work.ledger.save(entry)
            self._add(replace(removal, entry=entry), Status.REMOVED, removed_text(entry, self._work.zone))
        else:
            entry = self._work.ledger.save(replace(removal.entry, settled_by=None))
            self._add_unsure(replace(removal, entry=entry), "", wants=True)
        label = removal.booking.label(self._work.zone)
        return RemovalError(
            f"Stopped at {removal.entry.row}: {why} ({label}). Nobody else was removed. Look there in {PROVIDER}."
        )

    def _not_there(self, removal: Removal) -> None:
        """Nobody is absent by one reading (API.md, 19)."""
        again = self._read(removal.booking)
        booking, entry = removal.booking, removal.entry
        is_there = again is None or again.may_be_cut or listed(again, entry) is not None
        if is_there or booking.may_be_cut:
            why = f"{PROVIDER} did not list this person just now. Nothing was changed."
            self._add(removal, Status.KEPT, f"{why} {self._how_to_go_on}", wants=True)
            return
        entry = self._work.ledger.save(replace(entry, state=EntryState.TAKEN_OFF))
        self._add(replace(removal, entry=entry), Status.ALREADY_GONE)

    # Small things

    @property
    def _known(self) -> Learned:
        return self._work.known.joined(self.learned)

    @property
    def _lists_removed(self) -> bool:
        return self._known.removed_are == LISTED

    @property
    def _how_to_go_on(self) -> str:
        return f"To go on: roster resume {self._work.run}"

    def _learn(self, facts: Learned) -> None:
        self.learned = self.learned.joined(facts)

    def _read(self, booking: GroupBooking) -> GroupBooking | None:
        read = self._work.service.bookings([booking.id]).get(booking.id)
        if read is None:
            return None
        return with_removed(read.named_as(booking), self._work.ledger.entries([booking.id]))

    def _entries(self, removal: Removal) -> tuple[Entry, ...]:
        return self._work.ledger.entries([removal.booking.id])

    def _back(self, entry: Entry) -> None:
        """It is known that they were not taken off."""
        self._work.ledger.save(replace(entry, state=EntryState.BOOKED, removed=None))

    def _add_unsure(self, removal: Removal, told: str = "", *, wants: bool = False) -> None:
        work = self._work
        text = not_sure_text(removal.entry, work.zone, now=work.clock(), now_there=work.now_there())
        self._add(removal, Status.NOT_SURE_YET, f"{told} {text}".strip(), wants=wants)

    def _add(self, removal: Removal, status: Status, message: str = "", *, wants: bool = False) -> None:
        self.outcomes.append(removal_outcome(removal, status, message, self._work.zone, wants=wants))
        with suppress(OSError):
            self._tell(Progress("Removing", len(self.outcomes), self._total))
        about = {"run": self._work.run, "row": removal.entry.row.number, "booking_id": removal.booking.id}
        logger.info("outcome", extra=about | {"status": str(status)})


def removal_outcome(removal: Removal, status: Status, message: str, zone: tzinfo, *, wants: bool = False) -> Outcome:
    """The answer beside the row of somebody whom an undo was to take off. ``wants``: a person has to look at it."""
    entry = removal.entry
    return Outcome(
        row=entry.row,
        status=status,
        message=message,
        name=entry.name,
        session=removal.booking.label(zone),
        booking_id=entry.booking_id,
        customer_id=entry.customer_id,
        customer_booking_id=entry.customer_booking_id,
        handle=entry.handle,
        spaces=entry.spaces,
        needs_person=wants,
    )
