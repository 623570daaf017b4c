"""What all tests share: no settings or key of the machine they run on."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from box import Box
from desk import Desk
from effects import Effects
from thorough import examples

from importer.ledger import tables

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("roster", deadline=None, max_examples=examples(40))
hypothesis.settings.load_profile("roster")


_dialects: dict[str, sa.Dialect] = {}
_compiled: dict[Any, Any] = {}


@sa.event.listens_for(sa.Engine, "engine_connect")
def _compile_each_query_once(connection: sa.Connection) -> None:
    """Every ledger has an engine of its own, and would compile each query anew: a seventh of all time."""
    connection.dialect = _dialects.setdefault(connection.dialect.name, connection.dialect)
    connection.execution_options(compiled_cache=_compiled)


def _wait_for_no_disk(
    _connection: sa.Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any
) -> tuple[str, Any]:
    return statement.replace("synchronous=FULL", "synchronous=OFF"), parameters


def _make_tables(connection: sa.Connection, **_options: Any) -> None:
    """Every ledger is made anew, and would compile what makes it anew."""
    for statement in _tables():
        connection.exec_driver_sql(statement)


@functools.cache
def _tables() -> tuple[str, ...]:
    statements: list[str] = []
    dialect = sa.create_engine("sqlite://").dialect
    recorder = sa.create_mock_engine(
        "sqlite://", lambda one, *_more, **_options: statements.append(str(one.compile(dialect=dialect)))
    )
    sa.MetaData.create_all(tables.schema, recorder, checkfirst=False)
    return tuple(statements)


tables.schema.create_all = _make_tables  # type: ignore[method-assign]

_SQL = (sa.Engine, "before_cursor_execute", _wait_for_no_disk)
sa.event.listen(*_SQL, retval=True)  # no test cuts the power


@pytest.fixture(autouse=True)
def _no_file_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture
def disk_is_waited_for() -> Iterator[None]:
    """As in the program, where a power cut is possible."""
    sa.event.remove(*_SQL)
    yield
    sa.event.listen(*_SQL, retval=True)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("ROSTER_", "APPOINTEDD_")):
            monkeypatch.delenv(name)
    for name in (
        "HOME",
        "USERPROFILE",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "APPDATA",
        "LOCALAPPDATA",
        "WIN_PD_OVERRIDE_LOCAL_APPDATA",
    ):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens desks with mishaps and corners of one's choice; all are closed after the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Desk(tmp_path, **options))


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


@pytest.fixture
def box(desk: Desk) -> Box:
    folder = desk.folder / "in"
    folder.mkdir()
    return Box(desk, folder)


@pytest.fixture
def effects(monkeypatch: pytest.MonkeyPatch) -> Iterator[Effects]:
    made = Effects()
    with made.installed(monkeypatch):
        yield made


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it again and again for what may go takes a fifteenth of all time."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Longest first, so that no worker starts on a long one last."""
    items.sort(key=lambda item: "soak" not in item.nodeid)
