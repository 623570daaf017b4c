"""Purging forgets whom it can, leaves no byte of them behind, and nobody is booked twice for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from desk import Clock, Desk, statuses, the
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples

from importer.errors import LedgerError
from importer.importing import purging
from importer.importing.purging import Purge
from importer.ledger import Ledger
from importer.model import Decision, Options, RunReport, RunState
from importer.people.evidence import Evidence, hashed
from importer.people.matching import match_people
from importer.results.writing import write_results

PERSONAL = (
    b"Quillfeather",
    b"quillfeather",
    b"Zebedee",
    b"zebedee",
    b"mail.example",
    b"900123",
    b"7946 0555",
    b"79460555",
    b"Ref-77",
)
PAST = Options(allow_past=True)


def ledger_of(desk: Desk) -> Ledger:
    return Ledger.open(desk.settings().ledger)


def purged(desk: Desk, days: int = 90) -> Purge:
    with ledger_of(desk) as ledger, ledger.lock():
        found = purging.find(ledger, before=desk.clock() - timedelta(days=days), now=desk.clock())
        purging.carry_out(found, ledger, now=desk.clock())
    return found


def results_of(desk: Desk, report: RunReport) -> Path:
    path, sha256 = write_results(report, desk.folder / "roster.results.xlsx", ())
    with ledger_of(desk) as ledger:
        ledger.results_written(report.run, path, sha256)
    return path


def person(session: str, **changes: str) -> dict[str, str]:
    cells = {"First name": "Zebedee", "Last name": "Quillfeather", "Group booking ID": session}
    return (
        cells
        | {"Email": "zeb@mail.example.org", "Mobile": "07700 900123", "Phone": "020 7946 0555", "Reference": "Ref-77"}
        | changes
    )


def personal_bytes_in(folder: Path) -> list[bytes]:
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".csv")
    return [word for word in PERSONAL if word in content]


def later(clock: Clock, days: int) -> None:
    clock.wait(timedelta(days=days).total_seconds())


def test_what_is_purged_leaves_no_byte_behind_and_the_results_go_with_it(desk: Desk) -> None:
    results = results_of(desk, desk.run(desk.roster([person(desk.session())])))
    assert personal_bytes_in(desk.folder)
    later(desk.clock, 200)
    found = purged(desk)
    assert (found.runs, len(found.entries), [file.path for file in found.files]) == ((1,), 1, [results])
    assert personal_bytes_in(desk.folder) == []
    assert not results.exists()
    assert purged(desk).is_empty


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"Email": "", "Mobile": "", "Phone": ""},
        {"Reference": "", "Email": "", "Phone": ""},
        {"Reference": "", "Email": "", "Mobile": ""},
        {"Last name": "Quill-Feather", "First name": "ZEBEDEE"},
        {"Email": "", "Mobile": "", "Phone": "", "Reference": ""},
    ],
    ids=["unchanged", "Reference", "mobile", "phone", "name as it is compared", "name alone"],
)
def test_who_was_purged_is_known_again_and_not_booked_twice(desk: Desk, row: dict[str, str]) -> None:
    session = desk.session()
    desk.run(desk.roster([person(session)]))
    later(desk.clock, 200)
    purged(desk)
    report = desk.run(desk.roster([person(session, **row)]), PAST)
    assert [str(one.status) for one in report.outcomes] == ["Already booked"]
    assert desk.posts() == {"reserve": 1, "confirm": 1}
    assert the(report, report.outcomes[0].name).message == "Booked on 15 Jan 2030."


def test_of_who_was_purged_an_equal_address_under_another_name_is_a_question_that_can_be_answered(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.roster([person(session)]))
    later(desk.clock, 200)
    purged(desk)
    other = person(session, **{"First name": "Ophelia", "Last name": "Marsh", "Reference": ""})
    asked = desk.run(desk.roster([other]), PAST)
    assert statuses(asked) == {"Ophelia Marsh": "Same person?"}
    assert "Is this the same person as the person booked on 15 Jan 2030?" in the(asked, "Ophelia Marsh").message
    same = desk.run(desk.roster([other | {"Import decision": "Same person"}]), PAST)
    assert statuses(same) == {"Ophelia Marsh": "Already booked"}
    assert statuses(desk.run(desk.roster([other]), PAST)) == {"Ophelia Marsh": "Already booked"}
    assert desk.posts() == {"reserve": 1, "confirm": 1}


# Names that are not near each other: a near name is what hashes can't see.
_PEOPLE = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["ada", "zebedee", "marmaduke"]),
        "last_name": st.sampled_from(["quillfeather", "oconnor"]),
        "reference": st.sampled_from(["", "r1", "r2"]),
        "email": st.sampled_from(["", "a@x", "b@x"]),
        "mobile": st.sampled_from(["", "700900123"]),
        "handles": st.sampled_from([frozenset(), frozenset({"l/1/s/2"}), frozenset({"l/1/s/3"})]),
        "key": st.sampled_from(["1", "2"]),
        "answers": st.sampled_from([frozenset(), frozenset({"1", "2"})]),
        "decision": st.sampled_from([None, *Decision]),
        "same_roster": st.booleans(),
    }
).map(lambda said: Evidence(names=frozenset({said["first_name"] + said["last_name"]}), **said))


@settings(max_examples=examples(50))
@given(rows=st.lists(_PEOPLE, max_size=4), known=st.lists(st.tuples(_PEOPLE, st.booleans()), min_size=1, max_size=4))
def test_whoever_is_purged_pairs_and_raises_questions_just_as_in_clear_text_but_for_near_names(
    rows: list[Evidence], known: list[tuple[Evidence, bool]]
) -> None:
    in_clear = match_people(rows, [one for one, _ in known])
    some_purged = [hashed(one, "key") if is_purged else one for one, is_purged in known]
    assert match_people(rows, some_purged) == in_clear


def test_a_decision_about_who_was_purged_is_kept_as_a_hash(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.roster([person(session)]))
    later(desk.clock, 200)
    purged(desk)
    other = person(session, Reference="", **{"First name": "Marmaduke"})
    for decision in ("", "Same person"):
        desk.run(desk.roster([other | {"Import decision": decision}]), PAST)
    with ledger_of(desk) as ledger:
        entry = ledger.entries([session])[0]
    assert all(len(name) == 64 for name in entry.accepted_names)
    assert len(entry.accepted_names) == 2


def test_a_renamed_roster_is_known_again_by_its_purged_names(desk: Desk) -> None:
    session = desk.session()
    people = [f"{first} Quillfeather" for first in ("Zebedee", "Ophelia", "Marmaduke", "Ida", "Bo", "Cy")]
    desk.run(desk.people(session, *people))
    later(desk.clock, 200)
    purged(desk)
    renamed = desk.people(session, *people).rename(desk.folder / "another name.csv")
    assert set(statuses(desk.run(renamed, PAST)).values()) == {"Already booked"}


def test_people_on_a_session_that_is_not_over_keep_their_clear_text_until_it_is(desk: Desk) -> None:
    session = desk.session(start="2030-09-02T10:00:00+00:00")
    desk.run(desk.roster([person(session)]))
    later(desk.clock, 120)
    found = purged(desk)
    assert (found.runs, found.entries, found.coming) == ((1,), (), 1)
    near = desk.run(
        desk.roster([person(session, **{"Last name": "Quillfether", "Email": "", "Mobile": "", "Reference": ""})])
    )
    assert [str(one.status) for one in near.outcomes] == ["Same person?"]
    later(desk.clock, 300)
    assert len(purged(desk).entries) == 1
    assert personal_bytes_in(desk.folder) == []


def test_a_run_with_an_unsettled_row_is_left_alone_with_its_roster(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    session = desk.session()
    report = desk.run(desk.roster([person(session)]), settle_wait_s=0)
    assert [str(one.status) for one in report.outcomes] == ["Not sure yet"]
    later(desk.clock, 200)
    found = purged(desk)
    assert (found.runs, found.open_runs) == ((), (1,))
    with ledger_of(desk) as ledger:
        assert ledger.roster_copy(1).exists()
        assert ledger.unknown()[0].name == "Zebedee Quillfeather"


def test_results_that_somebody_has_changed_stay_and_so_does_what_is_young(desk: Desk) -> None:
    session = desk.session()
    results = results_of(desk, desk.run(desk.roster([person(session)])))
    assert purged(desk).is_empty
    results.write_bytes(results.read_bytes() + b"changed")
    later(desk.clock, 200)
    found = purged(desk)
    assert (found.files, [file.path for file in found.changed_files]) == ((), [results])
    assert results.exists()


def test_a_run_that_a_later_import_has_ended_is_purged_like_a_finished_one(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(mishaps=["refuse-key:confirm:nth=1"])
    roster = desk.roster([person(desk.session())])
    desk.run(roster)
    desk.run(roster)
    with ledger_of(desk) as ledger:
        assert [run.state for run in ledger.runs()] == [RunState.FINISHED, RunState.ENDED]
    later(desk.clock, 200)
    assert sorted(purged(desk).runs) == [1, 2]
    assert personal_bytes_in(desk.folder) == []


@pytest.mark.parametrize(
    "step",
    ["copies.RosterCopies.drop", "entries.Entries.save", "forget_words", "database.Database.empty_what_was_freed"],
)
def test_a_purge_that_was_cut_short_is_finished_by_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    desk.run(desk.roster([person(desk.session())]))
    later(desk.clock, 200)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(f"importer.ledger.{step}", die)
        with pytest.raises(KeyboardInterrupt):
            purged(desk)
    purged(desk)
    assert personal_bytes_in(desk.folder) == []


def test_a_reader_of_the_ledger_who_keeps_old_pages_alive_is_told(desk: Desk) -> None:
    desk.run(desk.roster([person(desk.session())]))
    later(desk.clock, 200)
    reader = sqlite3.connect(desk.settings().ledger)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM entries").fetchall()
    with ledger_of(desk) as ledger, ledger.lock():
        with ledger.database.using() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
        found = purging.find(ledger, before=desk.clock() - timedelta(days=90), now=desk.clock())
        with pytest.raises(LedgerError, match="again when they have ended"):
            purging.carry_out(found, ledger, now=desk.clock())
    reader.close()
    purged(desk)
    assert personal_bytes_in(desk.folder) == []
