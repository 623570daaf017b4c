"""What the service refuses, or a proxy, on the way of the commands that ask it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_makers import Roster
from proxy import Proxy

WORDS = "This can't be done."


def test_sessions_say_which_services_were_not_searched(roster: Roster) -> None:
    ended = roster("sessions", "--sandbox", "--mishap", "refuse=400:search:nth=1")
    assert ended.code == 0
    assert WORDS in ended.err
    assert "error in this program" not in ended.err
    assert ended.out.count("free") > 3


def test_sessions_for_programs_name_what_was_not_searched(roster: Roster) -> None:
    ended = roster("sessions", "--sandbox", "--json", "--mishap", "refuse=400:search:nth=1")
    listed = json.loads(ended.out)
    assert list(listed["not_searched"].values()) == [WORDS]
    assert listed["sessions"]


def test_a_blank_roster_is_made_of_what_could_be_searched(roster: Roster, home: Path) -> None:
    ended = roster("template", "--sandbox", "--mishap", "refuse=400:search:nth=1")
    assert ended.code == 0
    assert WORDS in ended.err
    assert (home / "Roster.xlsx").exists()


def test_the_demo_needs_no_proxy(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy(("127.0.0.1", 1), refuses=502) as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        ended = roster("demo")
        assert ended.code in (0, 3)
        assert proxy.seen == []
