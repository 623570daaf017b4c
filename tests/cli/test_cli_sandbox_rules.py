"""``roster sandbox --rule``: the corners of the real service that nobody can look into, turned from the command line."""

from __future__ import annotations

from cli_makers import Roster


def test_a_rule_that_is_none_is_told_with_those_there_are(roster: Roster) -> None:
    ended = roster("sandbox", "--port", "0", "--rule", "colour=red")
    assert ended.code == 2
    assert "'colour=red' names no rule. There are: search-days=42, ids=both|single" in " ".join(ended.err.split())
