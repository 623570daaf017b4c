"""Books the people of a plan: a lane a group booking, one person at a time in it, many lanes at once; then those of
sessions that are not there yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

from importer.booking.charges import not_told, why_not_none
from importer.booking.crew import CarriedOut, Crew, Work
from importer.booking.lane import STOPPED, LaneWorker
from importer.booking.starting import Start, Started
from importer.errors import PaymentRequestError
from importer.model import Lane, Tell
from importer.model.examinations import Learned

__all__ = ["STOPPED", "Work", "book"]


def book(
    lanes: Sequence[Lane], work: Work, *, workers: int, tell: Tell, stopping: Callable[[], None] = lambda: None
) -> CarriedOut:
    """Book everybody of these lanes, ``workers`` lanes at once.

    Where payment requests are to be left out, the first person on a session with a price is confirmed alone and the
    answer is looked at before anybody else is; one that does not tell proves nothing (API.md, 7). ``stopping`` is
    called while somebody is still being booked after ``work.stop`` has been set.
    """
    crew = Crew(work, tell, total=sum(len(lane.people) for lane in lanes))
    with ThreadPoolExecutor(workers, "ahead") as ahead, ThreadPoolExecutor(workers, "lane") as pool:

        def work_through(some: Iterable[Started]) -> None:
            by_size = sorted(some, key=lambda one: -len(one.lane.people))
            lines = [LaneWorker(lane, work, crew, ahead, held) for lane, held in by_size]
            crew.guard(lambda: _work_through(lines, work, crew, pool, stopping))

        work_through(Started(lane) for lane in lanes if lane.booking.id)
        work_through(_started([lane for lane in lanes if not lane.booking.id], work, crew))
    return CarriedOut(crew.outcomes, crew.stopped_by, crew.learned)


def _started(lanes: Sequence[Lane], work: Work, crew: Crew) -> list[Started]:
    """The lanes of sessions that are started here, one after the other: what one teaches counts for the next."""
    started: list[Started] = []

    def start(lane: Lane) -> None:
        if one := Start(lane, work, crew).start():
            started.append(one)

    for lane in lanes:
        crew.guard(partial(start, lane))
    return started


def _work_through(
    lines: Sequence[LaneWorker], work: Work, crew: Crew, pool: ThreadPoolExecutor, stopping: Callable[[], None]
) -> None:
    if work.payment_request is False:
        priced = [line for line in lines if line.booking.has_price]
        crew.guard(lambda: _prove_field_works(priced, crew, work.known))
    at_work = {pool.submit(crew.guard, line.work_through) for line in lines}
    while at_work:
        # In short waits: on Windows a Ctrl-C does not get through to a long one.
        done, at_work = wait(at_work, timeout=0.5)
        if work.stop.is_set():
            crew.guard(stopping)
        for future in done:
            future.result()


def _prove_field_works(lines: Sequence[LaneWorker], crew: Crew, known: Learned) -> None:
    """Confirm people on sessions with a price, alone, until one answer shows that no payment request went out.

    Where an earlier import has shown that one does, or that answers do not tell, nobody is confirmed to see it again.
    """
    if lines and (why := why_not_none(known)):
        raise PaymentRequestError(why)
    for line in lines:
        while not line.has_booked and line.people and not line.is_refusing_all and not crew.is_stopping:
            line.book_next()
        if line.not_told_of and not known.leaves_payments_out:
            raise not_told(line.not_told_of)
        if line.has_booked:
            return
