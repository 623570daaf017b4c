"""``roster config``: where the settings file is, what is in force, and where it comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cli_makers import Roster

from importer.settings import KEY_VARIABLE, Settings, settings_path


def test_config_shows_file_key_and_where_each_value_comes_from(
    roster: Roster, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("workers = 2\n", encoding="utf-8")
    monkeypatch.setenv("ROSTER_RATE", "5")
    monkeypatch.setenv(KEY_VARIABLE, "s3cret")
    ended = roster("config", "--timezone", "Europe/Paris")
    lines = ended.out.splitlines()
    assert lines[:2] == [f"Settings file  {settings_path()}", f"Key            from {KEY_VARIABLE}"]
    assert "timezone          option         Europe/Paris" in lines
    assert "workers           settings file  2" in lines
    assert "rate              environment    5.0" in lines
    assert "date_order        default        -" in lines
    assert "s3cret" not in ended.out + ended.err
    assert ended.code == 0


def test_config_as_json_holds_every_setting_and_the_fault_of_the_key(roster: Roster) -> None:
    ended = roster("config", "--json", "--workers", "3")
    document = json.loads(ended.out)
    assert document["settings_file"] == {"path": str(settings_path()), "exists": False}
    assert document["key"]["fault"].startswith("No Appointedd key.")
    assert document["settings"].keys() == Settings.model_fields.keys()
    assert document["settings"]["workers"] == {"value": 3, "from": "option"}
    assert document["settings"]["base_url"]["from"] == "default"
    assert ended.err == ""


def test_config_names_every_faulty_setting_and_ends_with_2(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTER_WORKER", "3")
    ended = roster("config", "--rate", "0")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "These settings can't be used.\n"
        "  ROSTER_WORKER: there is no such setting. Did you mean ROSTER_WORKERS?\n"
        "  --rate: Input should be greater than 0\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_a_key_file_that_is_refused_shows_in_config_and_on_the_first_screen(
    roster: Roster, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "key").write_text("s3cret", encoding="utf-8")
    (home / "key").chmod(0o644)
    monkeypatch.setenv("ROSTER_API_KEY_FILE", "key")
    assert (
        roster().out.splitlines()[-1] == "Appointedd: key file unusable, see roster config All commands: roster --help"
    )
    shown = roster("config").out
    assert "so its key was not used. Type: chmod 600 key" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80 + len(str(home))
