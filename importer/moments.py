"""Pure: what cells say of a day and a time of day, and how a finding quotes a cell.

Nothing is guessed: what can be read in two ways is a finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from importer.model import Cell, Severity, Unreadable

DAY_FORM = "14 Mar 2030"
TIME_FORM = "10:00"
START_FORM = f"{DAY_FORM} {TIME_FORM}"
OFFSET_FORM = f"{START_FORM} +00:00"

MIXED = "mixed"
"""The order of a column in which 14/03/2030 and 03/14/2030 both stand: neither it nor an option settles anything."""

_FORMS = {"start": START_FORM, "date": DAY_FORM, "time": TIME_FORM}
_NOUNS = {"start": "a date with a time", "date": "a date", "time": "a time"}
_LONGEST = 60
_YEARS = (1904, 9999)  # the last of them overflows in some zone
_LAST_EPOCH_YEAR = 1904  # a time without a day, as workbooks keep it, falls on a day of 1899, 1900 or 1904

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"))
_JOINERS = " \u200c\u200d"
"""Persian and the scripts of India need the two inside a word; at its ends they are dirt."""

_FLAGS = re.ASCII | re.IGNORECASE
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BARE_WEEKDAY = re.compile(r"(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?", _FLAGS)
_WEEKDAY = re.compile(_BARE_WEEKDAY.pattern + r"[,\s]\s*", _FLAGS)
_YEAR = r"(?P<year>\d{4}|'?\d{2})(?!\d|[:.]\d|\s*[ap]\.?m)"
_NUMBERS = re.compile(r"(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?P=sep)" + _YEAR, _FLAGS)
_DAYS = (
    re.compile(r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d|[:.]\d)", _FLAGS),
    _NUMBERS,
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[-\s/.]*" + _MONTH + r"[-,\s/.]*" + _YEAR, _FLAGS),
    re.compile(_MONTH + r"[-\s/.]*(?P<day>\d{1,2})(?:st|nd|rd|th)?[-,\s/.]+" + _YEAR, _FLAGS),
)
_BETWEEN = re.compile(r"t(?=\d)|[,\s]+(?:at\s+|@\s*|[-–]\s+)?", _FLAGS)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:(?P<sep>[:.])(?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?)?"
    r"\s*(?:(?P<half>[ap])\.?m\.?)?\s*(?P<zone>z|utc|gmt|(?P<sign>[-+−])(?P<hours>\d{2}):?(?P<minutes>[0-5]\d)?)?",
    _FLAGS,
)
_WIDEST_OFFSET = timedelta(hours=14)


class Finding(NamedTuple):
    """What a rule has to say of a cell. ``field`` is given where a rule reads more than one."""

    rule: str
    sentence: str
    severity: Severity = Severity.PROBLEM
    field: str = ""


class Moment(NamedTuple):
    """What one cell says: a day, a time of day, or both, and an offset from UTC if the cell names one."""

    day: date | None = None
    clock: time | None = None
    offset: timezone | None = None
    remark: Finding | None = None


class Start(NamedTuple):
    """When a session starts, in UTC; ``None`` where the findings tell why not."""

    moment: datetime | None = None
    findings: tuple[Finding, ...] = ()


def shown(cell: Cell) -> str:
    """A cell as a sentence quotes it: dates as we write them, long text cut short."""
    if isinstance(cell, datetime):
        return f"{cell.day} {cell:%b %Y %H:%M}" if cell.time() != time() else shown(cell.date())
    if isinstance(cell, date):
        return f"{cell.day} {cell:%b %Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, Unreadable):
        return shown(cell.text)
    text = " ".join(str(cell)[: 2 * _LONGEST].split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def clean(text: str) -> str:
    """A text without what can't be seen in it: blanks at its ends, doubled or odd blanks, control characters."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
        text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text).strip(_JOINERS)
    return " ".join(text.split())


def read_moment(cell: Cell, field: str, date_order: str | None = None) -> Moment | Finding:
    """What a cell of the column ``field`` (``start``, ``date`` or ``time``) says.

    A date cell at exactly midnight is a day without a time: that is how workbooks keep a day. ``date_order`` is what
    03/04/2030 means, ``"dmy"`` or ``"mdy"``; without it such a day is a finding.
    """
    if isinstance(cell, datetime):
        clock = cell.time()
        if cell.year <= _LAST_EPOCH_YEAR:
            return Moment(clock=clock)
        return Moment(cell.date(), clock if clock != time() else None)
    if isinstance(cell, date):
        return Moment(cell)
    if isinstance(cell, time):
        return Moment(clock=cell)
    if isinstance(cell, str):
        return _read_text(cell, field, date_order)
    if isinstance(cell, float) and 0 < cell < 1:
        # A time of day that lost its format is a fraction of a day.
        seconds = round(cell * 86_400)
        if seconds < 86_400:
            return Moment(clock=time(seconds // 3600, seconds // 60 % 60, seconds % 60))
    return Finding(
        f"{field}_number",
        f"{shown(cell)} is not {_NOUNS[field]}. Format the column as text and write it like {_FORMS[field]}.",
    )


def settled_order(cells: Iterable[Cell]) -> str | None:
    """What 03/04/2030 means in a column: ``dmy``, ``mdy``, ``MIXED`` if its cells disagree, else ``None``."""
    orders = {order for cell in set(cells) if isinstance(cell, str) and (order := _order_of(cell))}
    return MIXED if len(orders) > 1 else next(iter(orders), None)


def read_start(cells: Mapping[str, Cell], zone: ZoneInfo, orders: Mapping[str, str | None]) -> Start:
    """When the session starts, as the cells of the columns ``start``, ``date`` and ``time`` say together.

    ``cells`` has those columns that the roster has, ``None`` where they are blank. Each may hold a day, a time or
    both; what two of them say must agree. ``orders`` is what 03/04/2030 means in each column. Times without an offset
    are local times of ``zone``. All that is wrong is told at once.
    """
    moments: list[tuple[str, Moment]] = []
    findings: list[Finding] = []
    for field, cell in cells.items():
        if cell is None:
            continue
        read = read_moment(cell, field, orders.get(field))
        if isinstance(read, Finding):
            findings.append(read._replace(field=field))
            continue
        moments.append((field, read))
        if read.remark is not None:
            findings.append(read.remark._replace(field=field))
    if any(finding.severity is Severity.PROBLEM for finding in findings):
        return Start(None, tuple(findings))
    days = {moment.day: field for field, moment in moments if moment.day}
    clocks = {(moment.clock, moment.offset): field for field, moment in moments if moment.clock}
    if len(days) > 1:
        field, told = list(days.values())[1], " and ".join(map(shown, days))
        findings.append(Finding("start_contradicts", f"The row names two dates, {told}. Leave one.", field=field))
    elif len(clocks) > 1:
        field, told = list(clocks.values())[1], " and ".join(shown(clock) for clock, _ in clocks)
        findings.append(Finding("start_contradicts", f"The row names two times, {told}. Leave one.", field=field))
    elif not days:
        field = next((name for name in ("date", "start") if name in cells), "")
        remedy = f"Write it like {_FORMS[field]}." if field else f'Add a column "Start", like {START_FORM}.'
        findings.append(Finding("no_date", f"There is no date. {remedy}", field=field))
    elif not clocks:
        (day,) = days
        field = next((name for name in ("time", "start") if name in cells), "date")
        form = TIME_FORM if field == "time" else START_FORM
        findings.append(Finding("no_time", f"{shown(day)} has no time of day. Write it like {form}.", field=field))
    else:
        ((day, field),), ((clock, offset),) = days.items(), clocks
        moment = to_utc(datetime.combine(day, clock), offset or zone)
        if isinstance(moment, datetime):
            return Start(moment, tuple(findings))
        findings.append(moment._replace(field=field))
    return Start(None, tuple(findings))


def to_utc(local: datetime, zone: ZoneInfo | timezone) -> datetime | Finding:
    """The instant of a local time, in UTC. A local time that does not exist or exists twice is a finding."""
    if not _YEARS[0] < local.year < _YEARS[1]:
        return Finding("not_a_date", f"{shown(local)} is no date of a session. Write it like {START_FORM}.")
    aware = local.replace(tzinfo=zone)
    instant = aware.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        sentence = (
            f"{shown(local)} does not exist: the clocks go forward then ({zone}). Write the time like {TIME_FORM}."
        )
        return Finding("time_does_not_exist", sentence)
    if aware.utcoffset() != aware.replace(fold=1).utcoffset():
        sentence = (
            f"{shown(local)} happens twice: the clocks go back then ({zone}). Add the offset, like {OFFSET_FORM}."
        )
        return Finding("time_exists_twice", sentence)
    return instant


def _read_text(cell: str, field: str, date_order: str | None) -> Moment | Finding:
    text = " ".join(unicodedata.normalize("NFKC", cell[: 2 * _LONGEST]).split())
    quoted = shown(cell) if text[:1].isdigit() else f'"{shown(cell)}"'
    nonsense = Finding(f"not_a_{field}", f"{quoted} is not {_NOUNS[field]}. Write it like {_FORMS[field]}.")
    if len(text) > _LONGEST:
        return nonsense
    weekday = _WEEKDAY.match(text)
    rest = text[weekday.end() :] if weekday else text
    match = next((found for pattern in _DAYS if (found := pattern.match(rest))), None)
    if match is None:
        if _BARE_WEEKDAY.fullmatch(text):
            return Moment()
        return _read_time(text, may_be_minus=False) or nonsense
    day = _day(match, date_order)
    if isinstance(day, Finding):
        return day
    moment = Moment(day)
    if after := rest[match.end() :]:
        gap = _BETWEEN.match(after)
        clock = _read_time(after[gap.end() :], may_be_minus=gap[0] in "tT") if gap else None
        if clock is None:
            return nonsense
        moment = clock._replace(day=day)
    if weekday and _WEEKDAYS[day.weekday()] != weekday[1][:3].lower():
        sentence = f"{shown(day)} is a {day:%A}, the cell says {weekday[0].strip(' .,')}. The date is used."
        moment = moment._replace(remark=Finding("weekday_contradicts", sentence, Severity.WARNING))
    return moment


def _day(match: re.Match[str], date_order: str | None) -> date | Finding:
    parts = match.groupdict()
    typed = match[0]
    if len(parts["year"]) < 4:
        return Finding("two_digit_year", f"{typed} has a year of two digits. Write all four, like {DAY_FORM}.")
    if parts.get("first"):
        order = _order(int(parts["first"]), int(parts["second"])) or date_order
        if order not in ("dmy", "mdy"):
            remedy = "" if order == MIXED else ", or add --date-order dmy or mdy"
            return Finding("date_order", f"{typed} can be read in two ways. Write it like {DAY_FORM}{remedy}.")
        day, month = (parts["first"], parts["second"]) if order == "dmy" else (parts["second"], parts["first"])
    else:
        day = parts["day"]
        month = parts.get("month") or str(_MONTHS.index(parts["name"][:3].lower()) + 1)
    try:
        return date(int(parts["year"]), int(month), int(day))
    except ValueError:
        return Finding("not_a_date", f"{typed} is not a date. Write it like {DAY_FORM}.")


def _order(first: int, second: int) -> str | None:
    """``dmy`` or ``mdy``, where the two numbers leave no choice."""
    if first == second or first > 12:
        return "dmy"
    return "mdy" if second > 12 else None


def _order_of(cell: str) -> str | None:
    text = unicodedata.normalize("NFKC", cell[:_LONGEST]).strip()
    weekday = _WEEKDAY.match(text)
    match = _NUMBERS.match(text, weekday.end() if weekday else 0)
    if match is None or match["first"] == match["second"] or isinstance(_day(match, None), Finding):
        return None
    return _order(int(match["first"]), int(match["second"]))


def _read_time(text: str, *, may_be_minus: bool) -> Moment | None:
    """A time of day with its offset. ``10:00-11:00`` is two times: a minus counts as an offset only in ISO 8601."""
    match = _TIME.fullmatch(text)
    if match is None or (match["sign"] not in (None, "+") and not may_be_minus):
        return None
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    elif match["minute"] is None or (match["sep"] == "." and match["hour"] == "0"):
        return None  # 10 alone may be anything, and 0.42 is a fraction of a day
    offset = None
    if match["zone"]:
        width = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
        if width > _WIDEST_OFFSET:
            return None
        offset = timezone(width if match["sign"] in (None, "+") else -width)
    try:
        return Moment(clock=time(hour, minute, second), offset=offset)
    except ValueError:
        return None
