"""Which session is meant is not decided by which one has places: full ones are looked for too, and else it is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from desk import Desk, statuses

from importer.model import Status
from importer.sandbox import app
from importer.sandbox.mishaps import Mishaps


def on(month: int, day: int, hour: int, year: int = 2030) -> str:
    return datetime(year, month, day, hour, tzinfo=UTC).isoformat()


def full(desk: Desk, start: str, resource: str = "Studio 1") -> str:
    session = desk.session(1, start, resource=resource)
    desk.sandbox.world.add_person(session, "Zoe", "First")
    return session


def row(words: str, name: str = "Ada Byron") -> dict[str, object]:
    return {"Session": words, "Full name": name}


def no_list(desk: Desk) -> None:
    """The service refuses to list bookings; those of some ids are shown."""
    desk.sandbox._mishaps = Mishaps(desk.sandbox.world, ["refuse=400:bookings:nth=1"])


POTTERY = "Pottery for beginners"
BY_START = {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": "Ada Byron"}


@pytest.mark.parametrize(
    ("other", "typed"),
    [
        (on(3, 2, 14), row(f"{POTTERY}, Sat 2 March")),
        (on(3, 2, 10, 2031), row(f"{POTTERY}, 2 March 10:00")),
        (on(1, 26, 10), row(f"{POTTERY}, Saturdays 10am")),
    ],
)
def test_words_that_fit_a_full_session_and_one_with_places_ask_which_one(
    desk: Desk, other: str, typed: dict[str, object]
) -> None:
    full(desk, on(1, 19, 10) if "Saturdays" in str(typed) else on(3, 2, 10))
    with_places = desk.session(5, other)
    (one,) = desk.run(desk.roster([typed])).outcomes
    assert (one.status, desk.booked(with_places)) == (Status.FIX_ROW, [])
    assert "Write which one it is." in one.message


@pytest.mark.parametrize("typed", [BY_START, row(f"{POTTERY}, Sat 2 March 2030 10:00"), row(f"{POTTERY}, 2 March")])
def test_a_room_is_not_decided_by_which_of_two_sessions_has_places(desk: Desk, typed: dict[str, object]) -> None:
    full(desk, on(3, 2, 10))
    with_places = desk.session(5, on(3, 2, 10), resource="Studio 2")
    (one,) = desk.run(desk.roster([typed])).outcomes
    assert (one.status, desk.booked(with_places)) == (Status.FIX_ROW, [])
    assert "Studio 1" in one.message
    assert "Studio 2" in one.message


def test_a_day_without_its_year_is_no_session_of_a_later_year_where_that_of_the_next_was_cancelled(desk: Desk) -> None:
    gone = desk.session(5, on(3, 2, 10))
    later = desk.session(5, on(3, 2, 10, 2031))
    desk.sandbox.world.staff.cancel_session(gone)
    (one,) = desk.run(desk.roster([row(f"{POTTERY}, 2 March 10:00")])).outcomes
    assert (one.status, desk.booked(later)) == (Status.FIX_ROW, [])
    assert "Sun 2 Mar 2031 10:00, or is it sooner? Write the year." in one.message


@pytest.mark.parametrize("words", [f"{POTTERY}, Sat 2 March", f"{POTTERY}, 2 March 10:00", f"{POTTERY}, Saturdays"])
def test_the_only_session_that_fits_is_booked_without_a_question(desk: Desk, words: str) -> None:
    desk.session(5, on(1, 19, 10) if words.endswith("days") else on(3, 2, 10))
    assert statuses(desk.run(desk.roster([row(words)]))) == {"Ada Byron": Status.BOOKED}


def test_a_session_of_a_later_year_is_booked_where_there_is_none_sooner(desk: Desk) -> None:
    desk.session(5, on(3, 2, 10, 2031))
    assert statuses(desk.run(desk.roster([row(f"{POTTERY}, 2 March 10:00")]))) == {"Ada Byron": Status.BOOKED}


def test_where_the_service_lists_no_bookings_the_year_is_asked_for_and_the_rest_told(desk: Desk) -> None:
    desk.session(5, on(3, 2, 10, 2031))
    no_list(desk)
    (one,) = desk.run(desk.roster([row(f"{POTTERY}, 2 March 10:00")])).outcomes
    assert (one.status, "Write the year." in one.message) == (Status.FIX_ROW, True)
    desk.session(5, on(3, 2, 10))
    no_list(desk)
    (one,) = desk.run(desk.roster([row(f"{POTTERY}, Sat 2 March", "Tom Baker")], "other.csv")).outcomes
    assert (one.status, one.needs_person) == (Status.BOOKED, False)
    assert f"Please check that {POTTERY}, Sat 2 Mar 2030 10:00 is meant." in one.message


def test_a_list_that_lacks_a_session_which_a_search_shows_is_not_believed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app._FILTERS, "services", lambda _: set())
    full(desk, on(3, 2, 10))
    desk.session(5, on(3, 2, 14))
    (one,) = desk.run(desk.roster([row(f"{POTTERY}, Sat 2 March")])).outcomes
    assert "Full sessions can't be seen." in one.message


def test_a_full_session_that_words_name_alone_is_told_to_be_full(desk: Desk) -> None:
    full(desk, on(3, 2, 10))
    assert statuses(desk.run(desk.roster([row(f"{POTTERY}, 2 March")]))) == {"Ada Byron": Status.FULL}
