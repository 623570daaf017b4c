"""``--json``: one document, as ``docs/json-schema.json`` describes it, and nothing else on standard output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_makers import Ended, Roster
from jsonschema import Draft202012Validator

from importer.errors import ExitCode
from importer.model import Severity, Status
from importer.results.report import JSON_SCHEMA

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "json-schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def document(ended: Ended) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ended.out)
    assert [fault.message for fault in VALIDATOR.iter_errors(found)] == []
    assert found["exit_code"] == ended.code
    return found


def test_the_schema_is_one_and_knows_every_status_severity_and_exit_code() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    parts = SCHEMA["$defs"]
    assert parts["status"]["enum"] == [str(one) for one in Status]
    assert parts["exit_code"]["enum"] == [int(one) for one in ExitCode]
    assert parts["row"]["properties"]["problems"]["items"]["properties"]["severity"]["enum"] == [
        str(one) for one in Severity
    ]
    assert {parts[one]["properties"]["schema"]["const"] for one in ("report", "resumed", "inbox")} == {JSON_SCHEMA}


def test_a_document_that_lacks_something_or_has_something_else_is_none(roster: Roster, spring: Path) -> None:
    whole = document(roster("check", "Spring term.csv", "--json"))
    less = {name: value for name, value in whole.items() if name != "requests"}
    assert not VALIDATOR.is_valid(less)
    assert not VALIDATOR.is_valid(whole | {"name": "Leo Khan"})


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        (["check"], "check", 3),
        (["check", "-o", "checked.xlsx"], "check", 3),
        (["import", "--sandbox", "--dry-run"], "dry run", 3),
        (["import", "--sandbox"], "import", 3),
        (["import", "--sandbox", "--strict"], "dry run", 3),
        (["import", "--sandbox", "--mishap", "price:any:from=1"], "dry run", 9),
        (["import", "--sandbox", "--mishap", "refuse-key:services"], "import", 6),
    ],
)
def test_every_end_of_a_roster_prints_one_document_and_tells_people_elsewhere(
    roster: Roster, spring: Path, words: list[str], kind: str, code: int
) -> None:
    ended = roster(words[0], "Spring term.csv", *words[1:], "--json")
    told = document(ended)
    assert (told["kind"], told["exit_code"], len(told["rows"])) == (kind, code, 4)
    assert sum(told["totals"].values()) == 4
    assert "4 people" in ended.err
    if told["results"]:
        assert Path(told["results"]).is_file()


def test_resume_prints_one_document_with_every_run_it_went_on_with(roster: Roster, spring: Path) -> None:
    assert document(roster("resume", "--sandbox", "--json"))["runs"] == []
    hasty = ("--settle-wait-s", "0", "--timeout-s", "0.5")
    first = document(
        roster("import", "Spring term.csv", "--sandbox", "--json", *hasty, "--mishap", "cut-before:confirm:nth=1")
    )
    assert first["totals"]["Not sure yet"] == 1
    resumed = document(roster("resume", "--sandbox", "--json"))
    assert [run["kind"] for run in resumed["runs"]] == ["import"]
    assert resumed["exit_code"] == 4


def test_the_rows_of_a_run_are_listed_without_names(roster: Roster, spring: Path) -> None:
    roster("import", "Spring term.csv", "--sandbox")
    listed = roster("runs", "1", "--sandbox", "--json").out
    assert [row["row"] for row in json.loads(listed)["rows"]] == [2, 3, 4, 5]
    assert not any(name in listed for name in ("Khan", "KHAN", "Leo", "Hill", "Cat", "Łukasz", "@"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check", "nothere.csv"], 5),
        (["import", "Spring term.csv", "--workers", "x"], 2),
        (["import", "Spring term.csv", "--first", "0"], 2),
        (["import", "Spring term.csv", "--nonsense"], 2),
        (["inbox", "nothere"], 2),
    ],
)
def test_what_ends_before_there_is_anything_to_tell_is_a_document_too(
    roster: Roster, spring: Path, words: list[str], code: int
) -> None:
    ended = roster(*words, "--json")
    found = document(ended)
    assert (found["kind"], ended.code) == ("error", code)
    assert ended.err != ""
