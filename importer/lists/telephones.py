"""Pure: a telephone number, as its cell has it. What ``phonenumbers`` knows of a country tells which are none.

Numbers that begin alike and are equally long are asked about once, because the library takes its time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from importer.lists.findings import AS_TEXT, EXACT_DIGITS, LOST_FORMAT, SCIENTIFIC, Finding, cell_text, kind, zeros_gone
from importer.model import Cell, Severity

TELEPHONES = ("mobile", "phone")
"""The columns that hold them."""

_TELEPHONE = re.compile(
    r"\s*(?P<number>(?:[\s()+./\u2010-\u2013-]*\d){6,17})[\s().-]*(?:(?:ext(?:ension|n)?|x)[\s.:]*(?P<extension>\d+))?",
    re.ASCII | re.IGNORECASE,
)
_TIDY_TELEPHONE = re.compile(r"\+?\d(?: ?\d){5,16}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[\s()./\u2010-\u2013-]+")
_DIALLED_AT_HOME = re.compile(r"^(\s*(?:\+|00)[\d\s]{1,5})\(0\)")
_ODD = "telephone_odd"
_EXTENSION = " ext. "
_HEAD = 4
"""So much of a number tells its country, and whether it begins as numbers there do."""

_NOWHERE = "ZZ"
_FEWEST_WITHOUT_ZERO = 9
"""Shorter ones may be local numbers, which have no zero."""


class Telephones(NamedTuple):
    """How the numbers of a list are read: the ``region`` of those without a country code ("GB", or "" if unknown), what
    was agreed on about a ``zero`` that is missing in front ("" if nothing), and whether they are sent as E.164."""

    region: str = ""
    zero: str = ""
    is_e164: bool = False


_ZERO_MISSING = Finding(
    "telephone_zero", "Is a zero missing in front of this number? It is sent as it stands.", Severity.WARNING
)


def read_telephone(cell: Cell, by: Telephones = Telephones()) -> tuple[str, Finding | None]:  # noqa: B008 - immutable
    """A number with single blanks in place of brackets, dots and dashes; an odd one as it was typed, with a warning.

    What has certainly lost digits is not sent. A zero that is missing in front is added where that was agreed on.
    """
    number, finding = _tidied(cell)
    if not number or (finding and finding.rule == _ODD):
        return number, finding
    if number[0] not in "0+" and _misses_zero(number, by.region):
        if by.zero == "add":
            number = f"0{number}"
        finding = None if by.zero else _ZERO_MISSING
    main = number.partition(_EXTENSION)[0]
    if not _is_possible(main[:_HEAD], len(main) - main.count(" "), by.region):
        return (cell if isinstance(cell, str) else number), _odd(cell)
    return (_as_e164(number, by.region) if by.is_e164 else number), finding


def lost_zero(cell: Cell, region: str) -> str:
    """The number of a cell that seems to have lost the zero in front; "" if it has not."""
    if cell is None or (isinstance(cell, str) and cell[:1] in "0+"):
        return ""
    number = _tidied(cell)[0]
    return number if number and _misses_zero(number, region) else ""


def _misses_zero(number: str, region: str) -> bool:
    """Whether a number would be a whole one of a region with a zero in front."""
    length = len(number) - number.count(" ")
    is_bare = length >= _FEWEST_WITHOUT_ZERO and number.replace(" ", "").isdigit() and number[0] != "0"
    return is_bare and bool(region) and _is_national(number[:_HEAD], length, region)


@lru_cache
def region_of(timezone: str) -> str:
    """The country of a time zone, "" if it has none: ``GB`` of ``Europe/London``."""
    from babel.core import get_global

    territory: str = get_global("zone_territories").get(get_global("zone_aliases").get(timezone, timezone), "")
    return territory if territory.isalpha() and territory != _NOWHERE else ""


def _tidied(cell: Cell) -> tuple[str, Finding | None]:
    """A number as it is sent, whatever its country: tidied, or as it was typed where it is odd; "" where it is lost."""
    if isinstance(cell, str) and _TIDY_TELEPHONE.fullmatch(cell):
        return cell, None
    if isinstance(cell, int) and not isinstance(cell, bool) and 0 < cell < 10**EXACT_DIGITS:
        return str(cell), zeros_gone(cell)
    if isinstance(cell, str) and (number := LOST_FORMAT.fullmatch(cell)):
        return number[1], zeros_gone(cell)
    if not isinstance(cell, str) or SCIENTIFIC.fullmatch(cell):
        sentence = f"{cell_text(cell)} is {kind(cell)}, not a telephone number, and is not sent. {AS_TEXT}"
        return "", Finding("telephone_lost", sentence, Severity.WARNING)
    parts = _TELEPHONE.fullmatch(cell)
    if parts is None:
        return cell, _odd(cell)
    tidy = " ".join(_BETWEEN_DIGITS.sub(" ", _DIALLED_AT_HOME.sub(r"\1 ", parts["number"])).split())
    return f"{tidy}{_EXTENSION}{parts['extension']}" if parts["extension"] else tidy, None


def _odd(cell: Cell) -> Finding:
    sentence = f"{cell_text(cell)} does not look like a telephone number. It is sent as it stands."
    return Finding(_ODD, sentence, Severity.WARNING)


def _beginning(head: str, length: int) -> str:
    """A number that begins like that and is so long."""
    digits = head.replace(" ", "")
    digits += "2" * (length - len(digits))
    return f"+{digits[2:]}" if digits.startswith("00") else digits


@lru_cache(maxsize=2**14)
def _is_possible(head: str, length: int, region: str) -> bool:
    """Whether a number that begins like that has the length of one; without a country nobody knows."""
    import phonenumbers

    number = _beginning(head, length)
    if not region and not number.startswith("+"):
        return True
    try:
        reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(number, region or None))
    except phonenumbers.NumberParseException:
        return False
    is_local = reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY and not number.startswith("+")
    return is_local or reason == phonenumbers.ValidationResult.IS_POSSIBLE


@lru_cache(maxsize=2**14)
def _is_national(head: str, length: int, region: str) -> bool:
    import phonenumbers

    digits = _beginning(head, length)
    country = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if country is None or country.national_prefix != "0" or digits.startswith(str(country.country_code)):
        return False
    parsed = phonenumbers.parse(digits, region)
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return str(parsed.national_number) == digits and reason == phonenumbers.ValidationResult.IS_POSSIBLE


def _as_e164(number: str, region: str) -> str:
    """A number as ``+447700900123``; as it is, where its country is not known, it is local or has an extension."""
    import phonenumbers

    if _EXTENSION in number:
        return number
    try:
        parsed = phonenumbers.parse(f"+{number[2:]}" if number.startswith("00") else number, region or None)
    except phonenumbers.NumberParseException:
        return number
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
