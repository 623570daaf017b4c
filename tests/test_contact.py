"""E-mail addresses and telephone numbers: passed on, or kept here, where they tell people apart all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk, statuses, the

from importer.errors import SettingsError
from importer.importing.proposing import Proposal, propose
from importer.importing.questions import Choices
from importer.importing.resuming import read_copy
from importer.inbox import folder_settings
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import EntryState, Options
from importer.settings import load_settings

ADA = {"Email": "ada@example.org", "Mobile": "07700 900123", "Phone": "020 7946 0123"}


def proposed(desk: Desk, roster: Path, **settings: object) -> Proposal:
    chosen = desk.settings(**settings)
    with Ledger.look(chosen.ledger) as ledger, desk.service() as service:
        choices = Choices(chosen, Options())
        return propose(read_roster(roster), choices, service, ledger, now=desk.clock(), tell=lambda _progress: None)


def passed_on(desk: Desk, session: str) -> dict[str, tuple[str, str, str]]:
    """What the service was told of each person there."""
    people = desk.sandbox.world.people(session)
    return {one.name: (one.profile.email, one.profile.mobile, one.profile.phone) for one in people}


def test_with_none_no_address_and_no_number_reaches_the_service(desk: Desk) -> None:
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace", **ADA), contact="none")
    assert report.contact == "none"
    assert passed_on(desk, session) == {"Ada Lovelace": ("", "", "")}
    with Ledger.look(desk.settings().ledger) as ledger:
        [entry] = ledger.entries([session])
    assert (entry.email, entry.mobile, entry.phone) == tuple(ADA.values())


@pytest.mark.parametrize("chosen", ["send", None])
def test_else_they_are_sent_as_they_stand_in_the_list(desk: Desk, chosen: str | None) -> None:
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace", **ADA), contact=chosen)
    assert report.contact == "send"
    assert passed_on(desk, session) == {"Ada Lovelace": tuple(ADA.values())}


def test_a_list_without_addresses_says_nothing_of_them(desk: Desk) -> None:
    assert desk.run(desk.people(desk.session(), "Ada Lovelace")).contact == ""


def test_addresses_that_stay_here_tell_two_people_of_one_name_apart(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.people(session, "Ada Lovelace", Email="ada@example.org"), contact="none")
    other = desk.people(session, "Ada Lovelace", "Bo Chen", Email="another@example.org")
    report = desk.run(other.rename(desk.folder / "other.csv"), contact="none")
    assert statuses(report) == {"Ada Lovelace": "Same person?", "Bo Chen": "Booked"}


def test_nobody_is_told_to_change_an_address_there_that_was_never_sent(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.people(session, "Ada Lovelace", Email="ada@example.org"), contact="none")
    again = desk.run(desk.people(session, "Ada Lovelace", Email="ada@example.net"))
    assert "Appointedd" not in the(again, "Ada Lovelace").message
    assert not the(again, "Ada Lovelace").has_other_address


def test_a_lost_answer_is_settled_where_addresses_stay_here(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-after:confirm:1"]) as desk:
        session = desk.session()
        report = desk.run(desk.people(session, "Ada Lovelace", "Bo Chen", **ADA), contact="none")
        assert statuses(report) == {"Ada Lovelace": "Booked", "Bo Chen": "Booked"}
        assert set(passed_on(desk, session).values()) == {("", "", "")}


def test_what_the_last_import_at_an_address_chose_holds_where_nothing_is_chosen(desk: Desk) -> None:
    session = desk.session()
    first = desk.run(desk.people(session, "Ada Lovelace", **ADA), contact="none")
    later = proposed(desk, desk.people(session, "Ada Lovelace", "Bo Chen", **ADA))
    assert (later.choices.settings.contact, later.contact_of) == ("none", first.run)
    told = proposed(desk, desk.people(session, "Bo Chen", **ADA), contact="send")
    assert (told.choices.settings.contact, told.contact_of) == ("send", 0)


def test_only_a_first_import_of_people_with_addresses_asks_what_is_passed_on(desk: Desk) -> None:
    session = desk.session()
    asked = proposed(desk, desk.people(session, "Ada Lovelace", "Bo Chen", **ADA)).pass_on
    assert asked
    assert asked.count == 2
    assert proposed(desk, desk.people(session, "Ada Lovelace")).pass_on is None
    assert proposed(desk, desk.people(session, "Ada Lovelace", **ADA), contact="send").pass_on is None
    desk.run(desk.people(session, "Bo Chen"))
    assert proposed(desk, desk.people(session, "Ada Lovelace", **ADA)).pass_on is None


def test_a_run_that_is_resumed_goes_by_its_own_choice_and_by_none_of_today(desk: Desk) -> None:
    session = desk.session()
    desk.stop.set()
    for kept in ("none", "send"):
        desk.run(desk.people(session, "Ada Lovelace", **ADA), contact=kept)
    with Ledger.look(desk.settings().ledger) as ledger:
        sent, kept_here = ledger.all_runs()
        assert read_copy(sent, desk.settings(contact="send"), ledger)[1].contact == "send"
        assert read_copy(sent, desk.settings(contact="none"), ledger)[1].contact == "none"
        assert not [one for one in ledger.entries([session]) if one.state is EntryState.BOOKED]
    assert kept_here.choices["contact"] == "none"


def test_an_inbox_may_keep_addresses_here_and_never_send_what_the_settings_keep(tmp_path: Path) -> None:
    says = tmp_path / "roster.toml"
    says.write_text('contact = "none"', encoding="utf-8")
    assert load_settings(folder_settings(tmp_path).of_program()).contact == "none"
    says.write_text('contact = "send"', encoding="utf-8")
    with pytest.raises(SettingsError, match="contact"):
        folder_settings(tmp_path)
