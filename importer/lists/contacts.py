"""Pure: an e-mail address, as its cell has it."""

from __future__ import annotations

import re
from functools import lru_cache

from importer.lists.findings import Finding, cell_text
from importer.model import Cell, Severity

_PLAIN_ADDRESS = re.compile(r"(?!\.)(?!.*\.[.@])[A-Za-z0-9_+.-]{1,64}@([A-Za-z0-9.-]{1,180})")


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
