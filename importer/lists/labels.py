"""Pure: cells that hold one word or number: an id, a name of something, a number of places, a decision."""

from __future__ import annotations

import re

from importer.lists.findings import (
    AS_TEXT,
    EXACT_DIGITS,
    LOST_FORMAT,
    SCIENTIFIC,
    Finding,
    cell_text,
    clean,
    kind,
    zeros_gone,
)
from importer.model import NO_DECISION, Cell, Decision, Status
from importer.model.columns import heading_key
from importer.model.status import PRACTICE
from importer.service.port import is_id

MOST_SPACES = 500

_WHOLE = re.compile(r"(\d{1,9})(?:\.0*)?")
_LOST_DIGITS = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}", re.ASCII)
_CHOICES = ", ".join(Decision)
_DECISIONS = {heading_key(decision): decision for decision in Decision}


def read_booking_id(cell: Cell) -> tuple[str, Finding | None]:
    """A group booking ID in lower case."""
    if isinstance(cell, str) and is_id(cell):
        return cell.lower(), None
    if not isinstance(cell, str) or SCIENTIFIC.fullmatch(cell):
        sentence = f"{cell_text(cell)} is a number, not a group booking ID: digits are lost. {AS_TEXT}"
        return "", Finding("booking_id_number", sentence)
    length = f": it has {len(cell)} characters" if re.fullmatch(r"[0-9a-fA-F]+", cell) else ""
    sentence = f'"{cell_text(cell)}" is not a group booking ID{length}. Copy all 24 characters, 0-9 and a-f.'
    return "", Finding("booking_id", sentence)


def read_label(cell: Cell) -> tuple[str, Finding | None]:
    """A name or an id of something: a service, a resource, a mark of ours. A whole number is its digits."""
    if isinstance(cell, str):
        if not cell[:1].isdecimal():
            return cell, None
        if _LOST_DIGITS.fullmatch(cell):
            return "", Finding(
                "digits_lost", f"{cell_text(cell)} is what is left of a number: digits are lost. {AS_TEXT}"
            )
        if number := LOST_FORMAT.fullmatch(cell):
            return number[1], zeros_gone(cell)
        return cell, None
    if isinstance(cell, int) and not isinstance(cell, bool) and len(str(cell)) <= EXACT_DIGITS:
        return str(cell), None
    return "", Finding("not_text", f"{cell_text(cell)} is {kind(cell)}, not a text. {AS_TEXT}")


def read_spaces(cell: Cell) -> tuple[int, Finding | None]:
    """The number of places, 1 to ``MOST_SPACES``."""
    whole = _WHOLE.fullmatch(cell if isinstance(cell, str) else repr(cell)) if not isinstance(cell, bool) else None
    if whole and 1 <= int(whole[1]) <= MOST_SPACES:
        return int(whole[1]), None
    sentence = f"{cell_text(cell)} is not a number of places. Write a whole number from 1 to {MOST_SPACES}."
    return 1, Finding("spaces", sentence)


def read_status(cell: Cell) -> tuple[Status | None, Finding | None]:
    """What we wrote of a row, in practice too. Anything else was typed over it, and may be meant as a decision."""
    text = clean(cell).removesuffix(PRACTICE) if isinstance(cell, str) else ""
    if text in {*Status}:
        return Status(text), None
    sentence = f'"{cell_text(cell)}" changes nothing there. Choose in the column "Import decision": {_CHOICES}.'
    return None, Finding(NO_DECISION, sentence)


def read_decision(cell: Cell) -> tuple[Decision | None, Finding | None]:
    """What the person chose, without regard to case and blanks."""
    decision = _DECISIONS.get(heading_key(cell)) if isinstance(cell, str) else None
    if decision is not None:
        return decision, None
    sentence = f"{cell_text(cell)} is not a decision. Choose from the list: {_CHOICES}."
    return None, Finding(NO_DECISION, sentence)
