"""Results: where the results go."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from results_makers import a_report, a_roster, read_again, written

from importer.errors import ResultsError
from importer.results.files import check_writable, results_path
from importer.results.writing import write_results


@pytest.mark.parametrize(
    ("roster", "results"),
    [
        ("Spring term.xlsx", "Spring term.results.xlsx"),
        ("Spring term.results.xlsx", "Spring term.results.xlsx"),
        ("Spring term.results-3.xlsx", "Spring term.results.xlsx"),
        ("Spring term.PRACTICE.results.xlsx", "Spring term.results.xlsx"),
        ("v1.2 final.csv", "v1.2 final.results.xlsx"),
        ("With macros.XLSM", "With macros.results.xlsm"),
        ("From LibreOffice.ods", "From LibreOffice.results.xlsx"),
        ("Old.XLS", "Old.results.xlsx"),
        (".results.xlsx", ".results.results.xlsx"),
    ],
)
def test_results_stand_beside_the_roster_under_its_name(roster: str, results: str) -> None:
    assert results_path(Path("here") / roster, None) == Path("here") / results


def test_the_name_of_practice_results_says_so() -> None:
    assert results_path(Path("a.xlsx"), None, practice=True) == Path("a.PRACTICE.results.xlsx")


def test_an_output_may_be_a_file_or_a_folder(tmp_path: Path) -> None:
    assert results_path(Path("a.csv"), tmp_path) == tmp_path / "a.results.xlsx"
    assert results_path(Path("a.csv"), tmp_path / "b.xlsx") == tmp_path / "b.xlsx"


@pytest.mark.parametrize("name", ["b.csv", "b", "b.xlsm"])
def test_an_output_that_no_program_would_open_is_refused(name: str) -> None:
    with pytest.raises(ResultsError, match="xlsx"):
        results_path(Path("a.csv"), Path(name))


def test_looking_whether_a_folder_can_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "a.results.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_found_out_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ResultsError, match=r"no folder .*gone.*-o"):
        check_writable(tmp_path / "gone" / "a.xlsx")
    with pytest.raises(ResultsError, match="that is a folder"):
        check_writable(tmp_path)

    def refuse(**_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(ResultsError, match=r"a\.xlsx: Permission denied\. Choose another place with -o\."):
        check_writable(tmp_path / "a.xlsx")


def test_what_is_said_to_be_written_is_what_is_there(tmp_path: Path) -> None:
    path, digest = write_results(a_report(a_roster(tmp_path / "a.xlsx")), tmp_path / "a.results.xlsx", ())
    assert path == tmp_path / "a.results.xlsx"
    assert sha256(path.read_bytes()).hexdigest() == digest
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.results.xlsx", "a.xlsx"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps owners elsewhere")
def test_only_the_owner_can_read_the_results(tmp_path: Path) -> None:
    assert stat.S_IMODE(written(a_report(a_roster(tmp_path / "a.xlsx"))).stat().st_mode) == 0o600


def test_results_that_nobody_has_touched_are_replaced(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    first, digest = write_results(report, tmp_path / "a.results.xlsx", ())
    assert write_results(report, first, {digest})[0] == first


def test_results_that_somebody_has_changed_are_never_replaced(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    first, digest = write_results(report, tmp_path / "a.results.xlsx", ())
    changed = first.read_bytes() + b" "
    first.write_bytes(changed)
    assert write_results(report, first, {digest})[0].name == "a.results-2.xlsx"
    assert write_results(report, first, {digest})[0].name == "a.results-3.xlsx"
    assert first.read_bytes() == changed


def test_the_roster_is_never_written_to_even_if_it_is_what_we_wrote(tmp_path: Path) -> None:
    first, digest = write_results(a_report(a_roster(tmp_path / "a.xlsx")), tmp_path / "a.results.xlsx", ())
    before = first.read_bytes()
    report = a_report(read_again(first, width=13))
    assert write_results(report, results_path(first, None), {digest})[0].name == "a.results-2.xlsx"
    assert first.read_bytes() == before


@pytest.mark.parametrize("mark", ["~$a.results.xlsx", ".~lock.a.results.xlsx#"])
def test_results_that_are_open_in_excel_or_libreoffice_are_left_alone(tmp_path: Path, mark: str) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    first, digest = write_results(report, tmp_path / "a.results.xlsx", ())
    (tmp_path / mark).touch()
    assert write_results(report, first, {digest})[0].name == "a.results-2.xlsx"


def test_results_that_windows_holds_open_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    first, digest = write_results(report, tmp_path / "a.results.xlsx", ())
    real = Path.replace

    def replace_unless_open(self: Path, target: Path) -> Path:
        if target == first:
            raise PermissionError(13, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace_unless_open)
    assert write_results(report, first, {digest})[0].name == "a.results-2.xlsx"


def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ResultsError, match="No space left on device"):
        write_results(report, tmp_path / "a.results.xlsx", ())
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_what_a_killed_run_has_left_half_written_is_taken_away_by_a_later_one(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    left, recent = tmp_path / ".roster-x1y2.tmp", tmp_path / ".roster-z3.tmp"
    for file in (left, recent):
        file.write_bytes(b"half a file")
    os.utime(left, (0, 0))
    write_results(report, tmp_path / "a.results.xlsx", ())
    assert (left.exists(), recent.exists()) == (False, True)
