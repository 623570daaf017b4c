"""Pure: what a plan says beside a row, in the words of WORDS.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from importer.model import (
    CROSSED_OUT,
    FILTERED_OUT,
    HIDDEN,
    IN_HIDDEN_COLUMN,
    PROVIDER,
    STRUCK_THROUGH,
    UNTICKED,
    Attendee,
    Decision,
    Entry,
    EntryState,
    GroupBooking,
    Participant,
    RowRef,
    Severity,
    day_text,
    moment_text,
    time_text,
)
from importer.people.evidence import fold, of_attendee, of_entry, of_participant
from importer.people.settling import end_of

_DAY = timedelta(days=1)

CHOOSE = f'Choose "{Decision.SAME_PERSON}" or "{Decision.DIFFERENT_PERSON}" in the column "Import decision".'

CHANGE_THERE = f"Change it in {PROVIDER} if this one is right."

REMOVE_THERE = f"Remove them in {PROVIDER} if they are not coming."


def question_text(
    row: Participant,
    whom: Sequence[Entry | Attendee],
    listed_at: RowRef | None,
    asked_with: RowRef | None,
    followers: int,
    zone: tzinfo,
    *,
    is_own: Callable[[Entry], bool],
    is_answered: bool,
    decided_before: bool,
) -> str:
    """Asks about everybody from whom ``Different person`` would tell this row apart, and says what differs.

    An address is shown only of an entry that ``is_own``, the list's; another list's or the service's is not put there.
    ``is_answered``: the row's decision was asked for, but is not enough; else it stood there before this question, and
    where ``decided_before``, in the last import already. An answer counts for the row that is ``asked_with`` another,
    and for so many ``followers``, too.
    """
    names = [_whom_text(one, zone, _other_text(row, one, is_own)) for one in whom]
    names += [listed_at.seen_from(row.row)] if listed_at else []
    question = f"Is this the same person as {', or as '.join(names)}?"
    meant = f' "{Decision.SAME_PERSON}" means {_name_of(whom[0])}.' if len(whom) == 1 and listed_at else ""
    if row.decision is Decision.SAME_PERSON and is_answered:
        return f"{question} Which of these people is it? Write the name as it is there, then choose again."
    if row.decision:
        return f"{question} {_not_heard(row.decision, decided_before=decided_before)}"
    if asked_with:
        here = f'"{Decision.DIFFERENT_PERSON}" in {asked_with.seen_from(row.row)} counts for this row too.'
        return f"{question} {CHOOSE}{meant} {here}"
    if followers:
        others = "another row" if followers == 1 else f"{followers:,} other rows"
        return f'{question} {CHOOSE}{meant} "{Decision.DIFFERENT_PERSON}" here counts for {others} too.'
    return f"{question} {CHOOSE}{meant}"


def _typed(row: RowRef) -> str:
    """As a row is typed on the command line: a part of a list for several dates has a space."""
    return f'"{row.key}"' if " " in row.key else row.key


def duplicate_text(row: Participant, of: RowRef, *, decided_before: bool) -> str:
    again = f" {_not_heard(row.decision, decided_before=decided_before)}" if row.decision else ""
    return f"{_listed_twice_text(row, of, 'Delete one of the two rows.')}{again}"


def other_sheet_text(row: Participant, of: RowRef) -> str:
    """That somebody who is on two sheets is booked once."""
    return _listed_twice_text(row, of, "That row counts.")


def _listed_twice_text(row: Participant, of: RowRef, what_then: str) -> str:
    return (
        f"The same person as {of.seen_from(row.row)}, on the same session. {what_then} If they are two people, choose "
        f'"{Decision.DIFFERENT_PERSON}" in the column "Import decision".'
    )


def known_text(row: Participant, entry: Entry, booking: GroupBooking | None, zone: tzinfo) -> str:
    """Since when the person of a row is booked, or who said so; under which name, where the row has another; and when
    the session is by now, where the row says another time."""
    if entry.told and entry.state is EntryState.BOOKED:
        return (
            f"You told us on {day_text(entry.told, zone)} that this person is booked. If that was wrong: "
            f"roster resume {entry.run} --row {_typed(entry.row)} --is not-booked."
        )
    if not entry.slot_id:
        return "Already on this session (not through an import)."
    was = entry.name and fold(entry.name) != fold(row.name)
    booked = f"Booked {_when(entry, zone)}{f' (then named {entry.name})' if was else ''}."
    if booking is None or row.target.start is None or not row.target.is_before_move_of(booking):
        return booked
    then, is_now = moment_text(row.target.start, zone), moment_text(booking.start, zone)
    return f"{booked} The list says {then}, but the session was moved: it is now on {is_now}."


def other_places_text(row: Participant, entry: Entry, booked: int) -> str:
    """That the row asks for other places than are booked; empty where it doesn't.

    Of who is there, but not through an import, it is not known whether the row asks at all for as few as one place.
    """
    if row.spaces == booked or any(problem.field == "spaces" for problem in row.problems):
        return ""
    if row.spaces < booked and not entry.slot_id:
        return ""
    return f"{_places(booked)} booked, but this row asks for {row.spaces}. Change it in {PROVIDER}, or here."


def other_session_text(planned: GroupBooking, answered: GroupBooking, zone: tzinfo) -> str:
    """Of somebody who was booked just now: that their session was moved meanwhile; empty where it was not."""
    if (planned.start, planned.service_id) == (answered.start, answered.service_id):
        return ""
    was, is_now = planned.label(zone), answered.label(zone)
    return f"Booked, but the session was moved: it was {was}, and is now {is_now}. Ask if that suits this person."


def given_places_text(given: int, wanted: int) -> str:
    """Of somebody who was booked just now; empty where the places are as many as were wanted."""
    if given == wanted:
        return ""
    places = "1 place" if given == 1 else f"{given} places"
    return f"Booked, but with {places} instead of {wanted}. Put that right in {PROVIDER}."


def left_in_text(session: str) -> str:
    """That ``Leave out`` beside somebody booked does not remove them, and what does."""
    kept = f"this person still holds a place on {session}. {REMOVE_THERE}"
    return f'"{Decision.LEAVE_OUT}" does not remove anybody: {kept}'


def put_aside_text(how: str, session: str) -> str:
    """That to hide or strike through the row of somebody booked, or their own cell, or to write that they don't come,
    does not remove them."""
    if how in (HIDDEN, FILTERED_OUT, STRUCK_THROUGH):
        return f"The row is {how}, but this person still holds a place on {session}. {REMOVE_THERE}"
    if how in (CROSSED_OUT, IN_HIDDEN_COLUMN):
        return f"This is {how}, but this person still holds a place on {session}. {REMOVE_THERE}"
    return f"This person stands {how}, but still holds a place on {session}. {REMOVE_THERE}"


def left_out_text(row: Participant, still_held: str = "") -> str:
    """Why a row is left out: somebody decided it, or no session is ticked there; and who holds a place all the same."""
    is_unticked = any(problem.rule == UNTICKED for problem in row.problems)
    why = "Left out: no session is ticked in this row." if is_unticked else "Left out, as you decided."
    return f"{why} {still_held}".strip()


def still_held_text(held: Sequence[Entry], zone: tzinfo) -> str:
    """Who may be the person of a row that is left out, and is booked; empty where nobody is."""
    if not held:
        return ""
    names = " and ".join(_whom_text(one, zone) for one in held)
    holds = "still holds a place" if len(held) == 1 else "still hold their places"
    return f"{names} {holds} on this session. {REMOVE_THERE}"


def no_effect_text(decision: Decision, *, told_apart: bool) -> str:
    """That a decision does nothing beside somebody booked under this very name; ``told_apart``: as somebody else."""
    if told_apart:
        return (
            f'"{decision}" comes too late: this person was booked as a different person. If they are one, remove one '
            f"of the two bookings in {PROVIDER}."
        )
    own = " Another person of this name needs a row of their own." if decision is Decision.DIFFERENT_PERSON else ""
    return f'"{decision}" changes nothing here: this person is booked already.{own}'


def remade_text(session: str) -> str:
    """That the session of somebody booked is gone, and another fits what their row says."""
    return (
        f"The session that this person was booked on is cancelled or gone. Another fits this row: {session}. "
        f'To book this person there, choose "{Decision.BOOK}" in the column "Import decision".'
    )


def other_address_text(row: Participant, entry: Entry) -> str:
    """That the row has another e-mail or number than was booked, or one where none was; empty where it hasn't."""
    if entry.hash_key:
        return ""
    now, then = of_participant(row), of_entry(entry, same_roster=True)
    compared = (("e-mail", now.email, {then.email}), ("mobile", now.mobile, {then.mobile, then.phone}))
    other = [what for what, new, old in compared if new and old - {""} and new not in old]
    added = [what for what, new, old in compared if new and entry.slot_id and not old - {""}]
    changed = ""
    if other:
        is_not = "is not the one" if len(other) == 1 else "are not the ones"
        change = CHANGE_THERE if len(other) == 1 else f"Change them in {PROVIDER} if these are right."
        changed = f"The {' and the '.join(other)} in this row {is_not} we booked with. {change}"
    without = f"We booked without the {' and the '.join(added)} in this row. Add it in {PROVIDER}." if added else ""
    return " ".join(filter(None, (changed, without)))


def not_shown_text(entry: Entry, booking: GroupBooking) -> str:
    """That somebody whom we have booked is not among those whom their session lists, which settles nothing."""
    if not booking.may_be_cut:
        return "The session does not show this person yet. Import the list again in a few minutes."
    return (
        f"{PROVIDER} lists {len(booking.people)} people of this session, without this one. It may not list all. "
        f"Please look at its calendar, {_say_it(entry)}"
    )


def no_place_text(entry: Entry) -> str:
    """That an answer has booked somebody without telling who it is, and by now nobody is left there for it to be."""
    return f"{PROVIDER} shows no place of their own for this person. Look there, {_say_it(entry)}"


def not_sure_text(entry: Entry, zone: tzinfo, *, now: datetime, now_there: datetime | None) -> str:
    """Why it is not sure whether somebody is booked, and until when: by our clock, when the service's says so, too.

    That the two differ is said. Where it is a day since by ours, and not by the one there, that stands still or is no
    clock; and nobody is kept waiting for longer than a day: a person has to look.
    """
    is_removal = entry.state is EntryState.REMOVING
    whether = f"was removed by undo (import {entry.removed_by})" if is_removal else "is booked"
    differ = f" This computer's clock and {PROVIDER}'s differ." if _clocks_differ(now, now_there) else ""
    end, ours = end_of(entry, now=now, now_there=now_there), end_of(entry, now=now, now_there=None)
    if end is None or ours is None or ours <= now - _DAY or not now < end <= now + _DAY:
        differ = differ if end and end > now else ""
        return f"We don't know if this person {whether}.{differ} Look in {PROVIDER}, {_say_it(entry)}"
    until = time_text(end, zone, now=now)
    if is_removal:
        then = f"After {until}, type: roster resume {entry.removed_by}"
        return f"We don't know yet if this person {whether}.{differ} {then}"
    return (
        f"We don't know yet if this person {whether}. We will know after {until}: import the list again then. "
        f"Please don't add them by hand.{differ}"
    )


def within_text(end: datetime, now: datetime) -> str:
    """How long something may come yet, which ends by our clock at ``end``."""
    return "in the next minutes" if end <= now + _DAY else f"(this computer's clock and {PROVIDER}'s differ)"


def _clocks_differ(now: datetime, now_there: datetime | None) -> bool:
    """By more than the reading of a long list takes: the two are not asked at one moment."""
    return now_there is not None and abs(now - now_there) > timedelta(minutes=10)


def removed_text(entry: Entry, zone: tzinfo) -> str:
    """By whom somebody was removed from a session, and when, where that was done here; also who was to be booked again
    after that."""
    if entry.state in (EntryState.REMOVED, EntryState.NOT_BOOKED) and entry.removed:
        return f"Removed by undo (import {entry.removed_by}) on {day_text(entry.removed, zone)}."
    return "Removed from the session after we booked them."


def unread_text(count: int) -> str:
    """That people are on the session who can't be compared with anybody."""
    others = "1 other person on this session is" if count == 1 else f"{count} other people on this session are"
    whether = "it is this person" if count == 1 else "one of them is this person"
    return f"{PROVIDER} did not show who {others}. Look there if {whether}."


def refused_text(words: str, lapses: datetime, settled_by: datetime, zone: tzinfo, *, now: datetime) -> str:
    """That the service has refused a confirm, in its own words, and from when on it may be tried again."""
    return (
        f"{words.rstrip('.')}. {PROVIDER} may keep the place until {time_text(lapses, zone, now=now)}. "
        f"If this row has a mistake, correct it. Import the list again after {time_text(settled_by, zone, now=now)}."
    )


def under_way_text(entry: Entry) -> str:
    """Of whoever is to be on a session that somebody else was to start, where it is not known what became of that."""
    return (
        f"This session was to be started by {entry.row} of import {entry.run}. We don't know yet if that worked. "
        "Nobody else is sent meanwhile. Import the list again when that row is settled."
    )


def elsewhere_text(meant: str, answered: str) -> str:
    """That the answer to a confirm names another session."""
    return (
        f"Sent for session {meant}, but {PROVIDER} answered with session {answered}. "
        "Look there where this person is; nothing more is sent for them."
    )


def spoken_against_text(status: str) -> str:
    """That the answer to a confirm calls the booking cancelled, or the like."""
    return (
        f'{PROVIDER} answered, but called this booking "{status}". '
        "Look there if this person is booked; nothing more is sent for them."
    )


def doubtful_text(status: str) -> str:
    """That nobody here knows what the status of a session means."""
    shown = f'"{status}"' if status else "no status"
    return f"{PROVIDER} shows {shown} for this session. Look there if it takes place."


def warnings_text(person: Participant) -> str:
    """What is odd about a row that is booked all the same."""
    return " ".join(one.told for one in person.problems if one.severity is Severity.WARNING)


def _say_it(entry: Entry) -> str:
    if entry.state is EntryState.REMOVING:
        run, row = entry.removed_by, _typed(entry.row)
        return f"then say what you found: roster resume {run} --row {row} --is removed (or booked)."
    return f"then say what you found: roster resume {entry.run} --row {_typed(entry.row)} --is booked (or not-booked)."


def _not_heard(decision: Decision, *, decided_before: bool) -> str:
    why = "was used for this row before" if decided_before else "was chosen before we asked this"
    choose = CHOOSE if decision is Decision.BOOK else "Choose again in the results file."
    return f'"{decision}" {why}. {choose}'


def _name_of(one: Entry | Attendee) -> str:
    name = one.name if isinstance(one, Entry) else _record_name(one)
    return name or "the person who is booked"


def _record_name(one: Attendee) -> str:
    return f"{one.profile.first_name} {one.profile.last_name}".strip() if one.profile else ""


def _whom_text(one: Entry | Attendee, zone: tzinfo, other: str = "") -> str:
    if isinstance(one, Entry):
        booked = f"booked {_when(one, zone)}{other}{_gone_text(one, zone)}"
        return f"{one.name} ({booked})" if one.name else f"the person {booked}"
    return f"{_record_name(one) or 'a person without a name'} (already on this session{other}, not through an import)"


def _other_text(row: Participant, one: Entry | Attendee, is_own: Callable[[Entry], bool]) -> str:
    """What somebody has otherwise than a row that may mean them; empty where nothing differs, or they were purged."""
    if isinstance(one, Entry) and one.hash_key:
        return ""
    now = of_participant(row)
    then = of_entry(one, same_roster=True) if isinstance(one, Entry) else of_attendee(one, is_weak=False)
    shown = one if isinstance(one, Entry) and is_own(one) else None
    compared = (
        ("e-mail address", now.email, {then.email}, shown.email if shown else ""),
        ("mobile number", now.mobile, {then.mobile, then.phone}, shown.mobile if shown else ""),
        ("reference", now.reference, {then.reference}, shown.reference if shown else ""),
    )
    others = [
        f"another {what}{f', {text}' if text else ''}"
        for what, new, old, text in compared
        if new and old - {""} and new not in old
    ]
    return f" with {' and '.join(others)}" if others else ""


def _gone_text(entry: Entry, zone: tzinfo) -> str:
    if not entry.state.is_off:
        return ""
    by_us = entry.state is EntryState.REMOVED and entry.removed
    return f", removed by undo on {day_text(by_us, zone)}" if by_us else ", removed since"


def _when(entry: Entry, zone: tzinfo) -> str:
    return f"on {day_text(entry.recorded, zone)}" if entry.recorded else "earlier"


def _places(count: int) -> str:
    return "1 place is" if count == 1 else f"{count} places are"
