"""What a title, a tab or a file's name says beside a session: nothing, that people wait, or what is agreed on once."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk
from test_shapes_sessions import ADA, ALAN, GRACE, HEADINGS, workbook

from importer.lists.roster import read_roster
from importer.lists.title_words import waits
from importer.model import Outcome, Status
from importer.model.headings import HeadingSet, read_set

WHEN = "Sat 2 March 2030, 10am"
POTTERY = f"Pottery for beginners – {WHEN}"


def taught(session_in: str, **more: str) -> dict[str, HeadingSet]:
    return {"Club": read_set({**{one: one for one in HEADINGS}, "session_in": session_in, **more})}


def outcomes(desk: Desk, path: Path, sets: dict[str, HeadingSet]) -> tuple[Outcome, ...]:
    return desk.run_of(read_roster(path, heading_sets=sets)).outcomes


# What changes which session is meant


@pytest.mark.parametrize(
    "title",
    [
        f"Advanced – Pottery for beginners – {WHEN}",
        f"Pottery for beginners – instead of – {WHEN}",
        f"Pottery for beginners: last session before {WHEN}",
        f"Pottery for beginners – Group B – {WHEN}",
        f"Pottery for beginners – {WHEN} – Studio 9",
        f"Pottery for beginners – {WHEN} – no",
    ],
)
def test_what_a_title_says_beside_a_session_has_to_be_agreed_on(desk: Desk, title: str) -> None:
    desk.session()
    (one,) = outcomes(desk, workbook(desk.folder, [title], HEADINGS, ADA), taught("title"))
    assert one.status is Status.FIX_ROW
    assert 'beside "Pottery for beginners"' in one.words


@pytest.mark.parametrize("joined", ["Yoga – Pottery for beginners", "Pottery for beginners / Yoga"])
def test_a_title_that_names_two_services_books_nobody_on_one_of_them(desk: Desk, joined: str) -> None:
    desk.session()
    desk.session(service="Yoga", start="2030-03-05T10:00:00+00:00")
    words = taught("title", title_words="Yoga; Pottery for beginners")
    (one,) = outcomes(desk, workbook(desk.folder, [f"{joined} – {WHEN}"], HEADINGS, ADA), words)
    assert one.status is Status.FIX_ROW
    assert '"Pottery for beginners"' in one.words
    assert '"Yoga"' in one.words


@pytest.mark.parametrize("where", ["title", "cell"])
def test_a_session_in_words_that_names_another_service_than_its_row_books_nobody(desk: Desk, where: str) -> None:
    desk.session()
    desk.session(service="Yoga")
    named = f"Yoga, {WHEN}"
    above, head, row = ([named], "Title", "") if where == "title" else ([], "Session", named)
    path = workbook(
        desk.folder, *([above] if above else []), [*HEADINGS, "Service", head], [*ADA, "Pottery for beginners", row]
    )
    table = {**{one: one for one in (*HEADINGS, "Service")}, "session_in": "title"}
    (one,) = outcomes(desk, path, {"Club": read_set(table)})
    assert one.status is Status.FIX_ROW, one.booking_id
    assert "Yoga" in one.words


@pytest.mark.parametrize(
    "title",
    [
        f"{POTTERY} – Register",
        f"{POTTERY} (class list, week 3)",
        f"{POTTERY} – session 2 of 6",
        f"Oakfield Primary School – {POTTERY} – Studio 1",
        f"{POTTERY} – Mrs Hill",
        f"{POTTERY} – Tutor: Ann Lee",
        f"{POTTERY} – Year 4",
    ],
)
def test_what_says_nothing_of_a_session_may_stand_beside_it(desk: Desk, title: str) -> None:
    session = desk.session()
    (one,) = outcomes(desk, workbook(desk.folder, [title], HEADINGS, ADA), taught("title"))
    assert one.booking_id == session, one.words


def test_who_agrees_on_a_title_agrees_on_all_that_it_says(desk: Desk) -> None:
    desk.session()
    later = desk.session(service="Yoga", start="2030-03-05T10:00:00+00:00")
    path = workbook(desk.folder, [f"Riverside – {POTTERY} – Studio 1"], HEADINGS, ADA)
    (asked,) = read_roster(path).sheets[0].open
    assert asked.likely == "title"
    kept = taught("title", **dict(asked.also("title")))
    assert kept["Club"].conventions["title_words"] == "Riverside; Pottery for beginners; Studio 1"
    title = "Riverside – Yoga – Tue 5 March 2030, 10am – Register"
    (one,) = outcomes(desk, workbook(desk.folder, [title], HEADINGS, ALAN, name="next.xlsx"), kept)
    assert one.booking_id == later, one.words


def test_of_a_title_that_names_one_thing_nothing_more_is_kept(tmp_path: Path) -> None:
    path = workbook(tmp_path, [f"Oakfield School – {POTTERY} – Register"], HEADINGS, ADA)
    (asked,) = read_roster(path).sheets[0].open
    assert asked.also("title") == ()


# Who waits


@pytest.mark.parametrize(
    "title",
    [
        f"Waiting list – {POTTERY}",
        f"{POTTERY} – reserves",
        f"Apologies – {POTTERY}",
        f"{POTTERY} – declined",
        f"{POTTERY} – not coming",
        f"{POTTERY} – leavers",
        f"WL - {POTTERY}",
        f"{POTTERY} (cancelled)",
        f"{POTTERY} – people who did not come",
    ],
)
def test_a_title_of_people_who_wait_books_nobody_and_is_answered_in_their_rows(desk: Desk, title: str) -> None:
    session = desk.session()
    head, let_in = [*HEADINGS, "Import decision"], [*ALAN, "Book"]
    ada, alan = outcomes(desk, workbook(desk.folder, [title], head, ADA, let_in), taught("title"))
    assert (ada.status, alan.status) == (Status.FIX_ROW, Status.BOOKED)
    assert "Choose Book or Leave out" in ada.words
    assert alan.booking_id == session


@pytest.mark.parametrize("lines", [[["Waiting list"], [POTTERY]], [["List:", "Waiting list"], [POTTERY]]])
def test_the_line_above_the_title_counts_as_well(desk: Desk, lines: list[list[object]]) -> None:
    desk.session()
    (one,) = outcomes(desk, workbook(desk.folder, *lines, HEADINGS, ADA), taught("title"))
    assert one.status is Status.FIX_ROW


def test_a_sheet_or_a_file_of_people_who_wait_books_nobody(desk: Desk) -> None:
    desk.session()
    tab = workbook(desk.folder, HEADINGS, ADA, title="WL, Pottery for beginners 2 Mar", name="a.xlsx")
    file = workbook(desk.folder, HEADINGS, ALAN, name="Pottery for beginners Sat 2 March 10am - cancelled.xlsx")
    alone = workbook(desk.folder, [POTTERY], HEADINGS, GRACE, title="Waiting list", name="b.xlsx")
    for path, place in ((tab, "tab"), (file, "file"), (alone, "title")):
        (one,) = outcomes(desk, path, taught(place))
        assert one.status is Status.FIX_ROW
        assert "This person stands" in one.words


def test_of_several_blocks_only_those_wait_whose_title_says_so(desk: Desk) -> None:
    desk.session()
    desk.session(start="2030-03-05T10:00:00+00:00")
    tuesday = "Pottery for beginners – Tue 5 March 2030, 10am"
    path = workbook(desk.folder, [POTTERY], HEADINGS, ADA, [f"Waiting list – {POTTERY}"], ALAN, [tuesday], GRACE)
    found = {one.name: one.status for one in outcomes(desk, path, taught("blocks"))}
    assert list(found.values()) == [Status.BOOKED, Status.FIX_ROW, Status.BOOKED]


@pytest.mark.parametrize("line", [["Waiting list", 3], ["Waiting list: 3"], ["Cancellations: call the office"]])
def test_what_a_report_counts_in_its_head_puts_nobody_aside(desk: Desk, line: list[object]) -> None:
    session = desk.session()
    (one,) = outcomes(desk, workbook(desk.folder, line, [POTTERY], HEADINGS, ADA), taught("title"))
    assert one.booking_id == session, one.words


@pytest.mark.parametrize("name", ["Leavers party, Fri 5 July 2pm", "Reserves training 2 March 10am", "Register"])
def test_a_service_may_be_called_by_such_a_word(name: str) -> None:
    assert not waits(name)
