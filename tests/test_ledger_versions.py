"""A ledger of an earlier version becomes one of this, with all that is in it; one of a later version is refused."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from desk import START, Desk

from importer.errors import LedgerError
from importer.ledger import Ledger, tables, versions
from importer.lists.roster import read_roster
from importer.model import Entry, EntryState, Options, RowRef, RunState
from importer.settings import load_settings

BOOKING = "628f4954645194000e770abd"
NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "r9998", "{before}"
def upgrade():
    op.add_column("entries", sa.Column("colour", sa.String, nullable=False, server_default="blue"))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "ledger.sqlite3"


def filled(path: Path, desk: Desk) -> Entry:
    """A ledger with one entry."""
    with Ledger.open(path) as ledger:
        roster = read_roster(desk.people(BOOKING, "Ada Lovelace"))
        run = ledger.begin_run(roster, Options(), load_settings(), by="priya", now=START)
        return ledger.save(Entry(0, run, RowRef("", 2), "", BOOKING, EntryState.SENT, "Ada", "Lovelace"))


@pytest.fixture
def later_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This program as it will be: its tables have a version more."""
    folder = tmp_path / "migrations"
    shutil.copytree(versions.MIGRATIONS, folder)
    (folder / "versions" / "r9998_next.py").write_text(NEXT.format(before=tables.VERSION))
    monkeypatch.setattr(versions, "MIGRATIONS", folder)
    monkeypatch.setattr(tables, "VERSION", "r9998")


def columns(path: Path) -> set[str]:
    with sqlite3.connect(path) as database:
        return {row[1] for row in database.execute("PRAGMA table_info(entries)")}


def shape(path: Path) -> dict[str, tuple[set[object], ...]]:
    """Columns, indexes and foreign keys of each table, without regard to their order."""
    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: (
                {row[1:] for row in database.execute(f"PRAGMA table_info({name})")},
                {row[1:] for row in database.execute(f"PRAGMA index_list({name})")},
                {row[1:] for row in database.execute(f"PRAGMA foreign_key_list({name})")},
            )
            for name in names
        }


def test_what_the_migrations_make_is_what_this_version_makes_anew(path: Path, tmp_path: Path) -> None:
    with Ledger.open(path):
        pass
    config = Config()
    config.set_main_option("script_location", str(versions.MIGRATIONS))
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'migrated'}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert MigrationContext.configure(connection).get_current_revision() == tables.VERSION
    assert shape(tmp_path / "migrated") == shape(path)


def test_an_earlier_ledger_is_upgraded_when_it_is_opened_after_a_copy_for_its_owner_alone(
    path: Path, desk: Desk, request: pytest.FixtureRequest
) -> None:
    before = filled(path, desk)
    request.getfixturevalue("later_program")
    with Ledger.open(path) as ledger:
        assert ledger.entries([BOOKING]) == (before,)
    assert "colour" in columns(path)
    copy = path.with_name("ledger.sqlite3.before-r9998")
    assert "colour" not in columns(copy)
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT last_name FROM entries").fetchall() == [("Lovelace",)]
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_what_is_purged_is_not_kept_in_the_copy_of_before_an_upgrade(
    path: Path, desk: Desk, request: pytest.FixtureRequest
) -> None:
    filled(path, desk)
    request.getfixturevalue("later_program")
    with Ledger.open(path) as ledger:
        assert list(path.parent.glob("*before*")) != []
        ledger.forget((), (), (), now=START)
    assert list(path.parent.glob("*before*")) == []


def test_an_earlier_ledger_that_is_only_looked_at_stays_as_it_is(
    path: Path, desk: Desk, request: pytest.FixtureRequest
) -> None:
    before = filled(path, desk)
    bytes_before = path.read_bytes()
    request.getfixturevalue("later_program")
    with Ledger.look(path) as ledger:
        assert ledger.entries([BOOKING]) == (before,)
        assert ledger.runs()[0].state is RunState.RUNNING
    assert path.read_bytes() == bytes_before
    assert list(path.parent.glob("*before*")) == []


def test_without_a_copy_nothing_is_upgraded(path: Path, desk: Desk, request: pytest.FixtureRequest) -> None:
    filled(path, desk)
    request.getfixturevalue("later_program")
    (path.parent / "ledger.sqlite3.before-r9998").mkdir()
    with pytest.raises(LedgerError, match="can't be copied"):
        Ledger.open(path)
    assert "colour" not in columns(path)


@pytest.mark.parametrize("open_", [Ledger.look, Ledger.open])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE alembic_version SET version_num = 'r9999'", "newer version"),
        ("DELETE FROM alembic_version", "does not say of which version it is"),
    ],
)
def test_a_ledger_of_a_newer_version_or_of_none_is_refused(
    path: Path, open_: Callable[[Path], Ledger], change: str, words: str
) -> None:
    with Ledger.open(path):
        pass
    with sqlite3.connect(path) as changed:
        changed.execute(change)
    with pytest.raises(LedgerError, match=words):
        open_(path)


def test_a_ledger_from_before_the_first_release_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as older:
        older.execute("CREATE TABLE ledger (id TEXT, version INTEGER)")
        older.execute("INSERT INTO ledger VALUES ('4f1c2a90', 4)")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="before the first release"):
        Ledger.look(path)
    assert path.read_bytes() == before


def test_looking_at_an_empty_file_leaves_it_empty(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with Ledger.look(path) as ledger:
        assert ledger.runs() == ()
    assert path.read_bytes() == b""


def test_a_ledger_of_this_version_is_opened_without_loading_alembic(path: Path) -> None:
    open_twice = (
        "import sys, pathlib; from importer.ledger import Ledger\n"
        "for _ in range(2):\n"
        "    with Ledger.open(pathlib.Path(sys.argv[1])): pass\n"
        "print('alembic' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", open_twice, str(path)], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
