"""``--trace``: what becomes of the file, however the import ends."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from cli_makers import SPRING, Ended, Roster

from importer.sandbox import Sandbox

SHAPES = Path("shapes.jsonl")


def imported(
    roster: Roster, spring: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, trace: str = str(SHAPES)
) -> Ended:
    monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
    return roster("import", spring.name, "--yes", "--base-url", sandbox.base_url, "--trace", trace)


def test_an_import_is_traced_without_a_name_and_said_where(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox() as sandbox:
        ended = imported(roster, spring, sandbox, monkeypatch)
    assert "shapes.jsonl holds shapes of what was sent and answered." in ended.err
    text = SHAPES.read_text("ascii")
    calls = [json.loads(line)["call"] for line in text.splitlines()]
    assert calls.count("POST bookings") == 3
    names = {part for line in SPRING.splitlines()[1:] for part in line.split('"')[1].casefold().split(", ")}
    assert names.isdisjoint(re.findall(r"\w+", text.casefold()))


@pytest.mark.parametrize(
    ("trace", "tells"),
    [
        ("taken.jsonl", "taken.jsonl is there already. Name a new file with --trace."),
        ("nowhere/shapes.jsonl", "The trace can't be written to nowhere/shapes.jsonl: No such file or directory."),
    ],
)
def test_where_a_trace_can_not_be_written_nobody_is_booked(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch, trace: str, tells: str
) -> None:
    Path("taken.jsonl").write_text("mine", encoding="utf-8")
    with Sandbox() as sandbox:
        ended = imported(roster, spring, sandbox, monkeypatch, trace)
        assert sandbox.requests.total() == 0
    assert (ended.code, tells in " ".join(ended.err.split())) == (8, True)
    assert Path("taken.jsonl").read_text("utf-8") == "mine"


def test_a_disk_that_is_full_at_the_end_changes_nothing_about_who_is_booked(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with Sandbox() as sandbox:
        monkeypatch.setattr("importer.service.trace.os", SimpleNamespace(**{**vars(os), "fdopen": full}))
        ended = imported(roster, spring, sandbox, monkeypatch)
    assert "shapes.jsonl was deleted again: it can't be written (No space left on device)." in " ".join(
        ended.err.split()
    )
    assert "3 of 4 people are booked." in ended.out
    assert not SHAPES.exists()


def test_a_trace_that_would_name_somebody_is_deleted_and_said(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.service.trace._is_of_service", lambda _text: True)
    with Sandbox(source="Khan") as sandbox:
        ended = imported(roster, spring, sandbox, monkeypatch)
    assert "shapes.jsonl was deleted again: there was something personal in it." in " ".join(ended.err.split())
    assert not SHAPES.exists()
