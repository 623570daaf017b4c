"""A row as it is typed, ``[SHEET!]N[/C]``: the same for every command that takes one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from importer.cli.terminal import quoted
from importer.errors import SettingsError
from importer.model import RowRef


def typed(row: RowRef) -> str:
    return f"{row.sheet}!{row.key}" if row.sheet else row.key


def is_meant(text: str, row: RowRef) -> bool:
    sheet, _, key = text.rpartition("!")
    return row.key == key and sheet in ("", row.sheet)


def the_row(text: str, rows: Collection[RowRef]) -> RowRef | None:
    """The one of these rows that is meant, ``None`` where it is none of them. Raises ``SettingsError`` where it could
    be several."""
    found = [row for row in rows if is_meant(text, row)]
    if len(found) > 1:
        raise SettingsError(f"Row {text} stands on several sheets. Say on which: {_either(found)}.")
    parts = [row for row in rows if row.part and is_meant(text, row._replace(part=""))]
    if parts and not found:
        raise SettingsError(f"Row {text} is for several. Say which: {_either(parts)}.")
    return found[0] if found else None


def _either(rows: Iterable[RowRef]) -> str:
    return " or ".join(f"--row {quoted(typed(row))}" for row in sorted(rows))
