"""Forgetting one person: no byte of them is left in our record, everybody else stays, and nobody is booked twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk, statuses, the
from signoff import booked_by, code, of_run

from importer.importing.finding import find
from importer.importing.forgetting import Forgetting, carry_out, plan_forgetting
from importer.ledger import Ledger
from importer.model import Options, RunReport

WORDS = ("Quillfeather", "Zebedee", "zeb@mail.example.org", "900123", "7946 0555", "79460555", "Ref-77")
LATER = "2030-03-09T10:00:00+00:00"


def zebedee(session: str, **changes: str) -> dict[str, str]:
    cells = {"First name": "Zebedee", "Last name": "Quillfeather", "Group booking ID": session}
    cells |= {
        "Email": "zeb@mail.example.org",
        "Mobile": "07700 900123",
        "Phone": "020 7946 0555",
        "Reference": "Ref-77",
    }
    return cells | changes


def bo(session: str) -> dict[str, str]:
    return {"First name": "Bo", "Last name": "Chen", "Group booking ID": session, "Email": "bo@example.org"}


def planned(desk: Desk, who: str) -> Forgetting:
    settings = desk.settings()
    with Ledger.look(settings.ledger) as ledger:
        found = find(who, ledger, settings)
        [person] = found.people
        return plan_forgetting(person, found, ledger, settings, now=desk.clock())


def forget(desk: Desk, who: str = "Zebedee Quillfeather") -> Forgetting:
    plan = planned(desk, who)
    with Ledger.open(desk.settings().ledger) as ledger, ledger.lock():
        carry_out(plan, ledger)
    return plan


def left(desk: Desk, words: tuple[str, ...] = WORDS) -> list[str]:
    """What of these words still stands in a file of ours, in whichever case, and however SQLite has it."""
    files = [path for path in desk.folder.rglob("*") if path.is_file() and path.suffix != ".csv"]
    content = b"".join(path.read_bytes().lower() for path in files)
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    return [word for word in words if any(word.lower().encode(one) in content for one in encodings)]


def handed_over(desk: Desk, report: RunReport) -> Path:
    """Results of an import, in place of a workbook."""
    results = desk.folder / "roster.results.xlsx"
    results.write_bytes(b"results")
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.results_written(report.run, results, "0" * 64)
    return results


def names(desk: Desk, run: int) -> list[str]:
    with Ledger.look(desk.settings().ledger) as ledger:
        return [one.name for one in ledger.outcomes(run)]


@pytest.mark.parametrize("who", ["Zebedee Quillfeather", "zeb@mail.example.org", "+44 7700 900123", "Ref-77"])
def test_no_byte_of_a_forgotten_person_is_left_and_nobody_else_loses_anything(desk: Desk, who: str) -> None:
    session = desk.session()
    desk.run(desk.roster([zebedee(session), bo(session)]))
    desk.run(desk.roster([zebedee("x"), bo(session)], "other.csv"))
    assert left(desk)
    plan = forget(desk, who)
    assert (len(plan.entries), len(plan.rows)) == (1, 2)
    assert left(desk) == []
    assert (names(desk, 1), names(desk, 2)) == (["", "Bo Chen"], ["", "Bo Chen"])
    with Ledger.look(desk.settings().ledger) as ledger:
        assert [one.name for one in ledger.entries([session])] == ["", "Bo Chen"]


@pytest.mark.parametrize(
    "row",
    [{}, {"Email": "", "Mobile": "", "Phone": ""}, {"Last name": "Quill-Feather", "First name": "ZEBEDEE"}],
    ids=["unchanged", "Reference", "name as it is compared"],
)
def test_the_same_list_books_a_forgotten_person_once_also_on_a_session_to_come(desk: Desk, row: dict[str, str]) -> None:
    session = desk.session()
    handed_over(desk, desk.run(desk.roster([zebedee(session), bo(session)])))
    forget(desk)
    report = desk.run(desk.roster([zebedee(session, **row), bo(session)]))
    assert [str(one.status) for one in report.outcomes] == ["Already booked", "Already booked"]
    assert desk.posts() == {"reserve": 2, "confirm": 2}
    assert report.since is not None
    assert report.since.gone == ()
    assert report.since.added == frozenset()


def test_an_equal_address_under_another_name_is_a_question_that_names_nobody(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.roster([zebedee(session), bo(session)]))
    forget(desk)
    other = zebedee(session, **{"First name": "Ophelia", "Last name": "Marsh", "Reference": ""})
    asked = desk.run(desk.roster([other, bo(session)]))
    assert statuses(asked)["Ophelia Marsh"] == "Same person?"
    assert "the person booked on 15 Jan 2030" in the(asked, "Ophelia Marsh").message
    assert left(desk, ("Quillfeather", "Zebedee")) == []


def test_what_is_said_of_them_beside_other_rows_goes_too(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.roster([zebedee(session)]))
    near = {"First name": "Zebedee", "Last name": "Quillfether", "Group booking ID": session}
    desk.run(desk.roster([near], "near.csv"))
    desk.run(desk.roster([near | {"Import decision": "Different person"}], "near.csv"))
    plan = forget(desk)
    assert plan.mentions >= 1
    assert left(desk, ("Quillfeather", "zeb@mail.example.org")) == []
    assert left(desk, ("Quillfether",)) == ["Quillfether"]


def test_a_namesake_with_another_address_stays(desk: Desk) -> None:
    session, later = desk.session(), desk.session(start=LATER)
    desk.run(desk.roster([zebedee(session)]))
    other = zebedee(later, Email="other@mail.example.org", Mobile="", Phone="", Reference="Ref-99")
    desk.run(desk.roster([other], "other.csv"))
    forget(desk, "zeb@mail.example.org")
    assert left(desk, ("zeb@mail.example.org", "900123", "Ref-77")) == []
    assert names(desk, 2) == ["Zebedee Quillfeather"]


def test_who_is_not_sure_yet_is_forgotten_only_once_that_is_settled(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    session = desk.session()
    desk.run(desk.roster([zebedee(session)]), settle_wait_s=0)
    assert planned(desk, "Ref-77").waits_for == (1,)
    desk.clock.wait(3600)
    desk.run(desk.roster([zebedee(session)]))
    assert planned(desk, "Ref-77").waits_for == ()
    forget(desk)
    assert left(desk) == []


def test_the_list_of_an_import_that_did_not_finish_is_waited_for_whoever_of_it_was_tried(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.roster([zebedee(session)]))
    desk.stop.set()
    desk.run(desk.roster([bo(session), zebedee(desk.session(start=LATER))], "other.csv"))
    assert planned(desk, "Ref-77").waits_for == (2,)


def test_it_can_be_done_again_and_finishes_what_was_cut_short(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = desk.session()
    desk.run(desk.roster([zebedee(session)]))

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in ("forget_rows", "entries.Entries.save", "database.Database.empty_what_was_freed"):
        with monkeypatch.context() as dying:
            dying.setattr(f"importer.ledger.{step}", die)
            with pytest.raises(KeyboardInterrupt):
                forget(desk)
    assert forget(desk).is_empty
    assert left(desk) == []


def test_what_lies_elsewhere_is_named_and_not_touched(desk: Desk) -> None:
    roster = desk.roster([zebedee(desk.session())])
    results = handed_over(desk, desk.run(roster))
    assert forget(desk).files == (roster, results)
    assert results.read_bytes() == b"results"


def test_a_comment_of_an_approval_that_names_them_goes_too(desk: Desk) -> None:
    path = desk.roster([zebedee(desk.session())])
    approved = code(desk, path)
    booked_by(desk, path, approved, comment="for Quillfeather, Zebedee (zeb@mail.example.org), as Kay says")
    assert forget(desk).comments == ()
    assert left(desk) == []
    assert of_run(desk, 1).comment == ""


def test_a_comment_that_may_mean_them_in_other_words_is_told_to_stay(desk: Desk) -> None:
    path = desk.roster([zebedee(desk.session())])
    booked_by(desk, path, code(desk, path), comment="for Zeb")
    assert forget(desk).comments == (1,)
    assert of_run(desk, 1).comment == "for Zeb"


def test_names_of_files_and_series_that_name_them_are_told_to_stay(desk: Desk) -> None:
    path = desk.roster([zebedee(desk.session())], "zebedee_quillfeather.csv")
    handed_over(desk, desk.run(path, Options(series="Zebedee Quillfeather")))
    desk.run(desk.roster([bo(desk.session(start=LATER))], "other.csv"))
    assert forget(desk).named_in == ("Zebedee Quillfeather", "zebedee_quillfeather.csv")


def test_results_of_a_dry_run_and_its_list_are_named_among_the_files(desk: Desk) -> None:
    roster = desk.roster([zebedee(desk.session())])
    desk.run(roster)
    dry = desk.folder / "Trial.results.xlsx"
    dry.write_bytes(b"results")
    trial = desk.roster([zebedee("x")], "trial.csv")
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.results_written(0, dry, "0" * 64)
    assert forget(desk).files == (dry, roster, trial)


def test_another_row_of_their_name_stays_as_long_as_nobody_has_said_whose_it_is(desk: Desk) -> None:
    session = desk.session()
    other = zebedee(session, Email="other@mail.example.org", Mobile="", Phone="", Reference="Ref-99")
    desk.run(desk.roster([zebedee(session), bo(session), other]))
    assert names(desk, 1)[2] == "Zebedee Quillfeather"
    with Ledger.look(desk.settings().ledger) as ledger:
        found = find("Zebedee Quillfeather", ledger, desk.settings()).people
    assert [[row.number for _, row in one.places] for one in found] == [[2, 2], [4]]
    assert forget(desk, "zeb@mail.example.org").namesakes == 1
    assert names(desk, 1) == ["", "Bo Chen", "Zebedee Quillfeather"]
