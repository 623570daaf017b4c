"""Pure: what became of a roster, as lines for whoever is needed: counts and row numbers, no names, what to do."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from importer.errors import ExitCode
from importer.importing.questions import Agree
from importer.inbox.folders import text_of
from importer.model import Outcome, RunReport, Status, row_numbers
from importer.results.changes import change_lines, newly_removed_lines
from importer.results.news import has_news, new_needs, still_open
from importer.results.report import of_several, places, totals

WIDTH = 80
_LABEL = 15


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one roster of an inbox.

    ``said`` are sentences that hold no names; ``detail`` one that may, and stands in the text beside the roster alone.
    ``moved_to`` and ``results`` are where the roster and its results are, ``None`` where it stays and there are none.
    ``to_agree`` is what has to be agreed on before anybody is booked; its examples hold names, too. ``to_approve`` is
    the code by which it would be approved. ``letter`` is the name of the letter that waits in the tray to be told.
    """

    name: str
    code: ExitCode
    report: RunReport | None = None
    said: tuple[str, ...] = ()
    detail: str = ""
    to_agree: tuple[Agree, ...] = ()
    to_approve: str = ""
    moved_to: Path | None = None
    results: Path | None = None
    letter: str = ""
    is_dry_run: bool = False

    @property
    def needs_person(self) -> bool:
        """Whether there is something in it that nobody has been told yet."""
        if self.code is ExitCode.NOT_SURE_YET:
            return self.moved_to is not None and self._has_news
        return self.code is not ExitCode.DONE

    @property
    def _has_news(self) -> bool:
        if self.report is None:
            return True
        before = self.report.since.before if self.report.since else {}
        return has_news(self.report) or any(
            one.status is Status.NOT_SURE_YET
            and (one.row not in before or before[one.row].status is not Status.NOT_SURE_YET)
            for one in self.report.outcomes
        )


def letter(answer: Answer, folder: Path, release: Sequence[str] = ()) -> list[str]:
    """All that there is to say of one roster of a folder. ``release`` is what to do where it is held."""
    if answer.code is ExitCode.HELD:
        return [*_held(answer), "", *release]
    if answer.report is None:
        why = [f"Why      {_within(folder, text_of(answer.moved_to))}"] if answer.moved_to else []
        return [
            *_fold(f"{answer.name}: {_NOT_IMPORTED.get(answer.code, 'it stays where it is')}."),
            *_paragraph(answer),
            *why,
            f"exit {int(answer.code)}",
        ]
    report = answer.report
    lines = [*_fold(f"{answer.name}: {_counted(report)}")]
    if answer.said:
        lines += ["", *_paragraph(answer)]
    if wanted := [*_needing(report), *_not_sure(report), *_removed(report), *_changes(report)]:
        since = (
            "New since the last import, please look at these rows:" if report.since else "Please look at these rows:"
        )
        lines += [since, "", *wanted, ""]
    return [*lines, *_files(answer, folder), *_end(answer)]


def why_rejected(detail: str) -> list[str]:
    """What is wrong with a file that can't be read as a roster; a line to type stays whole."""
    lines = [line for one in detail.splitlines() for line in ([one] if one[:1] in ("", " ") else _fold(one))]
    return [*lines, "", "Then put the file into the inbox again."]


def _held(answer: Answer) -> list[str]:
    stopped = "It would stop" if answer.is_dry_run else "Stopped"
    lines = [*_fold(f"{answer.name}: {stopped} for your decision. Nothing was sent. (exit {int(answer.code)})"), ""]
    return lines + [line for said in answer.said for line in _fold(said, indent="  ", first="  ")]


_NOT_IMPORTED = {
    ExitCode.ROSTER_UNUSABLE: "it can't be read as a list",
    ExitCode.SERVICE_UNUSABLE: "not finished, it stays where it is; the next run goes on",
    ExitCode.INTERRUPTED: "not begun, it stays where it is",
    ExitCode.TERMINATED: "not begun, it stays where it is",
    ExitCode.FAULT_OF_OURS: "an error in this program, not in your list; it stays where it is",
}


def _paragraph(answer: Answer) -> list[str]:
    return [line for said in answer.said for line in _fold(said)]


def _counted(report: RunReport) -> str:
    counts = totals(report.outcomes)
    rows = len(report.outcomes)
    open_, new = len(still_open(report)), len(new_needs(report))
    others = (Status.NO_LONGER_BOOKED, Status.LEFT_OUT, Status.NOT_SURE_YET, Status.NOT_BOOKED_YET)
    parts = [
        (counts.get(Status.WOULD_BOOK, 0), "would be booked"),
        (counts.get(Status.BOOKED, 0), "booked now"),
        (counts.get(Status.ALREADY_BOOKED, 0), "booked already"),
        *((counts.get(status, 0), str(status).lower()) for status in others),
        (new, "needs attention" if new == 1 else "need attention"),
        (open_, "still open"),
    ]
    told = ", ".join(f"{count:,} {what}" for count, what in parts if count)
    several = of_several(report.outcomes)
    return f"{f'{places(rows)} for {several}' if several else '1 row' if rows == 1 else f'{rows:,} rows'}. {told}."


def _needing(report: RunReport) -> list[str]:
    """The rows that need a person anew, together where it is for the same reason."""
    new = new_needs(report)
    groups: defaultdict[tuple[Status, str], list[Outcome]] = defaultdict(list)
    for one in report.outcomes:
        if one.row in new:
            groups[one.status, _where(one)].append(one)
    lines: list[str] = []
    for (status, where), some in sorted(groups.items(), key=lambda group: group[1][0].row.number):
        numbers = row_numbers(one.row.number for one in some)
        text = f"{numbers.lower()}{f', {where}' if where else ''}. {_remedy(status)}"
        lines += _labelled(status, text)
    return lines


def _where(outcome: Outcome) -> str:
    if outcome.status is Status.FIX_ROW:
        at_fault = (one.heading for one in outcome.problems if one.heading and one.rule in outcome.rules)
        return ", ".join(f'"{heading}"' for heading in dict.fromkeys(at_fault))
    return outcome.session


def _remedy(status: Status) -> str:
    return status.remedy if status.needs_person else "The results say what is odd."


def _not_sure(report: RunReport) -> list[str]:
    unsure = [one for one in report.outcomes if one.status is Status.NOT_SURE_YET]
    if not unsure:
        return []
    said, until, line = unsure[0].message.partition(": ")
    lines = _labelled(Status.NOT_SURE_YET, f"{row_numbers(one.row.number for one in unsure).lower()}. {said}{until}")
    return [*lines, f"    {line}"] if line else lines


def _removed(report: RunReport) -> list[str]:
    return _paragraphs(newly_removed_lines(report))


def _changes(report: RunReport) -> list[str]:
    lines = _paragraphs(change_lines(report))
    return [*lines, "", "Nobody was removed; we never do that without being asked."] if lines else []


def _paragraphs(lines: Sequence[tuple[str, str]]) -> list[str]:
    return [line for label, text in lines for line in _fold(f"{label}: {text}", first="  ", indent="    ")]


def _files(answer: Answer, folder: Path) -> list[str]:
    lines = [f"Results  {_within(folder, answer.results)}"] if answer.results else []
    if answer.results and answer.report and new_needs(answer.report):
        lines.append("Correct its rows, save it, then put it into the inbox again.")
    return lines


def _within(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _end(answer: Answer) -> list[str]:
    report = answer.report
    assert report is not None  # noqa: S101 - a letter without a report has no such line
    run = f"Import {report.run}" if report.run else "Nothing was sent"
    return [f"{run} · {(report.finished - report.started).total_seconds():.1f} s · exit {int(answer.code)}"]


def _labelled(label: str, text: str) -> list[str]:
    return _fold(text, indent=" " * (_LABEL + 4), first=f"  {label:<{_LABEL}}  ")


def _fold(text: str, *, indent: str = "", first: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
