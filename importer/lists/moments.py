"""Pure: what cells say of a day and a time of day.

Nothing is guessed: what can be read in two ways is a finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from importer.lists.days import DAY_FORM, MONTH, WEEKDAY, order_of, read_day, two_digit_year, weekday_number
from importer.lists.findings import MIXED, Finding, cell_text, unusable
from importer.lists.session_words import read_session_words
from importer.model import DAY_ZERO, Cell, SessionWords, Severity

TIME_FORM = "10:00"
START_FORM = f"{DAY_FORM} {TIME_FORM}"
OFFSET_FORM = f"{START_FORM} +00:00"

FORMS = {"start": START_FORM, "date": DAY_FORM, "time": TIME_FORM}
_NOUNS = {"start": "a date with a time", "date": "a date", "time": "a time"}
_LONGEST = 60
YEARS = (1904, 9999)  # the last of them overflows in some zone
_LAST_EPOCH_YEAR = 1904  # a time without a day, as workbooks keep it, falls on a day of 1899, 1900 or 1904

_FLAGS = re.ASCII | re.IGNORECASE
_MONTH = rf"{MONTH}\.?"
_BARE_WEEKDAY = re.compile(rf"{WEEKDAY}(?:day)?\.?", _FLAGS)
_WEEKDAY = re.compile(_BARE_WEEKDAY.pattern + r"[,\s]\s*", _FLAGS)
_ANY_WORD = re.compile(r"[^\W\d_]{2,15}[.,\s]+")
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
_PLAIN_CLOCK = re.compile(r"(\d|1\d|2[0-3])([0-5]\d)")
_PLAIN_CLOCK_TEXT = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:\s*(?:hrs?|h|uhr))?", _FLAGS)
_WIDEST_OFFSET = timedelta(hours=14)
_LONGEST_ABBREVIATION = 5

_SERIALS = (30_000, 80_000)
_SERIAL_YEARS = range(1990, 2100)
"""Numbers in a column of dates that are surely days, as a workbook counts them."""

_LOST_S = timedelta(seconds=5)
"""What four decimals of a day can't tell: 10:00 kept as 0.4167 comes back as 10:00:03."""


OTHER_WEEKDAY, DATE_IS_USED = "weekday_contradicts", "The date is used."
"""The rule of a start whose weekday is not that of its date, and what the session that is there by its date decides."""


class Moment(NamedTuple):
    """What one cell says: a day, a time of day, or both, and the zone if the cell names one.

    A zone is an abbreviation (``BST``) where only the day can tell what it means. ``words`` are a day whose year is
    left out, which only the sessions that there are can tell.
    """

    day: date | None = None
    clock: time | None = None
    zone: tzinfo | str | None = None
    remark: Finding | None = None
    words: SessionWords | None = None


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
    if field == "time" and isinstance(cell, int) and (plain := _PLAIN_CLOCK.fullmatch(str(cell))):
        clock = time(int(plain[1]), int(plain[2]))
        remark = Finding("time_as_number", f"{cell} is read as {clock:%H:%M}.", Severity.WARNING)
        return Moment(clock=clock, remark=remark)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and (moment := _read_number(cell, day_zero)):
        if moment.date() == day_zero:
            return Moment(clock=moment.time())
        if moment.year in _SERIAL_YEARS:
            sentence = f"{cell_text(cell)} is a date that lost its format: it is read as {cell_text(moment)}."
            return _of_workbook(moment)._replace(remark=Finding(f"{field}_lost_format", sentence, Severity.WARNING))
    return Finding(
        f"{field}_number",
        f"{cell_text(cell)} is not {_NOUNS[field]}. Format the column as text and write it like {FORMS[field]}.",
    )


def date_order_in(cells: Iterable[Cell]) -> str | None:
    """What 03/04/2030 means in a column: ``dmy``, ``mdy``, ``MIXED`` if its cells disagree, else ``None``."""
    orders = {order for cell in set(cells) if isinstance(cell, str) and (order := _order_of(cell))}
    return MIXED if len(orders) > 1 else next(iter(orders), None)


def _of_workbook(moment: datetime) -> Moment:
    return Moment(moment.date(), moment.time() if moment.time() != time() else None)


def _to_minute(moment: datetime) -> datetime:
    """A moment without the few seconds by which a workbook's numbers miss the minute."""
    if moment.second == 0 == moment.microsecond or moment.year >= YEARS[1]:
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
    quoted = cell_text(cell) if text[:1].isdigit() else f'"{cell_text(cell)}"'
    nonsense = Finding(f"not_a_{field}", f"{quoted} is not {_NOUNS[field]}. Write it like {FORMS[field]}.")
    if len(text) > _LONGEST:
        return nonsense
    weekday = _WEEKDAY.match(text)
    rest = text[weekday.end() :] if weekday else text
    match = next((found for pattern in _DAYS if (found := pattern.match(rest))), None)
    if match is None:
        if _BARE_WEEKDAY.fullmatch(text):
            return Moment()
        return _read_time(text, may_be_minus=False) or _in_words(text, date_order) or nonsense
    said = read_day(match, date_order)
    if isinstance(said, Finding):
        return said
    day = date(said.year or 0, said.month, said.day)
    moment = Moment(day)
    if after := rest[match.end() :]:
        gap = _BETWEEN.match(after)
        clock = _read_time(after[gap.end() :], may_be_minus=gap[0] in "tT") if gap else None
        if clock is None:
            return _in_words(text, date_order) or nonsense
        moment = clock._replace(day=day)
    is_other_day = weekday is not None and day.weekday() != weekday_number(weekday[1])
    if typed := said.typed_short:
        return two_digit_year(typed) if is_other_day else moment._replace(remark=_short_year(typed, day, field))
    if weekday and is_other_day:
        sentence = f"{cell_text(day)} is a {day:%A}, the cell says {weekday[0].strip(' .,')}. {DATE_IS_USED}"
        moment = moment._replace(remark=Finding(OTHER_WEEKDAY, sentence, Severity.WARNING))
    return moment


def _in_words(text: str, date_order: str | None) -> Moment | None:
    """What a cell says of nothing but a day and a time, as people write them beside a session's name.

    The end of a session is only compared with its start.
    """
    said = read_session_words(text, date_order)
    if isinstance(said, Finding) or said.names or not (said.day or said.clock):
        return None
    if said.day and said.month and said.year:
        return Moment(date(said.year, said.month, said.day), said.clock)
    return Moment(clock=said.clock, words=said if said.day else None)


def _short_year(typed: str, day: date, field: str) -> Finding:
    return Finding(f"{field}_short_year", f"{typed} is read as {cell_text(day)}.", Severity.WARNING)


def _order_of(cell: str) -> str | None:
    text = unicodedata.normalize("NFKC", cell[:_LONGEST]).strip()
    word = _ANY_WORD.match(text)
    match = _NUMBERS.match(text, word.end() if word else 0)
    if match is None or match["first"] == match["second"] or isinstance(read_day(match, None), Finding):
        return None
    return order_of(int(match["first"]), int(match["second"]))


def _read_time(text: str, *, may_be_minus: bool) -> Moment | None:
    """A time of day with its offset. ``10:00-11:00`` is two times: a minus counts as an offset only in ISO 8601."""
    if plain := _PLAIN_CLOCK_TEXT.fullmatch(text):
        return Moment(clock=time(int(plain[1]), int(plain[2])))
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
