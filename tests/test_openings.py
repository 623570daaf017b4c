"""Times as people read them: other ones where there is no place, and the hour that comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from desk import Desk, the

from importer.booking.openings import openings_text
from importer.model import Opening, moment_text

LONDON = ZoneInfo("Europe/London")
START = datetime(2030, 3, 2, 10, tzinfo=UTC)


def opening(hours: int, free: float) -> Opening:
    return Opening("5" * 24, START + timedelta(hours=hours), free, f"{hours}{free}")


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2030, 10, 27, 0, 30, tzinfo=UTC)
    assert moment_text(first, LONDON) == "Sun 27 Oct 2030 01:30 BST"
    assert moment_text(first + timedelta(hours=1), LONDON) == "Sun 27 Oct 2030 01:30 GMT"
    assert moment_text(first + timedelta(hours=2), LONDON) == "Sun 27 Oct 2030 02:30"
    assert moment_text(datetime(2030, 3, 31, 1, tzinfo=UTC), LONDON) == "Sun 31 Mar 2030 02:00"


def test_a_time_is_named_once_however_many_sessions_start_then() -> None:
    text = openings_text([opening(1, 3), opening(1, 8), opening(2, 4)], START, LONDON)
    assert text == "Also: Sat 2 Mar 2030 11:00 (8 free), Sat 2 Mar 2030 12:00 (4 free)."


def test_where_nothing_is_open_it_is_said_how_far_was_looked() -> None:
    text = openings_text([], START, LONDON)
    assert text == "No other time from 14 days before to 28 days after has places."


def test_a_time_with_an_unknown_number_of_places_is_named_all_the_same() -> None:
    assert "11:00 (? free)" in openings_text([opening(1, float("inf"))], START, LONDON)


def test_two_sessions_in_the_hour_that_comes_twice_are_two_lines_of_the_plan(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        ids = [desk.session(start=f"2030-10-27T0{hour}:30:00+00:00") for hour in (0, 1)]
        rows = [
            {"Group booking ID": id_, "Full name": name}
            for id_, name in zip(ids, ("Ada Lovelace", "Alan Turing"), strict=True)
        ]
        report = desk.run(desk.roster(rows))
        assert the(report, "Ada Lovelace").session.endswith("01:30 BST")
        assert the(report, "Alan Turing").session.endswith("01:30 GMT")
