"""Who would be removed, and who was, as lines of text. Pure, like ``screens``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from importer.cli.endings import Next
from importer.cli.rows import row_lines, rows_needing_a_person
from importer.cli.screens import zone_name
from importer.cli.terminal import command_line, where, wrap
from importer.model import MOST_LISTED, PROVIDER, Outcome, RunReport, Status, moment_text
from importer.model.removals import RemovalPlan
from importer.results.report import headline, people

TYPED_ABOVE = 10
"""More people than these are not removed by a slip of the finger: whoever wants it types their number."""

HELD = "Stopped for your decision. Nobody was removed."
_WIDTH = 58


def plan_lines(plan: RemovalPlan) -> list[str]:
    """What an undo would do: from which sessions, whom, who stays and why, and what can't be taken back."""
    started = moment_text(plan.run.started, plan.zone)
    lines = wrap(f"Undo of import {plan.run.id}: {plan.run.roster_path.name}, of {started} by {plan.run.by}")
    if plan.removals:
        lines += ["", *_sessions(plan), "", *_names(plan)]
    aside = [one for one in plan.outcomes if not one.wants_person and one.status is not Status.NOT_SURE_YET]
    if open_ := rows_needing_a_person(plan.outcomes):
        lines += ["", "Not removed, please look at these rows:", *open_]
    if aside:
        lines += ["", "Nothing to do for these rows:", *row_lines(aside)]
    if not plan.removals:
        return lines
    for booking in plan.emptied:
        lines += wrap(f"Nobody is left on {booking.label(plan.zone)} then. The session may leave the calendar.")
    return [
        *lines,
        "",
        *wrap(f"{PROVIDER} may write to them; we can't see from here if it does. This can't be undone."),
    ]


def question(plan: RemovalPlan, *, practice: bool = False) -> str:
    """What is asked before anybody is removed."""
    count = len(plan.removals)
    remove = f"{'PRACTICE: remove' if practice else 'Remove'} {people(count)} now?"
    return f"{remove} Type {count} to remove them [Enter = no]:" if count > TYPED_ABOVE else f"{remove} [y/N]:"


def answers_for_yes(plan: RemovalPlan) -> frozenset[str]:
    count = len(plan.removals)
    return frozenset({str(count), f"{count:,}"} if count > TYPED_ABOVE else {"y", "yes"})


def not_understood(plan: RemovalPlan) -> str:
    """What can be answered, where an answer was something else."""
    count = len(plan.removals)
    return f"Please type {count if count > TYPED_ABOVE else 'y'} to remove them, or press Enter to remove nobody."


def held(plan: RemovalPlan, again: Sequence[str]) -> str:
    """Why nobody is removed where nobody can be asked, and what answers it. ``again`` are this call's words."""
    return "\n".join(
        [
            f"{HELD} {people(len(plan.removals))} would be removed, which can't be undone. If that is right:",
            "",
            f"    {command_line(['roster', *again, '--yes'])}",
        ]
    )


def end_lines(report: RunReport, then: Next, *, told_before: Sequence[Outcome] = ()) -> list[str]:
    """What became of an undo, who has to be looked at, the results, and what to type next."""
    dry = report.kind == "undo dry run" and not report.stopped
    lines = ["NOTHING WAS REMOVED: this is what would happen."] if dry else wrap(report.stopped)
    lines += wrap(headline(report))
    if open_ := rows_needing_a_person(report.outcomes, told_before=told_before):
        lines += ["", *open_]
    if report.lessons and not report.practice:
        learned = (line for one in report.lessons for line in wrap(one, indent="    ", first="  "))
        lines += ["", "We learned from this undo:", *learned]
    if then.results:
        lines += ["", f"Results  {where(then.results)}"]
    if not report.run:
        return lines
    counted = Counter(one.status for one in report.outcomes)
    if counted[Status.NOT_SURE_YET]:
        lines += [
            "",
            *then.alone("To see if the people we are not sure of were removed:", "resume", str(report.run), "--wait"),
        ]
    return [*lines, "", f"(Import {report.run}: undo of import {report.undoes}.)"]


def _sessions(plan: RemovalPlan) -> list[str]:
    """A line for each session: how many would be removed, and how many would stay."""
    counted = Counter(one.booking.id for one in plan.removals)
    bookings = {one.booking.id: one.booking for one in plan.removals}
    lines = [f"{'Session':<{_WIDTH}}{'Remove':>8}{'Stay':>6}"]
    for id_, booking in sorted(bookings.items(), key=lambda one: one[1].start):
        label = booking.label(plan.zone)
        there = sum(not one.is_removed for one in booking.people)
        shown = [label] if len(label) < _WIDTH else wrap(label)
        lines += [*shown[:-1], f"{shown[-1]:<{_WIDTH}}{counted[id_]:>8}{there - counted[id_]:>6}"]
    return [*lines, f"(times are {zone_name(plan.zone)} times)".rjust(len(lines[0]))]


def _names(plan: RemovalPlan) -> list[str]:
    names = [one.entry.name or f"row {one.entry.row.key}" for one in plan.removals]
    rest = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    return wrap(f"To remove: {', '.join(names[:MOST_LISTED])}{rest}", indent="  ", first="")
