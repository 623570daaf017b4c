"""A list on the page: read with what people have put right in it, and written into its own bytes to be imported."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from importer.errors import LedgerError, RosterError
from importer.importing.latest import Latest
from importer.importing.questions import Choices
from importer.importing.reading import Reading, read_list
from importer.importing.safely import Sent, read_roster, write_corrections
from importer.ledger import Ledger
from importer.lists.corrections import as_typed
from importer.lists.findings import cell_text, clean
from importer.lists.session_words import as_written
from importer.lists.sessions import SESSION
from importer.model import (
    Cell,
    Decision,
    GroupBooking,
    Options,
    Question,
    Roster,
    RosterRow,
    RowRef,
    day_text,
    row_numbers,
)
from importer.model.columns import IMPORT_COLUMNS
from importer.model.drafts import CellRef, Draft
from importer.model.printable import printable
from importer.settings import Settings, with_kept_headings

DECISION = "import_decision"

_ID_BYTES = 16
_LONGEST_NAME = 120
_DECISION_HEADING = next(column.heading for column in IMPORT_COLUMNS if column.field == DECISION)


def new_draft(file: str, *, by: str, now: datetime, options: Options | None = None) -> Draft:
    """A list that was sent under this name, which may be any text: it is shown, and names nothing on a disk."""
    name = clean(printable(re.split(r"[/\\]", file)[-1]))[-_LONGEST_NAME:].lstrip(". ") or "list"
    return Draft(secrets.token_urlsafe(_ID_BYTES), name, now, by, now, by, options=options or Options())


def forget_unused(ledger: Ledger, *, now: datetime) -> None:
    """Forget the lists that nobody has used for long, with their files; where that can't be done now, the next time."""
    if old := ledger.drafts.unused(now=now):
        with suppress(LedgerError):
            ledger.forget((), (), (), old, now=now)


def path_of(draft: Draft, settings: Settings) -> Path:
    """Where a list is said to be: no file is there. Each has a folder of its own, for two senders' lists may well have
    one name: which list is a newer version of another is known by its people and by our marks."""
    return settings.ledger.with_name(f"{settings.ledger.stem}-lists") / draft.id / draft.file


def choices_of(draft: Draft, settings: Settings) -> Choices:
    """What holds for the import of a list: the settings, also what they say of headings by now, and what was chosen for
    it alone."""
    chosen, settings = dict(draft.chosen), with_kept_headings(settings)
    choices = Choices(settings, draft.options, is_released=draft.is_released)
    if taught := chosen.pop("headings", None):
        choices = choices.with_headings({**settings.headings, **taught})
    return choices.with_settings(**chosen) if chosen else choices


def with_choices(draft: Draft, choices: Choices, settings: Settings) -> Draft:
    """The list with what holds by now, where that is another than the settings say."""
    settings = with_kept_headings(settings)
    chosen = {
        name: value
        for name in ("payment_requests", "contact", "sender", "date_order", "name_order")
        if (value := getattr(choices.settings, name)) != getattr(settings, name)
    }
    headings = choices.settings.headings
    taught = {name: dict(said) for name, said in headings.items() if said != settings.headings.get(name)}
    if taught := {**draft.chosen.get("headings", {}), **taught}:
        chosen["headings"] = taught
    return replace(draft, options=choices.options, chosen=chosen, is_released=choices.is_released)


@dataclass(frozen=True, slots=True)
class Opened:
    """A list that was read as it is by now: ``sent`` are its bytes, with what was put right. ``rows`` go by place."""

    draft: Draft
    path: Path
    choices: Choices
    sent: Sent
    reading: Reading
    rows: Mapping[RowRef, RosterRow]

    @property
    def roster(self) -> Roster:
        """Raises ``HeadingsError`` where its headings have to be told first."""
        return self.reading.known()

    def cell(self, row: RowRef, field: str) -> CellRef | None:
        """Where a row has the cell of a field; ``None`` where it stands in no cell, or has no column yet."""
        sheet = self.roster.sheet_of(row)
        of_row = self.rows.get(row)
        place = of_row.places.get(field) if of_row else None
        if place:
            return CellRef(sheet.title, place.row, place.column) if place.row else None
        return CellRef(sheet.title, row.number, sheet.positions[field]) if field in sheet.positions else None


class OpenDrafts:
    """Reads each version of a list once, and keeps the last few that were looked at. Safe to call from any thread."""

    def __init__(self) -> None:
        self._opened: Latest[tuple[object, Opened]] = Latest(lambda one: len(one[1].rows))

    def open(self, draft: Draft, settings: Settings, ledger: Ledger) -> Opened:
        """Raises ``RosterError`` where it can't be read, and ``LedgerError`` where its file is gone."""
        choices = choices_of(draft, settings)
        key = (draft.version, repr(choices.settings))
        found = self._opened.get(draft.id)
        if found and found[0] == key:
            return found[1]
        return self._opened.put(draft.id, (key, open_draft(draft, choices, settings, ledger)))[1]


def open_draft(draft: Draft, choices: Choices, settings: Settings, ledger: Ledger) -> Opened:
    """The list as it is by now, with what is open about it. Raises ``RosterError`` and ``LedgerError``."""
    sent = Sent(ledger.drafts.content(draft.id), draft.texts)
    path = path_of(draft, settings)
    reading = read_list(path, choices, sent)
    rows = {row.ref: row for row in reading.roster.rows} if reading.roster else {}
    return Opened(draft, path, choices, sent, reading, rows)


def corrected(opened: Opened, texts: Mapping[CellRef, str], *, by: str, now: datetime) -> Draft:
    """The list with these texts in its cells, as one step that can be undone."""
    before = _cells(opened, {(cell.sheet, cell.row) for cell in texts})
    changes = {cell: (_text(before.get(cell)), as_typed(text)) for cell, text in texts.items()}
    return opened.draft.corrected(changes, by=by, at=now)


def decided(
    opened: Opened,
    rows: Collection[RowRef],
    decision: Decision | None,
    *,
    asked: Mapping[RowRef, Question] | None = None,
    by: str,
    now: datetime,
) -> Draft:
    """The list with a decision beside each of these rows, ``None`` to take it away: in a column of ours, which is added
    where there is none. ``asked`` are the questions that were shown beside them: they are answered by it."""
    texts: dict[CellRef, str] = {}
    for row in rows:
        sheet = opened.roster.sheet_of(row)
        column = sheet.positions.get(DECISION)
        if column is None:
            column = sheet.width + 1
            texts[CellRef(sheet.title, sheet.heading_row, column)] = _DECISION_HEADING
        texts[CellRef(sheet.title, row.number, column)] = str(decision or "")
    draft = corrected(opened, texts, by=by, now=now)
    if not asked:
        return draft
    shown = dict.fromkeys((*draft.options.asked, *asked.items()))
    return replace(draft, options=replace(draft.options, asked=tuple(shown)))


def with_session(
    opened: Opened, row: RowRef, session: GroupBooking, among: Sequence[GroupBooking]
) -> dict[CellRef, str]:
    """What the cells of a row say that name this session ``among`` those that there are, in the columns that its list
    has for it; nothing where it has none in the row itself."""
    zone = opened.choices.settings.zone
    local = session.start.astimezone(zone)
    sheet = opened.roster.sheet_of(row)
    cells = {field: opened.cell(row, field) for field in (*SESSION, *sheet.headings)}
    mine = {field: cell for field, cell in cells.items() if field in SESSION and cell and cell.row == row.number}
    if "session" in mine:
        every = {one.id: one for one in (session, *among)}
        said = {"session": as_written(every.values(), zone)[session.id], "booking_id": ""}
    elif "service" in mine and not {"start", "date"}.isdisjoint(mine):
        day, clock = day_text(session.start, zone), f"{local:%H:%M}"
        is_split = "start" not in mine and "time" in mine
        said = {"service": session.service_name or session.service_id, "resource": session.resource_name}
        said |= {"date": day, "time": clock} if is_split else {"start" if "start" in mine else "date": f"{day} {clock}"}
        said["booking_id"] = ""
    elif "booking_id" in mine:
        said = {"booking_id": session.id}
    else:
        return {}
    return {mine[field]: text for field, text in said.items() if field in mine}


def undone(opened: Opened, step: int) -> Draft:
    """The list without the corrections of one step; a column of ours that came with it stays, for later decisions."""
    heading_rows = {sheet.title: sheet.heading_row for sheet in opened.roster.sheets}
    left = (
        one for one in opened.draft.corrections if one.step != step or heading_rows.get(one.cell.sheet) == one.cell.row
    )
    return replace(opened.draft, corrections=tuple(left))


def to_import(opened: Opened) -> tuple[Roster, Choices]:
    """The list as it is imported: its bytes with what was put right, read again and found to say the same.

    Raises ``RosterError`` where they don't: then the file has to be corrected where it was made.
    """
    choices, seen = opened.choices, opened.roster
    if not opened.sent.corrections:
        return seen, choices
    as_sent = replace(seen, content=opened.sent.content)
    differing: tuple[int, ...] = ()
    for only_values in (False, True):
        try:
            written = write_corrections(as_sent, opened.sent.corrections, only_values=only_values)
        except RosterError:
            raise
        except Exception:
            if only_values:
                raise
            continue  # readers of lists forgive more than this does
        options = _retitled(choices.options, written.titles)
        path = opened.path.with_suffix(written.suffix)
        again = read_roster(path, choices.settings, options, sent=Sent(written.content, {}))
        differing = _differing(seen, again)
        if not differing:
            return again, replace(choices, options=options)
    raise RosterError(
        f'"{opened.path.name}": {row_numbers(differing).lower()} can\'t be corrected on this page. Correct the file '
        "where it was made, and add it again."
    )


def _retitled(options: Options, titles: Mapping[str, str]) -> Options:
    """For sheets that are called otherwise in another kind of file."""
    sheet = titles.get(options.sheet, options.sheet) if options.sheet else None
    asked = tuple((row._replace(sheet=titles.get(row.sheet, row.sheet)), question) for row, question in options.asked)
    return replace(options, sheet=sheet, asked=asked)


def _differing(seen: Roster, again: Roster) -> tuple[int, ...]:
    """The numbers of rows that do not say the same in both."""
    both = zip(seen.rows, again.rows, strict=False)
    said = [one.ref.number for one, other in both if _said(one) != _said(other)]
    missing = {one.ref.number for one in seen.rows} ^ {one.ref.number for one in again.rows}
    return (*said, *missing)


def _said(row: RosterRow) -> tuple[object, ...]:
    """All of a row but what its sheet is called, and how it was put aside: a filter is not taken over."""
    return row.ref.number, row.ref.part, row.cells, bool(row.set_aside)


def _cells(opened: Opened, rows: Collection[tuple[str, int]]) -> dict[CellRef, Cell]:
    """What the cells of these lines say that are read."""
    found: dict[CellRef, Cell] = dict(opened.draft.texts)
    for sheet in opened.roster.sheets:
        for row in (row for row in sheet.rows if row.ref.line in rows):
            for field, cell in row.cells.items():
                place = row.places.get(field)
                at = (place.row, place.column) if place else (row.ref.number, sheet.positions.get(field, 0))
                found.setdefault(CellRef(sheet.title, *at), cell)
    return found


def _text(cell: Cell) -> str:
    return "" if cell is None else cell if isinstance(cell, str) else cell_text(cell)
