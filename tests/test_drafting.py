"""A list on the page: read with what was put right in it, and imported as those very bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from desk import START, Desk, statuses
from openpyxl import Workbook

from importer.errors import RosterError
from importer.importing import drafting
from importer.importing.checking import check
from importer.importing.drafting import (
    OpenDrafts,
    Opened,
    choices_of,
    corrected,
    decided,
    new_draft,
    open_draft,
    to_import,
    undone,
    with_choices,
)
from importer.importing.latest import Latest
from importer.importing.proposing import propose
from importer.ledger import Ledger
from importer.model import Decision, Outcome, RowRef, Status
from importer.model.drafts import CellRef, Draft
from importer.results.correcting import Corrected
from importer.settings import Settings

FILES = Path(__file__).parent / "files"


class Page:
    """A ledger and its settings, with one list on the page."""

    def __init__(self, desk: Desk, ledger: Ledger) -> None:
        self.desk, self.ledger = desk, ledger
        self.settings: Settings = desk.settings()

    def sent(self, path: Path, file: str = "") -> Opened:
        return self.opened(
            self.ledger.drafts.add(new_draft(file or path.name, by="priya", now=START), path.read_bytes())
        )

    def opened(self, draft: Draft) -> Opened:
        return open_draft(draft, choices_of(draft, self.settings), self.settings, self.ledger)

    def changed(self, draft: Draft) -> Opened:
        return self.opened(self.ledger.drafts.change(draft, by="priya", now=START))

    def proposed(self, opened: Opened) -> Outcome:
        """What an import would do with its first row."""
        with self.desk.service() as service:
            made = propose(
                opened.roster, opened.choices, service, self.ledger, now=self.desk.clock(), tell=lambda _progress: None
            )
        return made.expected.outcomes[0]

    def outcomes(self, opened: Opened) -> list[Outcome]:
        return list(check(opened.roster, opened.choices.settings, opened.choices.options, now=START).outcomes)


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    with Ledger.open(desk.settings().ledger) as ledger:
        yield Page(desk, ledger)


def messy(tmp_path: Path) -> Path:
    book = Workbook()
    for row in (
        ("St Marys",),
        ("Name", "Email", "Service", "Start"),
        ("Ada Lovelace", "ada@example.org", "Pottery", "31/04/2031 10:00"),
        ("Alan Turing", "alan@example", "Pottery", "1 May 2031 10:00"),
    ):
        book.active.append(row)
    book.active.title = "Y4"
    book.save(tmp_path / "St Marys.xlsx")
    return tmp_path / "St Marys.xlsx"


@pytest.mark.parametrize(
    ("sent_as", "name"),
    [
        ("../../etc/pass\x1bwd.xlsx", "pass\\x1bwd.xlsx"),
        ("C:\\lists\\St Marys.xlsx", "St Marys.xlsx"),
        ("..", "list"),
        ("", "list"),
        ("<b>x</b>.csv", "b>.csv"),
    ],
)
def test_whatever_a_file_is_called_is_a_name_and_no_path(sent_as: str, name: str) -> None:
    one, other = (new_draft(sent_as, by="priya", now=START) for _ in range(2))
    assert one.file == name
    assert one.id != other.id
    assert len(one.id) >= 22


def test_a_cell_is_put_right_where_it_stands_and_the_row_is_read_anew(page: Page, tmp_path: Path) -> None:
    opened = page.sent(messy(tmp_path))
    first, second = page.outcomes(opened)
    fault = first.problems[-1]
    cell = opened.cell(first.row, fault.field)
    assert cell == CellRef("Y4", 3, 4)
    draft = corrected(
        opened, {cell: "30 Apr 2031 10:00", CellRef("Y4", 4, 2): " alan@example.org "}, by="sam", now=START
    )
    again = page.changed(draft)
    assert [one.status for one in page.outcomes(again)] == [Status.READY, Status.READY]
    assert [(one.before, one.text, one.by) for one in again.draft.corrections] == [
        ("31/04/2031 10:00", "30 Apr 2031 10:00", "sam"),
        ("alan@example", "alan@example.org", "sam"),
    ]
    assert page.outcomes(page.changed(undone(again, 2))) == [first, second]


def test_whoever_is_left_out_is_so_in_a_column_of_ours_and_can_be_taken_back(page: Page, tmp_path: Path) -> None:
    opened = page.sent(messy(tmp_path))
    rows = [row.ref for row in opened.roster.rows]
    left_out = page.changed(decided(opened, rows, Decision.LEAVE_OUT, by="sam", now=START))
    assert [one.status for one in page.outcomes(left_out)] == [Status.LEFT_OUT] * 2
    assert [one.status for one in page.outcomes(page.opened(undone(left_out, 2)))] == [Status.FIX_ROW] * 2
    taken_back = page.changed(decided(left_out, rows[:1], None, by="sam", now=START))
    assert [one.status for one in page.outcomes(taken_back)] == [Status.FIX_ROW, Status.LEFT_OUT]


def test_what_is_imported_says_what_was_seen(page: Page, tmp_path: Path) -> None:
    opened = page.sent(messy(tmp_path))
    assert to_import(opened) == (opened.roster, opened.choices)
    draft = corrected(opened, {CellRef("Y4", 3, 4): "30 Apr 2031 10:00"}, by="sam", now=START)
    opened = page.changed(draft)
    opened = page.changed(decided(opened, [RowRef("Y4", 4)], Decision.LEAVE_OUT, by="sam", now=START))
    roster, choices = to_import(opened)
    assert choices == opened.choices
    assert roster.content != opened.sent.content
    assert [row.cells for row in roster.rows] == [row.cells for row in opened.roster.rows]
    assert statuses(check(roster, choices.settings, choices.options, now=START)) == {
        "Ada Lovelace": Status.READY,
        "Alan Turing": Status.LEFT_OUT,
    }


def test_what_was_chosen_for_one_list_holds_for_it_alone(page: Page, tmp_path: Path) -> None:
    opened = page.sent(messy(tmp_path))
    choices = opened.choices.with_payments("none").with_contact("none")
    choices = choices.with_headings({"St Marys": {"Name": "Full name"}}).with_approval("AB")
    draft = with_choices(opened.draft, choices, page.settings)
    kept = page.ledger.drafts.change(draft, by="sam", now=START)
    assert choices_of(kept, page.settings) == choices
    assert choices_of(kept, replace_address(page.settings)).settings.base_url == "https://elsewhere.example"
    assert with_choices(kept, choices_of(kept, page.settings), page.settings) == kept


def replace_address(settings: Settings) -> Settings:
    return settings.model_copy(update={"base_url": "https://elsewhere.example"})


def test_a_version_of_a_list_is_read_once(page: Page, tmp_path: Path) -> None:
    drafts = OpenDrafts()
    draft = page.sent(messy(tmp_path)).draft
    one = drafts.open(draft, page.settings, page.ledger)
    assert drafts.open(draft, page.settings, page.ledger) is one
    newer = page.ledger.drafts.change(replace(draft, is_released=True), by="sam", now=START)
    assert drafts.open(newer, page.settings, page.ledger).draft == newer


def test_a_list_without_known_headings_is_open_and_nothing_else(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Kid,Clan\nAda,Lovelace\n")
    opened = page.sent(path)
    assert opened.reading.roster is None
    assert len(opened.reading.open) == 1


@pytest.mark.parametrize(
    ("decision", "status"),
    [(Decision.SAME_PERSON, Status.ALREADY_BOOKED), (Decision.DIFFERENT_PERSON, Status.WOULD_BOOK)],
)
def test_a_question_that_was_shown_is_answered_by_the_decision_beside_it(
    page: Page, desk: Desk, tmp_path: Path, decision: Decision, status: Status
) -> None:
    session = desk.session()
    desk.run(desk.people(session, "Thomas Baker", Email="tom@example.org"))
    opened = page.sent(desk.people(session, "Tom Baker", Email="tom@example.org"), "other.csv")
    asking = page.proposed(opened)
    assert (asking.status, asking.asks) == (Status.SAME_PERSON, True)
    assert asking.question
    unasked = page.opened(decided(opened, [asking.row], decision, by="sam", now=START))
    assert page.proposed(unasked).status is Status.SAME_PERSON
    asked = {asking.row: asking.question}
    answered = page.changed(decided(opened, [asking.row], decision, asked=asked, by="sam", now=START))
    assert page.proposed(answered).status is status
    renamed = page.changed(corrected(answered, {CellRef("", 2, 2): "Timothy"}, by="sam", now=START))
    assert page.proposed(renamed).status is not Status.ALREADY_BOOKED


@pytest.mark.parametrize("name", ["people.ods", "people.xls"])
def test_of_other_kinds_of_files_a_workbook_with_the_same_cells_is_imported(page: Page, name: str) -> None:
    opened = page.sent(FILES / name)
    row = next(row for row in opened.roster.rows if not row.set_aside)
    field = next(field for field in ("full_name", "first_name") if field in row.cells)
    cell = opened.cell(row.ref, field)
    assert cell
    again = page.changed(corrected(opened, {cell: "Zoë Lovelace"}, by="sam", now=START))
    roster, _ = to_import(again)
    assert roster.path.suffix == ".xlsx"
    assert [one.cells for one in roster.rows] == [one.cells for one in again.roster.rows]
    assert any(one.cells.get(field) == "Zoë Lovelace" for one in roster.rows)


def test_a_list_in_windows_1252_stays_so_unless_a_letter_is_not_in_it(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Full name;Email\nZoë Brown;zoe@example\n".encode("cp1252"))
    opened = page.sent(path)
    right = corrected(opened, {CellRef("", 2, 2): "zoe@example.org"}, by="sam", now=START)
    roster, _ = to_import(page.changed(right))
    assert roster.content == "Full name;Email\nZoë Brown;zoe@example.org\n".encode("cp1252")
    named = corrected(page.opened(opened.draft), {CellRef("", 2, 1): "Łucja Brown"}, by="sam", now=START)
    roster, _ = to_import(page.opened(named))
    assert roster.rows[0].cells["full_name"] == "Łucja Brown"


def test_what_cannot_be_written_into_the_file_is_said_by_its_row(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = page.sent(messy(tmp_path))
    again = page.changed(corrected(opened, {CellRef("Y4", 3, 1): "Ida Lovelace"}, by="sam", now=START))
    as_sent = Corrected(again.sent.content, ".xlsx", {"Y4": "Y4"})
    monkeypatch.setattr(drafting, "write_corrections", lambda *_given, **_how: as_sent)
    with pytest.raises(RosterError, match=r"^\"St Marys.xlsx\": row 3 can't be corrected on this page\. Correct the"):
        to_import(again)


def test_what_is_held_in_memory_is_bounded_by_its_rows_and_the_last_is_always_there() -> None:
    latest: Latest[int] = Latest(lambda rows: rows)
    for id_, rows in (("a", 4_000), ("b", 4_000), ("c", 4_000)):
        latest.put(id_, rows)
    assert (latest.get("a"), latest.get("b"), latest.get("c")) == (None, 4_000, 4_000)
    latest.put("d", 200_000)
    assert (latest.get("b"), latest.get("c"), latest.get("d")) == (None, None, 200_000)
    for at in range(100):
        latest.put(f"short {at}", 1)
    assert (latest.get("d"), latest.get("short 49"), latest.get("short 50")) == (None, None, 1)
