"""Pure: an e-mail address and a telephone number, as their cells have them."""

from __future__ import annotations

import re
from functools import lru_cache

from importer.lists.findings import AS_TEXT, EXACT_DIGITS, LOST_FORMAT, SCIENTIFIC, Finding, cell_text, kind, zeros_gone
from importer.model import Cell, Severity

_PLAIN_ADDRESS = re.compile(r"(?!\.)(?!.*\.[.@])[A-Za-z0-9_+.-]{1,64}@([A-Za-z0-9.-]{1,180})")
_TELEPHONE = re.compile(
    r"\s*(?P<number>(?:[\s()+./\u2010-\u2013-]*\d){6,17})[\s().-]*(?:(?:ext(?:ension|n)?|x)[\s.:]*(?P<extension>\d+))?",
    re.ASCII | re.IGNORECASE,
)
_TIDY_TELEPHONE = re.compile(r"\+?\d(?: ?\d){5,16}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[\s()./\u2010-\u2013-]+")
_DIALLED_AT_HOME = re.compile(r"^(\s*(?:\+|00)[\d\s]{1,5})\(0\)")


def read_email(cell: Cell) -> tuple[str, Finding | None]:
    """An address as it was typed. One that no mail can reach, though it is well formed, is a warning."""
    text = cell if isinstance(cell, str) else ""
    # Most addresses are plain before the @ and share a few domains: only these are worth the library's time.
    plain = _PLAIN_ADDRESS.fullmatch(text)
    verdict = _verdict("a@" + plain[1] if plain else text)
    if verdict is None:
        return text, None
    if verdict is Severity.WARNING:
        sentence = f"{cell_text(cell)} ends in a name that no mail is delivered to. It is sent as it stands."
        return text, Finding("email_special_use", sentence, Severity.WARNING)
    return "", Finding("email", f"{cell_text(cell)} is not an e-mail address. Write it like ada@example.org.")


def read_telephone(cell: Cell) -> tuple[str, Finding | None]:
    """A number with single blanks in place of brackets, dots and dashes; an odd one as it was typed, with a warning.

    What has certainly lost digits is not sent.
    """
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
        sentence = f"{cell_text(cell)} does not look like a telephone number. It is sent as it stands."
        return cell, Finding("telephone_odd", sentence, Severity.WARNING)
    tidy = " ".join(_BETWEEN_DIGITS.sub(" ", _DIALLED_AT_HOME.sub(r"\1 ", parts["number"])).split())
    return f"{tidy} ext. {parts['extension']}" if parts["extension"] else tidy, None


@lru_cache(maxsize=2**14)
def _verdict(address: str) -> Severity | None:
    """``None`` for a well-formed address, a warning for one whose domain is set aside for other uses than mail."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

    domain = address.rpartition("@")[2].lower()
    is_special = any(domain == name or domain.endswith("." + name) for name in SPECIAL_USE_DOMAIN_NAMES)
    try:
        # The library refuses a special domain before it has looked at the rest; under another one it does look.
        validate_email(f"{address}.example.org" if is_special else address, check_deliverability=False)
    except EmailNotValidError:
        return Severity.PROBLEM
    return Severity.WARNING if is_special else None
