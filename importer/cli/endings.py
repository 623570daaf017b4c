"""The end of a check, a dry run and a run, as lines: what became of it, who is needed, what to open, what to type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importer.cli.rows import rows_needing_a_person, warnings
from importer.cli.terminal import command_line, where, without_option, wrap
from importer.errors import PaymentRequestError
from importer.model import PROVIDER, Options, Outcome, RunReport, Status, day_text
from importer.results.changes import change_lines, moved_line, other_address_line, removed_lines
from importer.results.report import is_service_at_fault, needing_person


@dataclass(frozen=True, slots=True)
class Next:
    """What may be typed next. ``for_roster`` are options that a line with a roster repeats, ``for_place`` any line
    but that of ``roster doctor``, which repeats ``for_look``.

    ``again`` are all words of this call. ``results`` is the file that was written, ``wanted`` where it was to go.
    ``is_odd``: what is to be booked has to be released, too.
    """

    again: tuple[str, ...] = ()
    for_roster: tuple[str, ...] = ()
    for_place: tuple[str, ...] = ()
    for_look: tuple[str, ...] = ()
    results: Path | None = None
    wanted: Path | None = None
    is_odd: bool = False

    def with_roster(self, why: str, command: str, roster: Path, *options: str) -> list[str]:
        """A paragraph: why, and a line to type by itself. A roster that came on standard input is not in a file."""
        name = "-" if self.again[1:2] == ("-",) and roster != self.results else where(roster)
        return [*wrap(why), "", f"    {command_line(['roster', command, name, *self.for_roster, *options])}"]

    def to_approve(self, code: str, roster: Path) -> str:
        """The line that books what this code stands for; of a run that is gone on with, its list is imported."""
        words = without_option(self.again, "--approved")
        if words[:1] == ("resume",):
            words = ("import", where(roster), *self.for_roster)
        release = ["--release"] if self.is_odd and "--release" not in words else []
        return f"    {command_line(['roster', *words, *release, '--approved', code])}"

    def alone(self, why: str, command: str, *options: str) -> list[str]:
        repeated = self.for_look if command == "doctor" else self.for_place
        return [*wrap(why), "", f"    {command_line(['roster', command, *repeated, *options])}"]


def check_end(report: RunReport, headline: str, then: Next) -> list[str]:
    """The end of ``roster check``, with what it did not look at."""
    open_ = rows_needing_a_person(report.outcomes)
    lines = [*wrap(headline), *_block(open_), *warnings(report.outcomes)]
    lines += _not_known(report)
    if then.results:
        lines += ["", f"Open  {where(then.results)}"]
    roster = report.roster.path
    if open_:
        return [*lines, "", *then.with_roster("Correct these rows, save the list, then:", "check", roster)]
    see = "To see what would be booked, without booking anybody:"
    return [*lines, "", *then.with_roster(see, "import", roster, "--dry-run")]


def run_end(
    report: RunReport, options: Options, headline: str, then: Next, *, told_before: Sequence[Outcome] | None = None
) -> list[str]:
    """The end of an import or a dry run. Rows of which the same was ``told_before`` are not named again, nor who has
    moved or gone: before a question, that is told with them.
    """
    open_ = rows_needing_a_person(report.outcomes, told_before=told_before or ())
    lines = [*_nothing_booked(report), *wrap(headline), *_block(open_)]
    lines += [] if told_before is not None else _block(changes(report))
    lines += _block(_removed(report))
    lines += _block(wrap(moved_line(report)))
    lines += _block(wrap(other_address_line(report)))
    lines += _block(approved(report))
    lines += _not_known(report)
    lines += _taught(report)
    lines += ["", *_file(report, then)]
    return [*lines, *_what_now(report, options, then), *_stay(report)]


def untouched_end(then: Next) -> list[str]:
    """The end of an import that never came to a plan."""
    if not then.results:
        return ["Nothing was sent."]
    return [f"Nothing was sent. What is known of the rows: {where(then.results)}"]


def _nothing_booked(report: RunReport) -> list[str]:
    if report.kind == "dry run" and not report.stopped:
        return ["NOTHING WAS BOOKED: this is what would happen."]
    return wrap(report.stopped)


def _block(lines: Sequence[str]) -> list[str]:
    return ["", *lines] if lines else []


def _not_known(report: RunReport) -> list[str]:
    return _block([line for sentence in report.not_known for line in wrap(sentence)])


def _taught(report: RunReport) -> list[str]:
    """What is known of Appointedd by now and was not before; of the practice service there is nothing to learn."""
    if not report.lessons or report.practice:
        return []
    lines = [line for one in report.lessons for line in wrap(one, indent="    ", first="  ")]
    return ["", "We learned from this import:", *lines]


def changes(report: RunReport) -> list[str]:
    """Who has moved or gone since the last import of the series, and still holds a place."""
    lines = [
        line
        for label, text in change_lines(report, names=True)
        for line in wrap(f"{label}: {text}", indent="    ", first="  ")
    ]
    return [*lines, "Nobody was removed; we never do that without being asked."] if lines else []


def _removed(report: RunReport) -> list[str]:
    """Who is no longer booked, with the option that books them again."""
    lines = [
        line for label, text in removed_lines(report) for line in wrap(f"{label}: {text}", indent="    ", first="  ")
    ]
    there = {one.booking.id for one in report.sessions}
    can_return = any(one.status is Status.NO_LONGER_BOOKED and one.booking_id in there for one in report.outcomes)
    return [
        *lines,
        *(
            [f"To book again who was removed, look at the calendar in {PROVIDER} first, then import with --rebook."]
            if can_return
            else []
        ),
    ]


def _file(report: RunReport, then: Next) -> list[str]:
    if then.results is None:
        return []
    other: list[str] = []
    if then.wanted and then.wanted.name != then.results.name:
        is_roster = then.wanted.absolute() == report.roster.path.absolute()
        why = "" if is_roster else " It is open in another program, it was changed, or our record lacks it."
        other = wrap(f"We have not changed {where(then.wanted)}.{why}")
    needed = len(needing_person(report.outcomes))
    if not needed:
        return [*other, f"Results  {where(then.results)}"]
    rows = "the row" if needed == 1 else "each row"
    return [*other, f"Open  {where(then.results)}", *wrap(f'Its first sheet, "Import summary", links to {rows}.')]


def _what_now(report: RunReport, options: Options, then: Next) -> list[str]:
    counted = Counter(one.status for one in report.outcomes)
    needs_person = any(status.needs_person for status in counted)
    file = then.results or report.roster.path
    why = _TRY_LATER if is_service_at_fault(report.outcomes) else _CORRECT
    if report.kind == "dry run":
        to_approve = _to_approve(report, then)
        if needs_person:
            again = then.with_roster(why, "import", file, *([] if report.stopped else ["--dry-run"]))
            return [*again, *_block(to_approve)]
        would = to_approve or then.with_roster("To book them:", "import", report.roster.path)
        return would if counted[Status.WOULD_BOOK] else []
    if report.stop_code == PaymentRequestError.exit_code:
        # Resumed with what was chosen before it would be held.
        may = f"If {PROVIDER} may send each person there a payment request:"
        chosen = replace(then, for_roster=tuple(without_option(then.for_roster, "--payment-requests")))
        return chosen.with_roster(may, "import", file, "--payment-requests", "send")
    if counted[Status.NOT_SURE_YET]:
        return then.alone("To wait for what is not sure yet:", "resume", "--wait")
    if counted[Status.NOT_BOOKED_YET] and options.first and not report.stopped:
        others = f"Look at it in {PROVIDER}. If all is well there, book the others:"
        return then.with_roster(others, "import", file, *(["--approved", options.approved] if options.approved else []))
    if counted[Status.NOT_BOOKED_YET]:
        return then.alone("To go on from there:", "resume")
    return then.with_roster(why, "import", file) if needs_person else []


def _to_approve(report: RunReport, then: Next) -> list[str]:
    """The code of a dry run, and the line that books exactly what was shown."""
    approval = report.approval
    if approval is None:
        return []
    said = f"Approval code {approval.code}, good until {day_text(approval.expires, report.zone)}."
    is_one = sum(one.status is Status.WOULD_BOOK for one in report.outcomes) == 1
    whom = "this person" if is_one else "these people"
    return [*wrap(f"{said} To book exactly {whom}:"), "", then.to_approve(approval.code, report.roster.path)]


def approved(report: RunReport) -> list[str]:
    """By what an import was approved, and who of that is not booked."""
    approval = report.approval
    if approval is None or not approval.is_carried_out:
        return []
    prepared = f"prepared by {approval.prepared_by} on {day_text(approval.prepared, report.zone)}"
    lines = wrap(f"Approval code {approval.code}, {prepared}.")
    if approval.short:
        lines += wrap(f"Approved but not booked: {approval.short_text}", indent="    ", first="  ")
    return lines


_CORRECT = "Correct these rows, save, close the file, then:"
_TRY_LATER = "Nothing is wrong in these rows. Try again later:"


def _stay(report: RunReport) -> list[str]:
    if report.kind != "import":
        return []
    booked = sum(one.status in (Status.BOOKED, Status.ALREADY_BOOKED) for one in report.outcomes)
    stay = f"These {booked:,} bookings will not change. " if 1 < booked < len(report.outcomes) else ""
    return ["", f"{stay}(Import {report.run}.)"] if report.run else []
