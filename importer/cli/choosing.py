"""Which of several sessions a list is for, where it names no date: asked by number, or taught by the line to type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from importer.cli.terminal import Terminal, command_line, without_option, wrap
from importer.importing.questions import WhichSessions
from importer.model import MOST_LISTED, GroupBooking, Target, day_text, moment_text, places_text
from importer.results.report import people

_NUMBER = re.compile(r"(\d{1,4})(?:\s*(?:-|–|to)\s*(\d{1,4}))?")
_BETWEEN = re.compile(r"\s*(?:,|&|\+|\band\b)\s*|(?<=\d)\s+(?=\d)")


def choose(asked: WhichSessions, count: int, terminal: Terminal) -> list[GroupBooking]:
    """The sessions that somebody chose for ``count`` people; none for Enter. Raises ``click.Abort``."""
    terminal.insist(_question(asked, count))
    last = len(asked.sessions)
    while answer := terminal.ask(f"Type {_example(last)}, or all [Enter = none]:"):
        if numbers := _numbers(answer, last):
            return [asked.sessions[number - 1] for number in numbers]
        terminal.warn(wrap(f"Please type {_example(last)}, or all, or press Enter to book nobody."))
    return []


def held_for_sessions(asked: WhichSessions, file: str, again: Sequence[str]) -> list[str]:
    """Why nobody is booked where nobody can be asked, with the lines that say it."""
    stopped = f"Stopped for your decision. Nothing was sent: {file}"
    if not asked.sessions:
        return [stopped, *wrap(asked.why, indent="  ", first="  ")]
    labels = [asked.label(one) for one in asked.sessions]
    more = [f"and {len(labels) - MOST_LISTED} more"] if len(labels) > MOST_LISTED else []
    words: Sequence[str] = again
    for option in ("--service", "--resource", "--start", "--dates"):
        words = without_option(words, option)
    first, last = asked.sessions[0], asked.sessions[-1]
    given = asked.target(first, Target())
    call = ["roster", *words, "--service", given.service]
    room = ["--resource", first.resource_name or first.resource_id] if given.resource else []
    starts = [*call, *room, "--start", moment_text(first.start, asked.zone)]
    lines = [
        stopped,
        *wrap(asked.why, indent="  ", first="  "),
        *(f"    {one}" for one in (*labels[:MOST_LISTED], *more)),
    ]
    lines += ["Say which. For each of them --start once more:", "", f"    {command_line(starts)}"]
    is_one_service = len({one.service_id for one in asked.sessions}) == 1
    if "--dates" not in again and is_one_service and not asked.is_beside(first):
        local = last.start.astimezone(asked.zone)
        days = f"every {local:%A} until {day_text(last.start, asked.zone)}"
        lines += ["", "Or all on one day of the week:", "", f"    {command_line([*call, '--dates', days])}"]
    return lines


def _question(asked: WhichSessions, count: int) -> list[str]:
    """The sessions that may be meant, by number, with the places that they have."""
    listed = (
        f"  {number:>3}  {asked.label(one)} ({places_text(one.free)} free)"
        for number, one in enumerate(asked.sessions, start=1)
    )
    whom = f"all {people(count)}" if count > 1 else "the one person"
    return ["", *wrap(f"{asked.why} Which of these should {whom} be booked on?".strip()), *listed, ""]


def _example(count: int) -> str:
    few = {1: "1", 2: "1 or 2", 3: "1,3"}
    return few.get(count) or f"1,3-{min(count, 5)}"


def _numbers(answer: str, count: int) -> list[int]:
    """The numbers that somebody typed, like ``1,3-5`` or ``all``; none where it is not understood."""
    if answer == "all":
        return [*range(1, count + 1)]
    parts = [_NUMBER.fullmatch(part) for part in _BETWEEN.split(answer.strip(" ,."))]
    ranges = [range(int(part[1]), int(part[2] or part[1]) + 1) for part in parts if part]
    is_right = len(ranges) == len(parts) and all(some and some[0] >= 1 and some[-1] <= count for some in ranges)
    return sorted({number for some in ranges for number in some}) if is_right else []
