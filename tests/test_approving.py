"""Sign-off: what was approved is what is booked, or less of it, and never anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from box import Box, Crash, people, person, told
from desk import START, Desk, statuses
from signoff import ADA, ALAN, GRACE, booked_by, code, held, imported, of_run, proposed

from importer.booking.lanes import book
from importer.cli.tables import run_table
from importer.errors import ExitCode, SettingsError
from importer.importing.approving import unapproved
from importer.importing.carrying_out import carry_out
from importer.importing.meaning import SCHEME, line_of, meaning, typed_code
from importer.importing.proposing import propose, with_code
from importer.importing.questions import Choices, Unapproved
from importer.importing.resuming import read_copy, unfinished
from importer.inbox import folder_settings
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Decision, Lane, Options, Participant, RowRef, RunReport, Target
from importer.model.approvals import Approval

# What a code stands for


def a_line(desk: Desk, booking_id: str, **changes: Any) -> dict[str, str]:
    with desk.service() as service:
        booking = service.bookings([booking_id])[booking_id]
    given: dict[str, Any] = {"email": "ada@example.org", "reference": "M1", "handle": "4f1c2a90/1//2"}
    ada = Participant(RowRef("", 2), "Ada", "Lovelace", Target(booking_id), **given)
    return dict(meaning(replace(ada, **changes), booking, desk.settings()))


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"first_name": "Adah"}, {"name", "first_name"}),
        ({"email": "ada@example.com"}, {"contact"}),
        ({"mobile": "+447700900123"}, {"contact"}),
        ({"phone": "+447700900123"}, {"contact"}),
        ({"spaces": 2}, {"places"}),
        ({"decision": Decision.DIFFERENT_PERSON}, {"decision"}),
        ({"row": RowRef("Other sheet", 99)}, set()),
        ({"reference": "M2"}, set()),
        ({"handle": ""}, set()),
        ({"target": Target(service="Pottery")}, set()),
    ],
)
def test_a_line_means_the_person_as_they_would_be_sent_and_nothing_of_where_they_stand(
    desk: Desk, change: dict[str, Any], differs: set[str]
) -> None:
    id_ = desk.session()
    one, other = a_line(desk, id_), a_line(desk, id_, **change)
    assert {name for name in one if one[name] != other[name]} == differs


def test_a_line_means_the_session_with_its_service_room_and_start(desk: Desk) -> None:
    one = a_line(desk, desk.session())
    other = a_line(desk, desk.session(service="Yoga", resource="Hall", start="2030-03-03T10:00:00+00:00"))
    assert {name for name in one if one[name] != other[name]} == {"session", "service", "room", "start"}


def test_payment_requests_count_only_where_there_is_a_price(desk: Desk) -> None:
    free, priced = desk.session(), desk.session(price=12.5)
    path = desk.people(free, ADA)
    assert code(desk, path) == code(desk, path, payment_requests="none")
    path = desk.people(priced, ADA)
    assert code(desk, path, payment_requests="send") != code(desk, path, payment_requests="none")


def test_who_is_told_nothing_of_contact_details_means_something_else_than_who_is(desk: Desk) -> None:
    row = person(desk.session(), Email="ada@example.org")
    path = desk.roster([row])
    assert code(desk, path) == code(desk, path, contact="send")
    kept_here = code(desk, path, contact="none")
    assert kept_here != code(desk, path)
    found = held(desk, path, Options(approved=kept_here), contact="send")
    assert found.differing[0].words == "approved with another choice of contact details (--contact)"
    assert code(desk, desk.roster([row | {"Email": "other@example.org"}]), contact="none") == kept_here


def test_another_address_is_another_plan_but_not_another_port_of_this_computer(desk: Desk) -> None:
    def of(base_url: str) -> str:
        with desk.service() as service:
            booking = service.bookings([id_])[id_]
        ada = Participant(RowRef("", 2), "Ada", "Lovelace", Target(id_))
        return line_of(ada, booking, desk.settings(base_url=base_url), "key").digest

    id_ = desk.session()
    assert of("https://api.appointedd.com/v1/") != of("https://api.example.org/v1/")
    assert of("http://127.0.0.1:8001/v1/") == of("http://127.0.0.1:8002/v1/")


def test_a_code_is_the_same_for_any_order_and_file_and_another_with_another_key(desk: Desk) -> None:
    id_ = desk.session()
    one = desk.people(id_, ADA, ALAN).rename(desk.folder / "one.csv")
    other = desk.people(id_, ALAN, ADA, Class="4B").rename(desk.folder / "other.csv")
    assert code(desk, one) == code(desk, other)
    assert code(desk, one) != code(desk, one, ledger=desk.folder / "another.sqlite3")


def test_a_code_is_eight_letters_that_nobody_can_take_for_others(desk: Desk) -> None:
    made = code(desk, desk.people(desk.session(), ADA))
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", made)
    assert typed_code(" o1i-l 7f3k ") == typed_code("0111-7F3K") == "0111-7F3K"


def test_a_line_of_another_scheme_is_another_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.people(desk.session(), ADA)
    made = code(desk, path)
    monkeypatch.setattr("importer.importing.meaning.SCHEME", f"{SCHEME}-next")
    assert code(desk, path) != made


def test_a_plan_that_books_nobody_or_is_open_in_another_way_has_no_code(desk: Desk) -> None:
    assert proposed(desk, desk.people("0" * 24, ADA)).expected.approval is None
    assert proposed(desk, desk.people(desk.session(price=5), ADA)).expected.approval is None


def test_the_ledger_keeps_no_name_and_no_address_of_what_may_be_approved(desk: Desk) -> None:
    code(desk, desk.people(desk.session(), ADA, Email="ada@example.org"))
    kept = b"".join(path.read_bytes() for path in desk.folder.glob("ledger.sqlite3*"))
    assert b"prepared_by" in kept
    assert [word for word in (b"Lovelace", b"ada@example.org") if word in kept] == []


def test_where_the_ledger_cannot_be_written_a_dry_run_says_so_and_has_no_code(
    desk: Desk,
) -> None:
    choices = Choices(desk.settings(), Options())
    with Ledger.look(choices.settings.ledger) as ledger, desk.service() as service:
        roster = read_roster(desk.people(desk.session(), ADA))
        made = propose(roster, choices, service, ledger, now=desk.clock(), tell=lambda _progress: None)
    choices.settings.ledger.mkdir()
    shown = with_code(made, by="priya", now=desk.clock())
    assert shown.expected.approval is None
    assert shown.expected.not_known[-1] == "There is no approval code: our record of who is booked can't be written."


# Exactly that, or less


def test_what_was_approved_is_booked_although_its_list_was_sorted_and_called_otherwise(desk: Desk) -> None:
    id_ = desk.session()
    approved = code(desk, desk.people(id_, ADA, ALAN))
    again = desk.people(id_, ALAN, ADA, Class="4B").rename(desk.folder / "FINAL v3.csv")
    assert set(statuses(booked_by(desk, again, approved)).values()) == {"Booked"}
    assert sorted(desk.booked(id_)) == [ADA, ALAN]


def test_somebody_who_was_not_approved_holds_the_import_and_is_named(desk: Desk) -> None:
    id_ = desk.session()
    approved = code(desk, desk.people(id_, ADA))
    found = held(desk, desk.people(id_, ADA, GRACE), Options(approved=approved))
    assert found.why == f"This is not what was approved with {approved}: 1 person differs."
    assert [(one.name, one.words) for one in found.differing] == [(GRACE, "not among those approved")]
    assert desk.booked(id_) == []


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Email": "other@example.org"}, "approved with other contact details"),
        ({"Number of spaces": 3}, "approved with another number of places"),
        ({"Last name": "Byron"}, "approved with another name"),
        ({"Import decision": "Book"}, "approved with another decision"),
    ],
)
def test_whatever_else_a_person_means_by_now_holds_the_import(desk: Desk, cells: dict[str, Any], words: str) -> None:
    id_ = desk.session()
    row = {"Group booking ID": id_, "First name": "Ada", "Last name": "Lovelace", "Email": "ada@example.org"}
    approved = code(desk, desk.roster([row]))
    found = held(desk, desk.roster([row | cells]), Options(approved=approved))
    assert [one.words for one in found.differing] == [words]
    assert desk.booked(id_) == []


def test_another_session_at_another_time_holds_the_import(desk: Desk) -> None:
    one, other = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    approved = code(desk, desk.people(one, ADA))
    found = held(desk, desk.people(other, ADA), Options(approved=approved))
    assert found.differing[0].words == "approved with another session, another start"


def test_a_session_that_staff_have_moved_since_holds_the_import(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA)
    approved = code(desk, path)
    desk.sandbox.world.staff.change_session(id_, start=datetime(2030, 3, 2, 12, tzinfo=UTC))
    assert held(desk, path, Options(approved=approved)).differing[0].words == "approved with another start"


def test_another_choice_of_payment_requests_holds_the_import(desk: Desk) -> None:
    path = desk.people(desk.session(price=12.5), ADA)
    approved = code(desk, path, payment_requests="none")
    found = held(desk, path, Options(approved=approved), payment_requests="send")
    assert found.differing[0].words == "approved with another choice of payment requests"


def test_it_is_told_beside_the_row_that_it_was_not_approved_so(desk: Desk) -> None:
    id_ = desk.session()
    approved = code(desk, desk.people(id_, ADA))
    shown = proposed(desk, desk.people(id_, ADA, GRACE), Options(approved=approved)).expected
    assert [one.message for one in shown.outcomes] == ["", "Not among those approved."]


def test_an_import_that_is_held_has_a_new_code_which_books_it(desk: Desk) -> None:
    id_ = desk.session()
    approved = code(desk, desk.people(id_, ADA))
    path = desk.people(id_, ADA, GRACE)
    again = proposed(desk, path, Options(approved=approved)).unapproved
    assert again is not None
    booked_by(desk, path, again.code)
    assert sorted(desk.booked(id_)) == [ADA, GRACE]


def test_who_was_approved_and_gets_no_place_is_told_and_remembered_and_the_others_are_booked(desk: Desk) -> None:
    id_ = desk.session(places=3)
    path = desk.people(id_, ADA, ALAN, GRACE)
    approved = code(desk, path)
    desk.sandbox.world.add_person(id_, "Mary", "Ward")
    report = booked_by(desk, path, approved)
    assert statuses(report) == {ADA: "Booked", ALAN: "Booked", GRACE: "Full"}
    assert report.approval is not None
    assert report.approval.short_text == of_run(desk, 1).short_text == "row 4 (Full)"


def test_who_was_approved_and_is_no_longer_on_the_list_is_told(desk: Desk) -> None:
    id_ = desk.session()
    approved = code(desk, desk.people(id_, ADA, ALAN))
    booked_by(desk, desk.people(id_, ADA), approved)
    assert of_run(desk, 1).short_text == "row 3 (no longer on the list)"


def test_who_was_booked_by_another_import_meanwhile_does_not_fall_short(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA, ALAN)
    approved = code(desk, path)
    desk.run(path, Options(first=1))
    booked_by(desk, path, approved)
    assert (of_run(desk, 2).short, sorted(desk.booked(id_))) == ((), [ADA, ALAN])


def test_a_place_that_comes_free_goes_to_nobody_who_was_not_approved(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(mishaps=["refuse:reserve:nth=1"])
    id_ = desk.session(places=2)
    path = desk.people(id_, ADA, ALAN, GRACE)
    approved = code(desk, path)
    assert statuses(booked_by(desk, path, approved))[GRACE] == "Full"
    assert desk.booked(id_) == [ALAN]


@pytest.mark.parametrize("is_coded", [False, True])
def test_a_place_that_turns_out_to_be_free_goes_to_nobody_without_approval(
    open_desk: Callable[..., Desk], is_coded: bool
) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    id_ = desk.session(places=1)
    path = desk.people(id_, ALAN).rename(desk.folder / "alan.csv")
    given = {} if is_coded else {"approval": "always"}
    options = Options(approved=code(desk, path)) if is_coded else Options()
    desk.clock.now += timedelta(days=8)  # which is too late for the code
    assert statuses(desk.run(desk.people(id_, ADA), settle_wait_s=0)) == {ADA: "Not sure yet"}
    choices = Choices(desk.settings(**given), options)
    with Ledger.open(choices.settings.ledger) as ledger, ledger.lock(), desk.service() as service:
        plan = propose(
            read_roster(path), choices, service, ledger, now=desk.clock(), tell=lambda _progress: None
        ).plan  # Ada may have the place
        assert plan.people == ()
        desk.clock.wait(3600)
        report = carry_out(
            plan, choices.settings, options, service, ledger, by="sam", clock=desk.clock,
            tell=lambda _progress: None, stop=desk.stop, pause=desk.clock.wait,
        )  # fmt: skip
    assert (statuses(report), desk.booked(id_)) == ({ALAN: "Full"}, [])


def test_two_who_are_the_same_in_every_cell_were_approved_once_each(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA, ALAN)
    approved = code(desk, path)
    choices = Choices(desk.settings(), Options(approved=approved))
    plan = proposed(desk, path).plan
    (lane,) = plan.lanes
    twice = replace(plan, lanes=(replace(lane, people=(*lane.people, replace(lane.people[0], row=RowRef("", 9)))),))
    with Ledger.look(choices.settings.ledger) as ledger:
        assert unapproved(plan, choices, ledger, now=START) is None
        beyond = unapproved(twice, choices, ledger, now=START)
    assert beyond is not None
    assert [one.row.number for one in beyond.differing] == [9]


def test_a_code_books_nobody_a_second_time(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA, ALAN)
    approved = code(desk, path)
    booked_by(desk, path, approved)
    for one in desk.sandbox.world.people(id_):
        desk.sandbox.world.remove_person(id_, one.customer_booking_id)
    desk.clock.wait(3600)
    found = held(desk, path, Options(approved=approved, rebook=True))
    assert {one.words for one in found.differing} == {"booked and removed since this code was made"}
    booked_by(desk, path, code(desk, path, Options(rebook=True)), options=Options(rebook=True))
    assert sorted(desk.booked(id_)) == [ADA, ALAN]


def test_what_an_import_has_left_is_booked_by_a_second_one_with_the_same_code(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA, ALAN)
    approved = code(desk, path)
    booked_by(desk, path, approved, options=Options(first=1))
    booked_by(desk, path, approved, by="kay")
    assert desk.booked(id_) == [ADA, ALAN]
    first, second = of_run(desk, 1), of_run(desk, 2)
    assert (first.short_text, second.short) == ("row 3 (Not booked yet)", ())
    assert (first.approved_by, second.approved_by) == ("sam", "kay")


def test_an_import_that_died_is_begun_anew_with_the_same_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA, ALAN)
    approved = code(desk, path)
    with monkeypatch.context() as dying:
        dying.setattr("importer.importing.carrying_out.book", die_of_all_after_the_first)
        with pytest.raises(Crash):
            booked_by(desk, path, approved)
    assert desk.booked(id_) == [ADA]
    booked_by(desk, path, approved)
    assert desk.booked(id_) == [ADA, ALAN]
    assert (of_run(desk, 1).short, of_run(desk, 2).short) == (None, ())


def die_of_all_after_the_first(lanes: Sequence[Lane], *given: Any, **more: Any) -> None:
    book([replace(lane, people=lane.people[:1]) for lane in lanes], *given, **more)
    raise Crash


# When, and by whom


def test_a_code_is_good_for_so_many_days_as_the_settings_say(desk: Desk) -> None:
    path = desk.people(desk.session(), ADA)
    approved = code(desk, path, approval_days=3)
    desk.clock.now = START + timedelta(days=3, seconds=1)
    found = held(desk, path, Options(approved=approved))
    assert found.why == f"The approval code {approved} was good until 18 Jan 2030."
    desk.clock.now = START + timedelta(days=3)
    booked_by(desk, path, approved)


def test_a_run_that_was_approved_in_time_is_finished_later(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA, ALAN)
    approved = code(desk, path)
    booked_by(desk, path, approved, stops=True)
    desk.stop.clear()
    desk.clock.now = START + timedelta(days=30)
    with Ledger.open(desk.settings().ledger) as ledger:
        (run,) = unfinished(ledger)
        copy, _ = read_copy(run, desk.settings(), ledger)
    assert run.options.approved == approved
    assert isinstance(imported(desk, copy, run.options, by="cron", approval="always"), RunReport)
    assert desk.booked(id_) == [ADA, ALAN]
    assert (of_run(desk, 2).approved_by, of_run(desk, 2).approved) == ("sam", START)


def test_a_code_that_no_dry_run_here_has_made_is_an_error(desk: Desk) -> None:
    path = desk.people(desk.session(), ADA)
    elsewhere = code(desk, path, ledger=desk.folder / "another.sqlite3")
    with pytest.raises(SettingsError, match="There is no approval code"):
        imported(desk, path, Options(approved=elsewhere))


def test_the_ledger_keeps_who_prepared_it_of_which_file_who_approved_it_how_when_and_which_import_did_it(
    desk: Desk,
) -> None:
    path = desk.people(desk.session(), ADA)
    content = path.read_bytes()
    approved = code(desk, path)
    desk.clock.now += timedelta(days=1)
    booked_by(desk, path, approved)
    kept = of_run(desk, 1)
    assert (kept.prepared_by, kept.prepared, kept.file) == ("priya", START, "roster.csv")
    assert kept.sha256 == sha256(content).hexdigest()
    assert (kept.approved_by, kept.signed_in, kept.comment) == ("sam", "command line", "term 2")
    assert kept.approved == START + timedelta(days=1)
    with Ledger.look(desk.settings().ledger) as ledger:
        (run,) = ledger.runs()
        lines = run_table(run, ledger.outcomes(1), desk.settings().zone, kept)
    assert lines[4:8] == [
        f"Prepared Tue 15 Jan 2030 09:00 by priya, from roster.csv (SHA-256 {kept.sha256[:12]})",
        "Approved Wed 16 Jan 2030 09:00 by sam (command line)",
        f"Code     {approved}",
        "Comment  term 2",
    ]


def test_who_looks_at_a_plan_that_somebody_else_prepared_does_not_become_who_prepared_it(desk: Desk) -> None:
    path = desk.people(desk.session(), ADA)
    approved = code(desk, path)
    assert proposed(desk, path, by="sam").expected.approval == replace(of_code(desk, approved), lines=())
    assert of_code(desk, approved).prepared_by == "priya"


def test_a_purge_forgets_the_comment_and_the_lines_of_a_run_and_codes_that_are_no_good_any_more(desk: Desk) -> None:
    path = desk.people(desk.session(), ADA)
    booked_by(desk, path, code(desk, path))
    unused = code(desk, desk.people(desk.session(), GRACE))
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.forget([1], (), (), now=START + timedelta(days=90))
        assert ledger.approvals.find(unused) is None
    kept = of_run(desk, 1)
    assert (kept.approved_by, kept.comment, kept.lines) == ("sam", "", ())


# Where it is asked for


@pytest.mark.parametrize(("approval", "count"), [("always", 1), (2, 3), ("2", 3)])
def test_an_import_beyond_what_the_settings_let_through_is_held(desk: Desk, approval: str | int, count: int) -> None:
    id_ = desk.session()
    path = desk.people(id_, *[ADA, ALAN, GRACE][:count])
    assert "Your settings ask for approval of" in held(desk, path, Options(), approval=approval).why
    booked_by(desk, path, code(desk, path), approval=approval)
    assert len(desk.booked(id_)) == count


@pytest.mark.parametrize(("approval", "count"), [("never", 3), (3, 3)])
def test_an_import_within_what_the_settings_let_through_needs_no_approval(
    desk: Desk, approval: str | int, count: int
) -> None:
    id_ = desk.session()
    assert isinstance(imported(desk, desk.people(id_, ADA, ALAN, GRACE), Options(), approval=approval), RunReport)
    assert len(desk.booked(id_)) == count


def test_an_import_that_books_nobody_needs_no_approval(desk: Desk) -> None:
    path = desk.people(desk.session(), ADA)
    booked_by(desk, path, code(desk, path))
    assert isinstance(imported(desk, path, Options(), approval="always"), RunReport)


def test_a_run_that_was_not_approved_is_not_gone_on_with_once_the_settings_ask_for_that(desk: Desk) -> None:
    id_ = desk.session()
    report = imported(desk, desk.people(id_, ADA, ALAN), Options(), stops=True)
    assert isinstance(report, RunReport)
    desk.stop.clear()
    with Ledger.open(desk.settings().ledger) as ledger:
        (run,) = unfinished(ledger)
        copy, _ = read_copy(run, desk.settings(), ledger)
    assert isinstance(imported(desk, copy, run.options, approval="always"), Unapproved)
    assert desk.booked(id_) == [ADA]


def test_an_inbox_holds_a_roster_that_nobody_has_approved_and_its_letter_has_the_line(box: Box) -> None:
    id_ = box.desk.session()
    box.put(people(id_, 3))
    answer = box.take(approval=2)
    assert (answer.code, box.in_place("held")) == (ExitCode.HELD, ["hr.csv", "hr.results.xlsx", "hr.txt"])
    assert "Your settings ask for approval of imports of more than 2 people." in told(answer, box)
    assert of_code(box.desk, answer.to_approve).prepared_by == "cron"
    assert box.desk.booked(id_) == []


def test_a_roster_that_is_let_through_with_its_code_is_booked_and_nobody_beyond_it(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)])
    first = box.take(approval="always")
    again = box.take(release="hr.csv", approved=first.to_approve, by="sam", approval="always")
    assert again.code is ExitCode.DONE
    assert of_run(box.desk, 1).approved_by == "sam"
    box.put([person(id_), person(id_, "Grace", "Hopper")])
    other = box.take(approval="always")
    refused = box.take(release="hr.csv", approved=first.to_approve, approval="always")
    assert (refused.code, refused.to_approve) == (ExitCode.HELD, other.to_approve)
    assert "row 3 not among those approved" in " ".join(told(refused, box).split())
    assert "Grace" not in told(refused, box)
    assert box.desk.booked(id_) == [ADA]


def test_who_may_put_rosters_into_a_folder_cannot_lift_it(box: Box) -> None:
    (box.folder / "roster.toml").write_text('approval = "never"\n')
    with pytest.raises(SettingsError, match="approval: there is no such setting for a folder"):
        folder_settings(box.folder)


def of_code(desk: Desk, code: str) -> Approval:
    with Ledger.look(desk.settings().ledger) as ledger:
        found = ledger.approvals.find(code)
    assert found is not None
    return found
