"""Which session is meant is not decided by which one has places: full ones are looked for too, and else it is asked."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from desk import Desk, statuses
from werkzeug.wrappers import Response

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


class OtherAnswers(Mishaps):
    """Answers otherwise to ``call``, where its query or body has ``about``."""

    def __init__(self, desk: Desk, call: str, about: str, change: Callable[[Response], object]) -> None:
        super().__init__(desk.sandbox.world, [])
        self.call, self.about, self.change = call, about, change

    def play(self, call: str, environ: dict[str, Any], work: Callable[[], Response]) -> Response:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        answer = work()
        if call == self.call and self.about in environ["QUERY_STRING"] + body.decode():
            self.change(answer)
        return answer


def list_of_bookings(desk: Desk, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what the list of a service's bookings answers, and nothing else."""

    def changed(answer: Response) -> None:
        body = json.loads(answer.get_data())
        change(body)
        answer.set_data(json.dumps(body))

    desk.sandbox._mishaps = OtherAnswers(desk, "bookings", "services", changed)


def refuse(answer: Response) -> None:
    answer.status_code = 400


def no_list(desk: Desk) -> None:
    """The service refuses to list bookings; those of some ids are shown."""
    desk.sandbox._mishaps = OtherAnswers(desk, "bookings", "services", refuse)


def without_full(body: dict[str, Any]) -> None:
    body["data"] = [one for one in body["data"] if one["total_spaces"] != 1]


def without_full_nor_total(body: dict[str, Any]) -> None:
    without_full(body)
    del body["total"]


def with_nothing(body: dict[str, Any]) -> None:
    body.update(data=[], total=0, next=None)


def with_no_service(body: dict[str, Any]) -> None:
    for one in body["data"]:
        one["service"] = None


def with_no_start(body: dict[str, Any]) -> None:
    for one in body["data"]:
        one["start"] = None


def with_no_end(body: dict[str, Any]) -> None:
    without_full(body)
    body.update(total=None, next="a" * 24)


NOT_WHOLE = [without_full, with_nothing, with_no_service, with_no_start]


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
    desk.session(5, on(3, 2, 10), service="Chess", resource="Attic")
    (one,) = desk.run(desk.roster([row("Chess, Sat 2 March", "Tom Baker")], "other.csv")).outcomes
    assert (one.status, one.needs_person) == (Status.BOOKED, True)
    assert "Please check that Chess, Sat 2 Mar 2030 10:00 is meant." in one.message


def test_a_list_that_lacks_a_session_which_a_search_shows_is_not_believed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app._FILTERS, "services", lambda _: set())
    full(desk, on(3, 2, 10))
    desk.session(5, on(3, 2, 14))
    (one,) = desk.run(desk.roster([row(f"{POTTERY}, Sat 2 March")])).outcomes
    assert "Full sessions can't be seen." in one.message


def test_two_services_of_one_name_are_asked_about_with_the_ids_by_which_they_can_be_told_apart(desk: Desk) -> None:
    for name in ("Pottery", "Clay"):
        desk.session(service=name, resource=name)
    ids = {one.name: one.id for one in desk.sandbox.world.services()}
    desk.sandbox.world.staff.rename_service(ids["Clay"], "Pottery")
    typed = {"Session": "Pottery, Sat 2 March 2030 10:00", "Full name": "Ada Byron"}
    (one,) = desk.run(desk.roster([typed])).outcomes
    assert "2 services are called" in one.words
    assert ids["Pottery"] in one.words
    assert ids["Clay"] in one.words
    assert statuses(desk.run(desk.roster([typed | {"Service": ids["Clay"]}]))) == {"Ada Byron": "Booked"}


def test_words_of_a_session_that_is_over_may_mean_another_where_full_ones_are_not_seen(desk: Desk) -> None:
    desk.session(start=on(1, 19, 10))
    typed = {"Session": "Pottery for beginners, Saturdays 10am", "Full name": "Ada Byron"}
    assert statuses(desk.run(desk.roster([typed]))) == {"Ada Byron": "Booked"}
    desk.session(start=on(1, 26, 10))
    no_list(desk)
    desk.clock.wait(6 * 86_400)
    (one,) = desk.run(desk.roster([typed])).outcomes
    assert one.wants_person
    assert "That session is over." in one.message


def test_a_full_session_that_words_name_alone_is_told_to_be_full(desk: Desk) -> None:
    full(desk, on(3, 2, 10))
    assert statuses(desk.run(desk.roster([row(f"{POTTERY}, 2 March")]))) == {"Ada Byron": Status.FULL}


@pytest.mark.parametrize("change", NOT_WHOLE)
@pytest.mark.parametrize("words", ["Sat 2 March 2030 10:00", "Sat 2 March, 10am"])
def test_a_service_is_not_decided_by_a_list_that_does_not_tell_all(
    desk: Desk, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    full(desk, on(3, 2, 10))
    with_places = desk.session(5, on(3, 2, 10), service="Chess", resource="Attic")
    list_of_bookings(desk, change)
    (one,) = desk.run(desk.roster([row(words)])).outcomes
    assert (one.status, desk.booked(with_places)) == (Status.FIX_ROW, [])
    assert "Chess, Sat 2 Mar 2030 10:00" in one.message
    assert "Full sessions can't be seen." in one.message


@pytest.mark.parametrize("change", [*NOT_WHOLE, with_no_end])
@pytest.mark.parametrize("typed", [BY_START, row(f"{POTTERY}, Sat 2 March 2030 10:00")])
def test_a_room_is_not_decided_by_a_list_that_does_not_tell_all(
    desk: Desk, change: Callable[[dict[str, Any]], object], typed: dict[str, object]
) -> None:
    full(desk, on(3, 2, 10))
    with_places = desk.session(5, on(3, 2, 10), resource="Studio 2")
    list_of_bookings(desk, change)
    (one,) = desk.run(desk.roster([typed])).outcomes
    assert (one.status, desk.booked(with_places)) == (Status.FIX_ROW, [])
    assert "Studio 2" in one.message
    assert "Write the room" in one.message


@pytest.mark.parametrize("change", NOT_WHOLE)
@pytest.mark.parametrize("words", ["Chess, 2 March 10:00", "Chess, Saturdays 10am"])
def test_a_year_or_a_day_is_not_decided_by_a_list_that_does_not_tell_all(
    desk: Desk, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    chess: dict[str, Any] = {"service": "Chess", "resource": "Attic"}
    first, second = (on(1, 19, 10), on(1, 26, 10)) if "days" in words else (on(3, 2, 10), on(3, 2, 10, 2031))
    desk.sandbox.world.add_person(desk.session(1, first, **chess), "Zoe", "First")
    with_places = desk.session(5, second, **chess)
    list_of_bookings(desk, change)
    (one,) = desk.run(desk.roster([row(words)])).outcomes
    assert (one.status, desk.booked(with_places)) == (Status.FIX_ROW, [])


def test_a_service_is_not_decided_where_the_search_of_another_is_refused(desk: Desk) -> None:
    desk.session(5, on(3, 2, 10))
    with_places = desk.session(5, on(3, 2, 10), service="Chess", resource="Attic")
    pottery = next(one.id for one in desk.sandbox.world.services() if one.name == POTTERY)
    desk.sandbox._mishaps = OtherAnswers(desk, "search", pottery, refuse)
    (one,) = desk.run(desk.roster([row("Sat 2 March 2030 10:00")])).outcomes
    assert (one.status, desk.booked(with_places)) == (Status.FIX_ROW, [])
    assert "Chess, Sat 2 Mar 2030 10:00" in one.message


@pytest.mark.parametrize("change", [with_nothing, with_no_service, refuse])
@pytest.mark.parametrize(
    "typed",
    [
        BY_START | {"Resource": "Studio 2"},
        row(f"{POTTERY}, Studio 2, Sat 2 March 10:00"),
        {"Service": "Chess", "Start": "2 Mar 2030 10:00", "Full name": "Ada Byron"},
        row("Chess, Sat 2 March 10am"),
    ],
)
def test_a_row_that_leaves_nothing_open_is_booked_without_a_word_whatever_is_not_listed(
    desk: Desk, change: Callable[[Any], object], typed: dict[str, object]
) -> None:
    full(desk, on(3, 2, 10))
    desk.session(5, on(3, 2, 10), resource="Studio 2")
    desk.session(5, on(3, 2, 10), service="Chess", resource="Attic")
    no_list(desk) if change is refuse else list_of_bookings(desk, change)
    (one,) = desk.run(desk.roster([typed])).outcomes
    assert (one.status, one.needs_person, "seen" in one.message) == (Status.BOOKED, False, False)


@pytest.mark.parametrize("change", NOT_WHOLE)
def test_a_time_that_a_list_may_not_tell_is_booked_to_be_checked(
    desk: Desk, change: Callable[[dict[str, Any]], object]
) -> None:
    chess: dict[str, Any] = {"service": "Chess", "resource": "Attic"}
    desk.sandbox.world.add_person(desk.session(1, on(3, 2, 10), **chess), "Zoe", "First")
    desk.session(5, on(3, 2, 14), **chess)
    list_of_bookings(desk, change)
    (one,) = desk.run(desk.roster([row("Chess, Sat 2 March")])).outcomes
    assert (one.status, one.wants_person) == (Status.BOOKED, True)
    assert "Please check that Chess, Sat 2 Mar 2030 14:00 is meant." in one.message


def test_a_list_that_passes_over_the_service_asked_for_may_have_others_odd_and_past_entries_in_it(desk: Desk) -> None:
    desk.session(5, on(3, 2, 10), service="Chess", resource="Attic")

    def with_odd(body: dict[str, Any]) -> None:
        body["data"] += [{"id": "a" * 24, "service": "b" * 24}, {"id": "c" * 24, "start": on(1, 2, 10)}]
        body["total"] += 2

    list_of_bookings(desk, with_odd)
    (one,) = desk.run(desk.roster([row("Sat 2 March 10:00")])).outcomes
    assert (one.status, one.needs_person, "seen" in one.message) == (Status.BOOKED, False, False)


def test_a_list_that_is_never_answered_is_asked_for_once_and_not_of_every_service(desk: Desk) -> None:
    with_places = desk.session(5, on(3, 2, 10), service="Chess", resource="Attic")

    def fail(answer: Response) -> None:
        answer.status_code = 500
        asked.append(answer)

    asked: list[Response] = []
    desk.sandbox._mishaps = OtherAnswers(desk, "bookings", "services", fail)
    (one,) = desk.run(desk.roster([row("Sat 2 March 2030 10:00")])).outcomes
    assert (one.status, desk.booked(with_places)) == (Status.FIX_ROW, [])
    assert len(desk.sandbox.world.services()) > 1
    assert len(asked) <= 4
