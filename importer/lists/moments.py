"""Pure: what cells say of a day and a time of day.

Nothing is guessed: what can be read in two ways is a finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from importer.lists.findings import MIXED, Finding, shown, unusable
from importer.model import DAY_ZERO, Cell, Severity

DAY_FORM = "14 Mar 2030"
TIME_FORM = "10:00"
START_FORM = f"{DAY_FORM} {TIME_FORM}"
OFFSET_FORM = f"{START_FORM} +00:00"

_FORMS = {"start": START_FORM, "date": DAY_FORM, "time": TIME_FORM}
_NOUNS = {"start": "a date with a time", "date": "a date", "time": "a time"}
_LONGEST = 60
_YEARS = (1904, 9999)  # the last of them overflows in some zone
_LAST_EPOCH_YEAR = 1904  # a time without a day, as workbooks keep it, falls on a day of 1899, 1900 or 1904

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
    r"\s*(?:(?P<half>[ap])\.?m\.?)?"
    r"\s*(?:[(\[]?(?:(?:utc|gmt)?(?P<sign>[-+−])(?P<hours>\d{2}):?(?P<minutes>[0-5]\d)?|(?P<zone>[a-z][a-z_/+-]*))[)\]]?)?",
    _FLAGS,
)
_WIDEST_OFFSET = timedelta(hours=14)
_LONGEST_ABBREVIATION = 5

_SERIALS = (30_000, 80_000)
_SERIAL_YEARS = range(1990, 2100)
"""Numbers in a column of dates that are surely days, as a workbook counts them."""

_LOST_S = timedelta(seconds=5)
"""What four decimals of a day can't tell: 10:00 kept as 0.4167 comes back as 10:00:03."""


class Moment(NamedTuple):
    """What one cell says: a day, a time of day, or both, and the zone if the cell names one.

    A zone is an abbreviation (``BST``) where only the day can tell what it means.
    """

    day: date | None = None
    clock: time | None = None
    zone: tzinfo | str | None = None
    remark: Finding | None = None


class Start(NamedTuple):
    """When a session starts, in UTC; ``None`` where the findings tell why not.

    ``or_moment`` is the later instant of a local time that exists twice, when the clocks go back.
    """

    moment: datetime | None = None
    findings: tuple[Finding, ...] = ()
    or_moment: datetime | None = None


def read_moment(
    cell: Cell, field: str, date_order: str | None = None, *, day_zero: date = DAY_ZERO
) -> Moment | Finding:
    """What a cell of the column ``field`` (``start``, ``date`` or ``time``) says.

    A date cell at exactly midnight is a day without a time: that is how workbooks keep a day. A number is a date that
    lost its format, counted in days from ``day_zero``. ``date_order`` is what 03/04/2030 means, ``"dmy"`` or
    ``"mdy"``; without it such a day is a finding.
    """
    if isinstance(cell, datetime):
        day_and_clock = _to_minute(cell)
        if cell.year <= _LAST_EPOCH_YEAR:
            return Moment(clock=day_and_clock.time())
        return _of_workbook(day_and_clock)
    if isinstance(cell, date):
        return Moment(cell)
    if isinstance(cell, time):
        return Moment(clock=_to_minute(datetime.combine(DAY_ZERO, cell)).time())
    if finding := unusable(cell):
        return finding
    if isinstance(cell, str):
        return _read_text(cell, field, date_order)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and (moment := _read_number(cell, day_zero)):
        if moment.date() == day_zero:
            return Moment(clock=moment.time())
        if moment.year in _SERIAL_YEARS:
            sentence = f"{shown(cell)} is a date that lost its format: it is read as {shown(moment)}."
            return _of_workbook(moment)._replace(remark=Finding(f"{field}_lost_format", sentence, Severity.WARNING))
    return Finding(
        f"{field}_number",
        f"{shown(cell)} is not {_NOUNS[field]}. Format the column as text and write it like {_FORMS[field]}.",
    )


def settled_order(cells: Iterable[Cell]) -> str | None:
    """What 03/04/2030 means in a column: ``dmy``, ``mdy``, ``MIXED`` if its cells disagree, else ``None``."""
    orders = {order for cell in set(cells) if isinstance(cell, str) and (order := _order_of(cell))}
    return MIXED if len(orders) > 1 else next(iter(orders), None)


def read_start(
    cells: Mapping[str, Cell], zone: ZoneInfo, orders: Mapping[str, str | None], *, day_zero: date = DAY_ZERO
) -> Start:
    """When the session starts, as the cells of the columns ``start``, ``date`` and ``time`` say together.

    ``cells`` has those columns that the roster has, ``None`` where they are blank. Each may hold a day, a time or
    both; what two of them say must agree. ``orders`` is what 03/04/2030 means in each column, ``day_zero`` the day from
    which numbers count. Times without a zone are local times of ``zone``. All that is wrong is told at once.
    """
    moments: list[tuple[str, Moment]] = []
    findings: list[Finding] = []
    for field, cell in cells.items():
        if cell is None:
            continue
        read = read_moment(cell, field, orders.get(field), day_zero=day_zero)
        if isinstance(read, Finding):
            findings.append(read._replace(field=field))
            continue
        moments.append((field, read))
        if read.remark is not None:
            findings.append(read.remark._replace(field=field))
    if any(finding.severity is Severity.PROBLEM for finding in findings):
        return Start(None, tuple(findings))
    days = {moment.day: field for field, moment in moments if moment.day}
    clocks = {(moment.clock, moment.zone): field for field, moment in moments if moment.clock}
    if len(clocks) > 1:  # 10:00 and 10:00 BST are one time
        clocks = {at: field for at, field in clocks.items() if at[1] or sum(at[0] == one for one, _ in clocks) == 1}
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
        (day,), (((clock, named), field),) = days, clocks.items()
        starts, finding = _to_utc(datetime.combine(day, clock), named or zone, zone)
        if finding:
            findings.append(finding._replace(field=field))
        earlier, later = (*starts, None, None)[:2]
        return Start(earlier, tuple(findings), later)
    return Start(None, tuple(findings))


def instants(local: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants of a local time, in UTC, the earlier first: none or two of them where the clocks change."""
    both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in both if one.astimezone(zone).replace(tzinfo=None) == local))


def _to_utc(local: datetime, named: tzinfo | str, zone: ZoneInfo) -> tuple[tuple[datetime, ...], Finding | None]:
    """The instants that a local time may mean, and what is wrong or odd about it. ``named`` is the zone of the cell."""
    if not _YEARS[0] < local.year < _YEARS[1]:
        return (), Finding("not_a_date", f"{shown(local)} is no date of a session. Write it like {START_FORM}.")
    if isinstance(named, str):
        return _by_abbreviation(local, named, zone)
    found = instants(local, named)
    if not found:
        sentence = f"{shown(local)} does not exist: the clocks go forward then ({named}). Write another time."
        return (), Finding("time_does_not_exist", sentence)
    if len(found) == 1:
        return found, None
    sentence = (
        f"{shown(local)} happens twice: the clocks go back then ({named}). Whichever a session starts at is meant. To "
        f"say which, add the offset, like {OFFSET_FORM}."
    )
    return found, Finding("time_exists_twice", sentence, Severity.WARNING)


def _by_abbreviation(local: datetime, name: str, zone: ZoneInfo) -> tuple[tuple[datetime, ...], Finding | None]:
    """``BST`` means what it does in our own zone on that day; GMT means the same everywhere, but never summer time."""
    found = [one for one in instants(local, zone) if one.astimezone(zone).tzname() == name]
    if found:
        return tuple(found), None
    of_year = {datetime(local.year, month, 1, tzinfo=zone).tzname() for month in (1, 7)}
    if name == "GMT" and name not in of_year:
        return (local.replace(tzinfo=UTC),), None
    why = f"{zone} is not on {name} then" if name in of_year else f"what {name} means can't be told for sure"
    return (), Finding("zone", f"{shown(local)} {name}: {why}. Leave it out, or write the offset, like {OFFSET_FORM}.")


def _of_workbook(moment: datetime) -> Moment:
    return Moment(moment.date(), moment.time() if moment.time() != time() else None)


def _to_minute(moment: datetime) -> datetime:
    """A moment without the few seconds by which a workbook's numbers miss the minute."""
    if moment.second == 0 == moment.microsecond or moment.year >= _YEARS[1]:
        return moment
    minute = (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)
    return minute if abs(moment - minute) <= _LOST_S else moment


def _read_number(cell: float, day_zero: date) -> datetime | None:
    """A time of day that lost its format is a fraction of a day, a date a number of days."""
    if not (0 < cell < 1 or _SERIALS[0] < cell < _SERIALS[1]):
        return None
    return _to_minute(datetime.combine(day_zero, time()) + timedelta(seconds=round(cell * 86_400)))


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
    zone: tzinfo | str | None = None
    if match["sign"]:
        width = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        if width > _WIDEST_OFFSET:
            return None
        zone = timezone(width if match["sign"] == "+" else -width)
    elif match["zone"] and (zone := _zone(match["zone"])) is None:
        return None
    try:
        return Moment(clock=time(hour, minute, second), zone=zone)
    except ValueError:
        return None


def _zone(name: str) -> tzinfo | str | None:
    """A zone by its name; an abbreviation stays one. Words in small letters are words, but for the best known."""
    if "/" in name:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            return None
    if name.upper() in ("Z", "UTC"):
        return UTC
    is_abbreviation = name.isupper() or name.upper() in ("GMT", "BST")
    return name.upper() if is_abbreviation and name.isalpha() and len(name) <= _LONGEST_ABBREVIATION else None
