"""Each sentence that a plan says beside a row, where it depends on what is known of the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from desk import START
from whoiswho import BOOKING, entry, row

from importer.booking.sentences import (
    doubtful_text,
    duplicate_text,
    elsewhere_text,
    given_places_text,
    known_text,
    left_in_text,
    left_out_text,
    no_effect_text,
    no_place_text,
    not_shown_text,
    not_sure_text,
    other_address_text,
    other_places_text,
    other_session_text,
    other_sheet_text,
    put_aside_text,
    question_text,
    refused_text,
    remade_text,
    removed_text,
    spoken_against_text,
    still_held_text,
    under_way_text,
    unread_text,
    warnings_text,
)
from importer.model import (
    CROSSED_OUT,
    HIDDEN,
    Attendee,
    Decision,
    Entry,
    EntryState,
    GroupBooking,
    Problem,
    Profile,
    RowRef,
    Severity,
    Target,
)

CHOOSE = 'Choose "Same person" or "Different person" in the column "Import decision".'
ADA = entry("Ada Lovelace", slot_id="s1", customer_booking_id="c1", recorded=START)
SESSION = GroupBooking(BOOKING, "s", "r", START + timedelta(days=30), "", 10, service_name="Pottery")
REMOVE = "Remove them in Appointedd if they are not coming."


def asks(of: Any = None, *whom: Entry | Attendee, **more: Any) -> str:
    given: dict[str, Any] = {
        "listed_at": None,
        "asked_with": None,
        "followers": 0,
        "is_own": lambda _: True,
        "is_answered": False,
        "decided_before": False,
    } | more
    places = (given.pop(name) for name in ("listed_at", "asked_with", "followers"))
    return question_text(of or row("Adah Lovelace", 5), whom or (ADA,), *places, UTC, **given)


def person(name: str = "", **more: str) -> Attendee:
    first, _, last = name.partition(" ")
    return Attendee("c9", "x", profile=Profile(first, last, **more) if name else None)


# Is this the same person?


@pytest.mark.parametrize(
    ("whom", "called"),
    [
        ((ADA,), "Ada Lovelace (booked on 15 Jan 2030)"),
        ((replace(ADA, recorded=None),), "Ada Lovelace (booked earlier)"),
        ((replace(ADA, hash_key="k"),), "the person booked on 15 Jan 2030"),
        ((person("Ada King"),), "Ada King (already on this session, not through an import)"),
        ((person(),), "a person without a name (already on this session, not through an import)"),
        (
            (ADA, person("Ada King")),
            "Ada Lovelace (booked on 15 Jan 2030), or as Ada King (already on this session, not through an import)",
        ),
    ],
)
def test_a_question_names_everybody_whom_it_is_about(whom: tuple[Entry | Attendee, ...], called: str) -> None:
    assert asks(None, *whom) == f"Is this the same person as {called}? {CHOOSE}"


@pytest.mark.parametrize(
    ("now", "one", "is_own", "other"),
    [
        ({"email": "a@x.org"}, {"email": "b@x.org"}, True, " with another e-mail address, b@x.org"),
        ({"email": "a@x.org"}, {"email": "b@x.org"}, False, " with another e-mail address"),
        ({"mobile": "07700900111"}, {"mobile": "07700900222"}, True, " with another mobile number, 07700900222"),
        ({"mobile": "07700900111"}, {"phone": "07700900111"}, True, ""),
        ({"reference": "M-1"}, {"reference": "M-2"}, True, " with another reference, M-2"),
        (
            {"email": "a@x.org", "reference": "1"},
            {"email": "b@x.org", "reference": "2"},
            False,
            " with another e-mail address and another reference",
        ),
        ({"email": "a@x.org"}, {"email": "A@x.org"}, True, ""),
        ({"email": "a@x.org"}, {}, True, ""),
        ({}, {"email": "b@x.org"}, True, ""),
        ({"email": "a@x.org"}, {"email": "b@x.org", "hash_key": "k"}, True, None),
    ],
)
def test_a_question_says_what_differs_and_shows_an_address_of_this_list_alone(
    now: dict[str, str], one: dict[str, str], is_own: bool, other: str | None
) -> None:
    text = asks(row("Adah Lovelace", **now), replace(ADA, **one), is_own=lambda _: is_own)
    whom = "the person" if other is None else "Ada Lovelace ("
    assert text.startswith(
        f"Is this the same person as {whom}{' ' if other is None else ''}booked on 15 Jan 2030{other or ''}"
    )
    assert ("another" in text) == bool(other)


def test_of_who_is_there_by_another_way_no_address_is_shown() -> None:
    text = asks(row("Ada Lovelace", email="a@x.org"), person("Ada Lovelace", email="b@x.org"))
    assert "(already on this session with another e-mail address, not through an import)" in text


def test_a_question_about_a_row_of_the_list_too_says_whom_same_person_means() -> None:
    text = asks(None, ADA, listed_at=RowRef("Sheet1", 4))
    assert text == (
        f"Is this the same person as Ada Lovelace (booked on 15 Jan 2030), or as row 4? {CHOOSE} "
        '"Same person" means Ada Lovelace.'
    )
    assert '"Same person" means the person who is booked.' in asks(None, person(), listed_at=RowRef("Sheet1", 4))
    assert "means" not in asks(None, ADA, person("Ada King"), listed_at=RowRef("Sheet1", 4))


def test_an_answer_that_counts_for_other_rows_says_so_in_each_of_them() -> None:
    about = "Is this the same person as Ada Lovelace (booked on 15 Jan 2030)?"
    for more, told in (
        ({"asked_with": RowRef("Sheet1", 4)}, '"Different person" in row 4 counts for this row too.'),
        ({"followers": 1}, '"Different person" here counts for another row too.'),
        ({"followers": 1200}, '"Different person" here counts for 1,200 other rows too.'),
    ):
        assert asks(None, ADA, **more) == f"{about} {CHOOSE} {told}"


@pytest.mark.parametrize(
    ("decision", "more", "told"),
    [
        (
            Decision.SAME_PERSON,
            {"is_answered": True},
            "Which of these people is it? Write the name as it is there, then choose again.",
        ),
        (
            Decision.DIFFERENT_PERSON,
            {"is_answered": True},
            '"Different person" was chosen before we asked this. Choose again in the results file.',
        ),
        (Decision.SAME_PERSON, {}, '"Same person" was chosen before we asked this. Choose again in the results file.'),
        (
            Decision.SAME_PERSON,
            {"decided_before": True},
            '"Same person" was used for this row before. Choose again in the results file.',
        ),
        (Decision.BOOK, {}, f'"Book" was chosen before we asked this. {CHOOSE}'),
    ],
)
def test_a_decision_that_does_not_answer_a_question_says_why(decision: Decision, more: Any, told: str) -> None:
    text = asks(row("Adah Lovelace", decision=decision), ADA, **more)
    assert text == f"Is this the same person as Ada Lovelace (booked on 15 Jan 2030)? {told}"


def test_a_second_row_says_which_is_the_first_and_what_to_do() -> None:
    said = (
        'The same person as row 4, on the same session. {} If they are two people, choose "Different person" '
        'in the column "Import decision".'
    )
    one, of = row("Ada Lovelace", 5), RowRef("Sheet1", 4)
    assert duplicate_text(one, of, decided_before=False) == said.format("Delete one of the two rows.")
    assert other_sheet_text(one, of) == said.format("That row counts.")
    decided = duplicate_text(replace(one, decision=Decision.BOOK), of, decided_before=True)
    assert decided == f'{said.format("Delete one of the two rows.")} "Book" was used for this row before. {CHOOSE}'


# Beside somebody who is booked


@pytest.mark.parametrize(
    ("now", "known", "told"),
    [
        ({}, {"name": "Ada King"}, " (then named Ada King)."),
        ({}, {"hash_key": "k"}, "."),
        ({"target": Target(start=START + timedelta(days=30))}, {}, "."),
        (
            {"target": Target(start=START + timedelta(days=29))},
            {},
            ". The list says Wed 13 Feb 2030 09:00, but the session was moved: it is now on Thu 14 Feb 2030 09:00.",
        ),
    ],
)
def test_since_when_somebody_is_booked_and_what_is_other_by_now(now: Any, known: Any, told: str) -> None:
    known = dict(known)
    name = known.pop("name", "Ada Lovelace").split()
    was = replace(ADA, first_name=name[0], last_name=name[1], **known)
    assert known_text(replace(row("Ada Lovelace"), **now), was, SESSION, UTC) == f"Booked on 15 Jan 2030{told}"


@pytest.mark.parametrize(
    ("spaces", "booked", "slot", "told"),
    [
        (2, 2, "s1", ""),
        (3, 2, "", "2 places are booked, but this row asks for 3. Change it in Appointedd, or here."),
        (1, 2, "s1", "2 places are booked, but this row asks for 1. Change it in Appointedd, or here."),
        (1, 2, "", ""),
    ],
)
def test_other_places_than_are_booked_are_told_where_the_row_asks_for_them(
    spaces: int, booked: int, slot: str, told: str
) -> None:
    assert other_places_text(row("Ada", spaces=spaces), replace(ADA, slot_id=slot), booked) == told
    unreadable = (Problem(RowRef("Sheet1", 2), "spaces", "two", "spaces", "Places"),)
    assert other_places_text(row("Ada", spaces=spaces, problems=unreadable), ADA, booked) == ""


def test_an_address_that_is_other_or_new_is_told_in_one_sentence_each() -> None:
    here = row("Ada Lovelace", email="a@x.org", mobile="07700900111")
    assert other_address_text(here, replace(ADA, email="b@x.org")) == (
        "The e-mail in this row is not the one we booked with. Change it in Appointedd if this one is right. "
        "We booked without the mobile in this row. Add it in Appointedd."
    )
    assert other_address_text(here, replace(ADA, slot_id="")) == ""
    assert other_address_text(here, replace(ADA, email="b@x.org", hash_key="k")) == ""


def test_a_decision_beside_who_is_booked_says_what_it_does_not_do() -> None:
    assert no_effect_text(Decision.BOOK, told_apart=False) == (
        '"Book" changes nothing here: this person is booked already.'
    )
    assert no_effect_text(Decision.SAME_PERSON, told_apart=True) == (
        '"Same person" comes too late: this person was booked as a different person. If they are one, remove one of '
        "the two bookings in Appointedd."
    )


def test_who_still_holds_a_place_is_named_and_what_removes_them() -> None:
    assert still_held_text([], UTC) == ""
    assert still_held_text([ADA], UTC) == (
        f"Ada Lovelace (booked on 15 Jan 2030) still holds a place on this session. {REMOVE}"
    )
    assert still_held_text([ADA, replace(ADA, recorded=None)], UTC) == (
        "Ada Lovelace (booked on 15 Jan 2030) and Ada Lovelace (booked earlier) still hold their places on this "
        f"session. {REMOVE}"
    )
    assert left_out_text(row("Ada")) == "Left out, as you decided."
    assert left_out_text(row("Ada"), "She.") == "Left out, as you decided. She."
    places = f"still holds a place on Pottery. {REMOVE}"
    assert put_aside_text(HIDDEN, "Pottery") == f"The row is {HIDDEN}, but this person {places}"
    assert put_aside_text(CROSSED_OUT, "Pottery") == f"This is {CROSSED_OUT}, but this person {places}"
    assert put_aside_text("under No", "Pottery") == f"This person stands under No, but {places}"


# What is not sure


def test_whether_somebody_is_booked_is_known_later_or_by_who_looks() -> None:
    sent = replace(ADA, state=EntryState.SENT, settled_by=START + timedelta(minutes=20))
    look = (
        "We don't know if this person is booked. Look in Appointedd, then say what you found: "
        "roster resume 1 --row 1 --is booked (or not-booked)."
    )
    wait = (
        "We don't know yet if this person is booked. We will know after 09:20: import the list again then. "
        "Please don't add them by hand."
    )

    def text(one: Entry, minutes: float) -> str:
        now = START + timedelta(minutes=minutes)
        return not_sure_text(one, UTC, now=now, now_there=now)

    assert text(sent, 19) == wait
    assert text(sent, 20) == look
    assert text(replace(sent, settled_by=None), 0) == look


@pytest.mark.parametrize("there", [timedelta(days=-1), timedelta(hours=-2), timedelta(hours=3), timedelta(days=400)])
def test_until_when_it_is_not_sure_is_told_by_this_computer_whatever_the_service_says(there: timedelta) -> None:
    until = START + timedelta(minutes=20)
    sent = replace(ADA, state=EntryState.SENT, settled_by=until + there, settled_by_ours=until)
    told = not_sure_text(sent, UTC, now=START, now_there=START + there)
    assert told == (
        "We don't know yet if this person is booked. We will know after 09:20: import the list again then. "
        "Please don't add them by hand. This computer's clock and Appointedd's differ."
    )
    tried = replace(sent, state=EntryState.REMOVING, removed_by=7)
    assert not_sure_text(tried, UTC, now=START, now_there=START + there) == (
        "We don't know yet if this person was removed by undo (import 7). "
        "This computer's clock and Appointedd's differ. After 09:20, type: roster resume 7"
    )


@pytest.mark.parametrize("ours", [0, 22])
@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=3)])
def test_after_one_of_two_clocks_has_jumped_the_later_end_counts_in_what_is_told(off: timedelta, ours: int) -> None:
    until = START + timedelta(minutes=20)
    sent = replace(ADA, state=EntryState.SENT, settled_by=until, settled_by_ours=until)
    now = START + timedelta(minutes=ours)
    told = not_sure_text(sent, UTC, now=now, now_there=now + off)
    if ours == 22 and off > timedelta():
        assert told.startswith("We don't know if this person is booked. Look in Appointedd")
    else:
        assert f"We will know after {'10:20' if off < timedelta() else '09:20'}: import" in told
        assert told.endswith("This computer's clock and Appointedd's differ.")


@pytest.mark.parametrize("off", [timedelta(days=2), timedelta(days=400)])
def test_nobody_is_told_to_wait_for_longer_than_a_day_for_a_clock_that_was_put_back(off: timedelta) -> None:
    """The computer's clock was ahead when somebody was sent, or the service's was."""
    until = START + timedelta(minutes=20)
    by_ours = replace(ADA, state=EntryState.SENT, settled_by=until, settled_by_ours=until + off)
    by_theirs = replace(by_ours, settled_by=until + off, settled_by_ours=until)
    for sent in (by_ours, by_theirs):
        told = not_sure_text(sent, UTC, now=START, now_there=START)
        assert told.startswith("We don't know if this person is booked. Look in Appointedd, then say what you found")


def test_whether_somebody_was_removed_by_an_undo_is_told_in_its_words() -> None:
    trying = replace(ADA, state=EntryState.REMOVING, removed_by=7, settled_by=START + timedelta(minutes=20))
    assert not_sure_text(trying, UTC, now=START, now_there=START) == (
        "We don't know yet if this person was removed by undo (import 7). After 09:20, type: roster resume 7"
    )
    later = START + timedelta(hours=1)
    told = not_sure_text(trying, UTC, now=later, now_there=later)
    assert told.startswith("We don't know if this person was removed by undo (import 7). Look in Appointedd, then say")
    assert told.endswith("--is removed (or booked).")
    done = replace(ADA, state=EntryState.REMOVED, removed_by=7, removed=START)
    assert removed_text(done, UTC) == "Removed by undo (import 7) on 15 Jan 2030."
    assert removed_text(replace(done, state=EntryState.TAKEN_OFF), UTC) == (
        "Removed from the session after we booked them."
    )


def test_who_is_not_listed_yet_or_in_a_list_that_may_be_cut_is_told_differently() -> None:
    assert not_shown_text(ADA, SESSION) == (
        "The session does not show this person yet. Import the list again in a few minutes."
    )
    cut = replace(SESSION, may_be_cut=True, people=(person(), person()))
    assert not_shown_text(ADA, cut).startswith(
        "Appointedd lists 2 people of this session, without this one. It may not list all. "
        "Please look at its calendar, then say what you found: roster resume 1 --row "
    )


@pytest.mark.parametrize(
    ("say", "told"),
    [
        (
            lambda: unread_text(1),
            "Appointedd did not show who 1 other person on this session is. Look there if it is this person.",
        ),
        (
            lambda: unread_text(2),
            "Appointedd did not show who 2 other people on this session are. Look there if one of them is this person.",
        ),
        (lambda: doubtful_text("odd"), 'Appointedd shows "odd" for this session. Look there if it takes place.'),
        (lambda: doubtful_text(""), "Appointedd shows no status for this session. Look there if it takes place."),
        (lambda: given_places_text(2, 2), ""),
        (lambda: given_places_text(1, 2), "Booked, but with 1 place instead of 2. Put that right in Appointedd."),
        (lambda: given_places_text(3, 2), "Booked, but with 3 places instead of 2. Put that right in Appointedd."),
    ],
)
def test_what_the_service_shows_is_told_by_its_number(say: Callable[[], str], told: str) -> None:
    assert say() == told


def test_only_warnings_are_told_beside_who_is_booked_all_the_same() -> None:
    at = RowRef("Sheet1", 2)
    odd = [Problem(at, f"r{n}", f"Odd {n}.", severity=Severity.WARNING) for n in (1, 2)]
    assert warnings_text(row("Ada", problems=(*odd, Problem(at, "r3", "Wrong.")))) == "Odd 1. Odd 2."


@pytest.mark.parametrize(
    ("say", "told"),
    [
        (lambda: other_session_text(SESSION, SESSION, UTC), ""),
        (
            lambda: other_session_text(SESSION, replace(SESSION, start=START), UTC),
            "Booked, but the session was moved: it was Pottery, Thu 14 Feb 2030 09:00, and is now "
            "Pottery, Tue 15 Jan 2030 09:00. Ask if that suits this person.",
        ),
        (
            lambda: other_session_text(SESSION, replace(SESSION, service_id="t", service_name="Yoga"), UTC),
            "Booked, but the session was moved: it was Pottery, Thu 14 Feb 2030 09:00, and is now "
            "Yoga, Thu 14 Feb 2030 09:00. Ask if that suits this person.",
        ),
        (
            lambda: left_in_text("Pottery"),
            f'"Leave out" does not remove anybody: this person still holds a place on Pottery. {REMOVE}',
        ),
        (
            lambda: remade_text("Pottery"),
            "The session that this person was booked on is cancelled or gone. Another fits this row: Pottery. "
            'To book this person there, choose "Book" in the column "Import decision".',
        ),
        (
            lambda: elsewhere_text("a", "b"),
            "Sent for session a, but Appointedd answered with session b. "
            "Look there where this person is; nothing more is sent for them.",
        ),
        (
            lambda: spoken_against_text("void"),
            'Appointedd answered, but called this booking "void". '
            "Look there if this person is booked; nothing more is sent for them.",
        ),
        (
            lambda: under_way_text(ADA),
            "This session was to be started by row 1 of import 1. We don't know yet if that worked. "
            "Nobody else is sent meanwhile. Import the list again when that row is settled.",
        ),
        (
            lambda: refused_text("Members only.", START, START + timedelta(minutes=9), UTC, now=START),
            "Members only. Appointedd may keep the place until 09:00. If this row has a mistake, correct it. "
            "Import the list again after 09:09.",
        ),
        (
            lambda: no_place_text(ADA),
            "Appointedd shows no place of their own for this person. Look there, then say what you found: "
            "roster resume 1 --row 1 --is booked (or not-booked).",
        ),
    ],
)
def test_what_became_of_somebody_is_told_in_words_that_say_what_to_do(say: Callable[[], str], told: str) -> None:
    assert say() == told
