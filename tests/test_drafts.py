"""Lists on the page are kept as they were sent, with what people have put right in them, until they are purged."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from desk import START, Desk

from importer.errors import DraftChangedError, LedgerError
from importer.importing import purging
from importer.importing.finding import find
from importer.importing.forgetting import plan_forgetting
from importer.ledger import Ledger
from importer.model import Options, RowRef
from importer.model.drafts import CellRef, Draft

NAME, START_CELL = CellRef("Y4", 5, 1), CellRef("Y4", 5, 3)
CONTENT = b"Full name\nAda Lovelace\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite3") as opened:
        yield opened


def draft(id_: str = "a1", **changes: object) -> Draft:
    made = Draft(id_, "St Marys Y4 FINAL (2).xlsx", START, "priya", START, "priya")
    return replace(made, **changes)  # type: ignore[arg-type]


def purged(ledger: Ledger, days: int) -> purging.Purge:
    now = START + timedelta(days=days)
    found = purging.find(ledger, before=now, now=now)
    purging.carry_out(found, ledger, now=now)
    return found


def test_a_list_is_kept_as_it_was_sent_and_only_its_owner_can_read_it(ledger: Ledger) -> None:
    options = Options(sheet="Y4", only=frozenset({RowRef("Y4", 5, "C")}))
    sent = draft(options=options, chosen={"contact": "none", "headings": {"St Marys": {"Pupil": "Full name"}}})
    sent = replace(sent, corrections=sent.corrected({NAME: ("Ada", "Ada L")}, by="sam", at=START).corrections)
    ledger.drafts.add(sent, CONTENT)
    assert ledger.drafts.find("a1") == sent
    assert ledger.drafts.content("a1") == CONTENT
    (file,) = [path for path in ledger.path.parent.rglob("*") if path.is_file() and path.read_bytes() == CONTENT]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Marys" not in str(file)
    assert ledger.drafts.find("a2") is None


def test_the_later_of_two_people_is_told_who_has_changed_the_list_and_nothing_is_lost(ledger: Ledger) -> None:
    seen = ledger.drafts.add(draft(), CONTENT)
    by_sam = seen.corrected({NAME: ("Ada", "Ada Lovelace")}, by="sam", at=START)
    kept = ledger.drafts.change(by_sam, by="sam", now=START + timedelta(minutes=1))
    with pytest.raises(DraftChangedError, match=r"^sam has changed this list meanwhile\. Your last") as told:
        ledger.drafts.change(replace(seen, is_released=True), by="priya", now=START + timedelta(minutes=2))
    assert told.value.at == START + timedelta(minutes=1)
    assert ledger.drafts.find("a1") == kept
    assert (kept.version, kept.changed_by, kept.texts) == (2, "sam", {NAME: "Ada Lovelace"})


def test_a_change_of_a_list_that_is_gone_says_so(ledger: Ledger) -> None:
    seen = ledger.drafts.add(draft(), CONTENT)
    ledger.drafts.drop(["a1"])
    with pytest.raises(DraftChangedError, match="has been deleted"):
        ledger.drafts.change(seen, by="priya", now=START)
    with pytest.raises(LedgerError, match="Add the list again"):
        ledger.drafts.content("a1")


def test_what_was_put_right_last_is_what_a_cell_says() -> None:
    one = draft().corrected({NAME: ("Ada", "Ida"), START_CELL: ("31/04/2030", "30 Apr 2030")}, by="sam", at=START)
    two = replace(one, version=2).corrected({NAME: ("Ida", "Ada L"), START_CELL: ("x", "x")}, by="priya", at=START)
    assert two.texts == {NAME: "Ada L", START_CELL: "30 Apr 2030"}
    assert [each.cell for each in two.corrected_since(2)] == [NAME]


def test_a_list_that_nobody_has_used_for_30_days_goes_with_its_file(ledger: Ledger) -> None:
    for one in (draft("a1"), draft("a2", ordered=START, ordered_by="sam"), draft("a3", changed=START + timedelta(9))):
        ledger.drafts.add(one, CONTENT)
    assert purged(ledger, 29).drafts == ()
    assert purged(ledger, 30).drafts == ("a1",)
    assert {one.id for one in ledger.drafts.all()} == {"a2", "a3"}
    assert len(list(ledger.path.parent.rglob("*.list"))) == 2


def test_what_was_corrected_leaves_no_byte_behind_when_it_is_purged(ledger: Ledger) -> None:
    seen = ledger.drafts.add(draft(), CONTENT)
    ledger.drafts.change(seen.corrected({NAME: ("", "Quillfeather")}, by="sam", at=START), by="sam", now=START)
    files = [path for path in ledger.path.parent.rglob("*") if path.is_file()]
    assert any(b"Quillfeather" in path.read_bytes() for path in files)
    purged(ledger, 31)
    assert not any(b"Quillfeather" in path.read_bytes() for path in files if path.exists())


def test_a_list_goes_with_the_import_that_it_has_become(desk: Desk) -> None:
    desk.run(desk.people(desk.session(), "Ada Lovelace"))
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.drafts.add(draft(), CONTENT)
        ledger.drafts.begun("a1", 1)
        assert purged(ledger, 200).drafts == ("a1",)
        assert ledger.drafts.all() == ()


def test_whoever_is_forgotten_may_still_be_in_lists_on_the_page_which_are_named(desk: Desk) -> None:
    desk.run(desk.people(desk.session(), "Ada Lovelace"))
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.drafts.add(draft(), CONTENT)
        found = find("Ada Lovelace", ledger, desk.settings())
        files = plan_forgetting(found.people[0], found, ledger, desk.settings(), now=desk.clock()).files
    assert [path.name for path in files if path.read_bytes() == CONTENT] == ["a1.list"]
