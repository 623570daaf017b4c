"""Pure: what a text says of a session: a day, a weekday, a time of day, and names that are left.

``Young makers, Sat 30 Mar 2030 10:30 (5 free)``, ``Pottery - Saturdays 10.30-12``. Nothing is guessed: what the text
leaves out stays open, and what it says twice in two ways is a finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, tzinfo
from typing import TypeVar

from importer.lists.days import MONTH, WEEKDAY, Day, month_number, read_day, two_digit_year, weekday_number
from importer.lists.findings import Finding, cell_text, clean
from importer.lists.other_languages import in_english
from importer.model import GroupBooking, SessionWords
from importer.people.evidence import fold

LONGEST = 200

_FLAGS = re.IGNORECASE
_MONTH = rf"{MONTH}\b\.?"
_DAY = r"(?<![\d.:])(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:[\s,./-]+(?P<year>(?:19|20)\d{2}|'?\d{2})(?![\d:.]|\s*(?:h|uhr)|\s*[ap]\.?m\b|\s*[-–]\s*\d))?"
_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)(?:T(?=\d))?", _FLAGS),
    re.compile(
        r"(?<![\d.:])(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4}|'?\d{2})(?![\d:])",
        _FLAGS,
    ),
    re.compile(rf"{_DAY}(?:\s+of)?[-\s/.]*{_MONTH}{_YEAR}", _FLAGS),
    re.compile(rf"\b{_MONTH}[-\s/.]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]|\s*[ap]\.?m\b){_YEAR}", _FLAGS),
)
_WEEKDAY = re.compile(rf"\b{WEEKDAY}(?:days?|s)?\b\.?", _FLAGS)
_CLOCK = (
    r"(?P<hour{0}>\d{{1,2}})(?:[:.h](?P<minute{0}>\d{{2}})(?::\d{{2}})?)?"
    r"\s*(?:(?P<half{0}>[ap])\.?m\b\.?|(?P<uhr{0}>uhr\b|h\b|o'clock\b))?"
)
_TIMES = re.compile(
    rf"(?<![\d.:/]){_CLOCK.format('1')}(?:\s*(?:-|–|—|to|until|till)\s*{_CLOCK.format('2')})?(?![\d/])", _FLAGS
)
_PLAIN_CLOCK = re.compile(
    r"(?:(?<=\|)\s*(?:at\s+)?(?P<hour1>[01]\d|2[0-3])(?P<minute1>[0-5]\d)(?:\s*(?:hrs?|h|uhr)\b)?(?![\d.:/])"
    r"|(?<![\d.:/])(?P<hour2>[01]\d|2[0-3])(?P<minute2>[0-5]\d)\s*(?:hrs?|h|uhr)\b)",
    _FLAGS,
)
"""1400, behind a date, or "1400 hrs"."""
_NOON = re.compile(r"\b(?:12\s*)?(noon|midday)\b", _FLAGS)
_WEEKDAYS_JOINED = re.compile(rf"{_WEEKDAY.pattern}\s*(?:to|and|or|till|until|[-–&+/,])\s*{_WEEKDAY.pattern}", _FLAGS)
_PLACES = re.compile(r"\(\s*(?:\d+ (?:free|places?(?: left)?|left)|full)\s*\)", _FLAGS)
_SEPARATORS = re.compile(r"\s*[|,;·•/()\[\]\n]+\s*|\s+[-–—]+\s+|\s*[–—]\s*|:\s+")
_JOINING = re.compile(
    r"^(?:at|on|from|@|the|-|–)\s+|\s+(?:at|on|from|am|um|le|à|op|om|@|-|–|:)$|^[-–:.@\s]+|[-–:@\s]+$"
    r"|^(?:at|on|from|am|um|le|à|op|om|kl)$",
    _FLAGS,
)
_GAP = " | "
_SUNDAY = 6
_OUR_START = re.compile(
    r"(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}) "
    r"(?P<hour>\d{2}):(?P<minute>\d{2})(?: (?P<zone>[A-Z]{2,5}|[+-]\d{2,4}))?"
)
_OUR_ROOM = r"(?: \((?P<room>.+)\))?"
_OURS = re.compile(rf"(?:(?P<names>.+), )?{_OUR_START.pattern}{_OUR_ROOM}", re.DOTALL)
"""A session as we write it (``GroupBooking.label``, ``as_written``): whatever is in its service's name."""
FREE = "Free: "
_FORM = "Pottery, Sat 30 Mar 2030 10:30"
_EARLY = time(6)
"""Who begins in the evening may end until then."""

T = TypeVar("T")


def read_session_words(text: str, date_order: str | None = None) -> SessionWords | Finding:
    """What a text says of a session. ``date_order`` is what 03/04/2030 means in its column, ``dmy`` or ``mdy``."""
    said = clean(text)
    if len(said) > LONGEST:
        return Finding("session_words", f'"{cell_text(said)}" is too long for a session. Write it like {_FORM}.')
    rest = _bare(said)
    if ours := _as_we_write_it(said, rest):
        return ours
    read = _read(said, rest, date_order)
    if isinstance(read, SessionWords) and read.names and (read.day is None or read.weekday is None):
        # Only then: the names of other languages take a moment to load.
        other = in_english(rest)
        return _read(said, other, date_order) if other != rest else read
    return read


def _read(said: str, rest: str, date_order: str | None) -> SessionWords | Finding:
    read, rest = _taken(rest, _DATES, lambda match: read_day(match, date_order))
    if fault := next((one for one in read if isinstance(one, Finding)), None):
        return fault
    days = [one for one in read if isinstance(one, Day)]
    clocks, rest = _taken(rest, (_NOON, _PLAIN_CLOCK, _TIMES), _clocks)
    weekdays, rest = _weekdays(rest)
    for noun, count in (("dates", len({*days})), ("times", len({*clocks})), ("days of the week", len({*weekdays}))):
        if count > 1:
            return Finding("session_words", f'"{cell_text(said)}" names two {noun}. Leave one.')
    clock, end = clocks[0] if clocks else (None, None)
    if clock and end and _EARLY < end <= clock:
        return Finding("session_words", f'"{cell_text(said)}" ends before it starts. Correct one of the times.')
    weekday = weekdays[0] if weekdays else None
    words = SessionWords(said, tuple(_names(rest)), weekday=weekday, clock=clock, end=end)
    if not days:
        return words
    (day, *_) = days
    if day.typed_short and weekday is not None and date(day.year or 0, day.month, day.day).weekday() != weekday:
        return two_digit_year(day.typed_short)
    return replace(words, day=day.day, month=day.month, year=day.year)


def as_written(bookings: Iterable[GroupBooking], zone: tzinfo) -> dict[str, str]:
    """The words by which a list may name each of these sessions, by id: with the room where several start together."""
    some = tuple(bookings)
    count = Counter(one.label(zone) for one in some)
    return {
        one.id: f"{one.label(zone)} ({one.resource})"
        if count[one.label(zone)] > 1 and one.resource
        else one.label(zone)
        for one in some
    }


def free_as_written(session: GroupBooking, zone: tzinfo) -> str:
    """The words by which a list may name a free time: they say that no session is there yet."""
    return f"{FREE}{session.label(zone)} ({session.resource})"


def read_free_time(text: str) -> tuple[str, str, str] | None:
    """Service, start and room of a free time as we write it; ``None`` for anything else."""
    match = _OURS.fullmatch(text.removeprefix(FREE)) if text.startswith(FREE) else None
    starts = [found[0] for found in _OUR_START.finditer(text)]
    if match is None or not (match["names"] and match["room"]) or len(starts) != 1:
        return None
    return match["names"], starts[0], match["room"]


def is_as_we_write_it(text: str) -> bool:
    """Whether a text is one session as we write it: no part of it is a session of its own."""
    return _as_we_write_it(text, _bare(text)) is not None or read_free_time(text) is not None


def _bare(text: str) -> str:
    """Without the places that are left."""
    return _PLACES.sub(_GAP, unicodedata.normalize("NFKC", text)).strip(f"{_GAP} ")


def _as_we_write_it(said: str, text: str) -> SessionWords | None:
    match = _OURS.fullmatch(text)
    if match is None or _OUR_START.search(match["names"] or ""):
        return None
    weekday = weekday_number(match["weekday"])
    try:
        month = month_number(match["month"])
        start = datetime(int(match["year"]), month, int(match["day"]), int(match["hour"]), int(match["minute"]))  # noqa: DTZ001 - local
    except ValueError:
        return None
    names = tuple(filter(None, (match["names"], match["room"])))
    return SessionWords(said, names, start.day, month, start.year, weekday, start.time(), zone=match["zone"] or "")


def _weekdays(text: str) -> tuple[list[int], str]:
    """The days of the week, and the text without them; of several those that stand beside a date or a time."""
    found = list(_WEEKDAY.finditer(text))
    if len(found) > 1 and not _WEEKDAYS_JOINED.search(text):
        found = [one for one in found if _is_beside(one, text)] or found
    for one in reversed(found):
        text = f"{text[: one.start()]}{_GAP}{text[one.end() :]}"
    return [weekday_number(one[1]) for one in found], text


def may_be_the_sun(words: SessionWords) -> bool:
    """Whether the day of the week may be a word of a name: "Sun cream". Beside a date or a time it is Sunday."""
    is_alone = words.day is None and words.clock is None
    return is_alone and words.weekday == _SUNDAY and words.names != () and "sunday" not in words.text.casefold()


def has_weekday(text: str) -> bool:
    """Whether a text names a day of the week."""
    return _WEEKDAY.search(text) is not None


def _is_beside(match: re.Match[str], text: str) -> bool:
    before, after = text[: match.start()].rstrip(" ,."), text[match.end() :].lstrip(" ,.")
    return before.endswith(_GAP.strip()) or after.startswith(_GAP.strip())


def meaning_of(words: SessionWords) -> SessionWords:
    """The words without what does not matter of how they are written: equal for texts that say the same."""
    return replace(words, text="", is_title=False, agreed=(), names=tuple(sorted(map(fold, words.names))))


def fits(words: SessionWords, start: datetime) -> bool:
    """Whether a session that starts then, in local time, may be the one: as far as the words tell of the time."""
    told = (words.year, words.month, words.day, words.weekday, words.clock)
    there = (start.year, start.month, start.day, start.weekday(), start.time())
    is_zone = not words.zone or words.zone == start.tzname()
    return is_zone and all(one is None or one == other for one, other in zip(told, there, strict=True))


def _taken(
    text: str, patterns: tuple[re.Pattern[str], ...], read: Callable[[re.Match[str]], T | None]
) -> tuple[list[T], str]:
    """What the patterns find that can be read, and the text with gaps in their places."""
    found: list[T] = []

    def take(match: re.Match[str]) -> str:
        value = read(match)
        if value is None:
            return match[0]
        found.append(value)
        return _GAP

    for pattern in patterns:
        text = pattern.sub(take, text)
    return found, text


def _clocks(match: re.Match[str]) -> tuple[time, time | None] | None:
    """When a session starts and, where it is said, ends; ``None`` for numbers that are no times, such as a room's."""
    parts = match.groupdict()
    if "hour1" not in parts:
        return time(12), None
    if "half1" not in parts:
        return time(int(parts["hour1"] or parts["hour2"]), int(parts["minute1"] or parts["minute2"])), None
    if match[0].startswith("0."):
        return None  # a fraction of a day
    halves = [parts["half1"] or parts["half2"], parts["half2"] or parts["half1"]]
    if not any(parts[name] for name in ("minute1", "half1", "uhr1", "half2", "uhr2")):
        return None
    read = [_clock(parts[f"hour{at}"], parts[f"minute{at}"], half) for at, half in enumerate(halves, start=1)]
    start, end = read
    if start and end and start > end and not parts["half1"] and parts["half2"]:
        start = _clock(parts["hour1"], parts["minute1"], "a")
    return (start, end) if start and bool(end) == bool(parts["hour2"]) else None


def _clock(hour: str | None, minute: str | None, half: str | None) -> time | None:
    if hour is None:
        return None
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half in "pP" else 0)
    return time(number, int(minute or 0)) if number < 24 and int(minute or 0) < 60 else None


def _names(rest: str) -> Iterator[str]:
    """What is left beside days and times, in pieces."""
    for piece in _SEPARATORS.split(rest):
        name = piece.strip()
        while (bare := _JOINING.sub("", name).strip()) != name:
            name = bare
        if any(map(str.isalnum, name)):
            yield name
