"""Whichever way the service's undocumented corners turn out: who is booked, and what is said.

Each way is a switch of the practice service or an odd record in its answers. A roster of 30 is imported through it,
twice. What comes of it is one table, docs/contract.md; ``python tests/test_contract.py --write`` makes it anew.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from desk import Desk

from importer.errors import ServiceError
from importer.model import RunReport, Status

DOCUMENT = Path(__file__).parent.parent / "docs" / "contract.md"
NAMES = [
    "Ada Lovelace",
    "Alan Turing",
    "Annie Easley",
    "Barbara Liskov",
    "Blaise Pascal",
    "Carl Gauss",
    "Chien Wu",
    "Dorothy Vaughan",
    "Edith Clarke",
    "Emmy Noether",
    "Erna Hoover",
    "Evelyn Granville",
    "Frances Allen",
    "George Boole",
    "Hedy Lamarr",
    "Ida Rhodes",
    "Jean Bartik",
    "Joan Clarke",
    "Karen Jones",
    "Katherine Johnson",
    "Lise Meitner",
    "Margaret Hamilton",
    "Mary Jackson",
    "Niels Bohr",
    "Olga Taussky",
    "Paul Dirac",
    "Radia Perlman",
    "Sophie Germain",
    "Thelma Estrin",
    "Vera Rubin",
]
PEOPLE = len(NAMES)
SESSIONS = 3

ODD = {
    "service-null": 20,
    "start-null": 20,
    "price-null": 30,
    "price-object": 30,
    "people-null": 20,
    "people-absent": 20,
    "spaces-null": 30,
    "no-id": 20,
    "nobodys-id": 30,
    "data-null": 0,
    "capital-ids": 30,
}
"""How many are booked where one record of a list is odd: those of the other sessions."""


@dataclass(frozen=True)
class Way:
    """One way in which the service may be: switches (``Rules``) and mishaps.

    ``books`` is how many of the 30 are booked by the first import. Where it is ``held``, nobody is booked before a person has chosen
    about payment requests; ``books`` is with the choice of none.
    """

    name: str
    corners: dict[str, Any] = field(default_factory=dict)
    mishaps: tuple[str, ...] = ()
    by_time: bool = False
    books: int = PEOPLE
    is_held: bool = False


def _switch(books: int = PEOPLE, **corner: Any) -> Way:
    ((name, value),) = corner.items()
    title = f"{name}={str(value).replace('True', 'yes')}".replace("_", "-")
    return Way(title, corner, by_time=name.startswith("search"), books=books)


def _mishap(text: str, books: int = PEOPLE, *, by_time: bool = False, is_held: bool = False) -> Way:
    return Way(text, mishaps=(text,), by_time=by_time, books=books, is_held=is_held)


OF_ONE_SESSION = PEOPLE // SESSIONS
OTHERS = PEOPLE - OF_ONE_SESSION
LISTS_UNREAD = ("refuse=400", "odd=data-null", "5xx-before=500", "bad-json")

WAYS = {
    way.name: way
    for way in (
        Way("as its guide says"),
        Way("as its guide says, by service and time", by_time=True),
        _switch(search_days=59),
        _switch(search_days=20),
        _switch(ids="single"),
        _switch(search_spaces="total"),
        _switch(when_full="new_booking"),
        _switch(hold_minutes=7),
        _switch(confirm_lists="everybody"),
        _switch(siblings_share_record=True),
        _switch(spaces_given="one"),
        _switch(cancelled="marked"),
        _switch(cancelled="listed"),
        _switch(source="API"),
        *(_mishap(f"odd={what}:bookings", books, is_held="price" in what) for what, books in ODD.items()),
        _mishap("odd=phone-number:customer"),
        _mishap("odd=data-null:customer"),
        _mishap("refuse=404:customer"),
        _mishap("5xx-before=500:customer"),
        _mishap("odd=tiers:services", by_time=True, is_held=True),
        _mishap("odd=tiers-object:services", by_time=True, is_held=True),
        *(_mishap(f"{kind}:services", is_held=True) for kind in LISTS_UNREAD),
        Way("refuse=400:services, by service and time", mishaps=("refuse=400:services",), by_time=True, books=0),
        _mishap("refuse=404:services", 0),
        _mishap("odd=capital-ids:services", by_time=True),
        _mishap("odd=capital-ids:search", by_time=True),
        _mishap("odd=capital-ids:reserve"),
        _mishap("odd=capital-ids:confirm"),
        *(_mishap(f"{kind}:resources", by_time=True) for kind in ("refuse=400", "odd=data-null")),
        *(_mishap(f"{kind}:search", 0, by_time=True) for kind in ("refuse=400", "odd=data-null")),
        _mishap("refuse=403:bookings:nth=2"),
        _mishap("refuse=422:reserve", 0),
        _mishap("refuse=422:confirm", 0),
        _mishap("nameless:reserve", 0),
        _mishap("other-booking:reserve", 0),
        _mishap("other-booking:confirm:nth=2"),
        _mishap("odd=data-null:reserve:nth=1"),
        _mishap("odd=data-null:reserve", 0),
        _mishap("bad-json:reserve", 0),
        _mishap("odd=data-null:confirm:nth=2"),
        _mishap("lag=5:bookings"),
        _mishap("short=1:bookings"),
    )
}

TAKEN_BACK = {
    way.name: way
    for way in (
        *(_switch(cancelled=shown) for shown in ("removed", "marked", "listed")),
        _mishap("cut-before:cancel:nth=2"),
        _mishap("cut-after:cancel:nth=2"),
        _mishap("cut-after:cancel:nth=1"),
        _mishap("refuse=404:cancel:nth=2"),
        _mishap("refuse=409:cancel"),
        _mishap("lag=5:bookings"),
    )
}
"""Ways that matter to an undo: how it shows whom we have taken off, and what it answers."""


@dataclass(frozen=True)
class Result:
    first: RunReport | None
    second: RunReport | None
    at_first: Counter[str]
    there: Counter[str]
    holds: int


def imported(
    way: Way, folder: Path, *, is_undone: bool = False, names: Sequence[str] = NAMES, places: int = 14
) -> Result:
    """A roster of 30 on three sessions, each with a stranger on it, imported twice; ``None`` where nothing was begun.

    ``is_undone``: the first is what becomes of an undo of an import before it.
    """
    with Desk(folder, mishaps=way.mishaps, timeout_s=2, **way.corners) as desk:
        days = [2 + 7 * at for at in range(SESSIONS)]
        sessions = [desk.session(places=places, start=f"2030-06-{day:02}T10:00:00+00:00") for day in days]
        for id_ in sessions:
            desk.sandbox.world.add_person(id_, "Grace", "Okafor", "grace@example.org")
        rows: list[dict[str, object]] = []
        for at, (first, last) in enumerate(name.split() for name in names):
            by_time = {"Service": "Pottery for beginners", "Start": f"{days[at % SESSIONS]} Jun 2030 10:00"}
            where = by_time if way.by_time else {"Group booking ID": sessions[at % SESSIONS]}
            rows.append({**where, "First name": first, "Last name": last, "Email": f"p{at}@example.org"})
        roster = desk.roster(rows)

        def run() -> RunReport | None:
            with suppress(ServiceError):
                choice = {"payment_requests": "none"} if way.is_held else {}
                return desk.run(roster, settle_wait_s=2.0, timezone="UTC", **choice)
            return None

        def there() -> Counter[str]:
            everywhere = [seen.id for seen in desk.sandbox.world.bookings()]
            return Counter(name for id_ in everywhere for name in desk.booked(id_) if name in NAMES)

        if way.is_held:
            assert desk.plan(roster, timezone="UTC").has_price
        first = run()
        if is_undone and first:
            desk.clock.wait(3600)
            first = desk.undo(first.run, settle_wait_s=2.0)
        at_first, holds = there(), len(desk.sandbox.world.slots())
        desk.clock.wait(3600)
        return Result(first, run(), at_first, there(), holds)


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)


TRUE_OF_BOOKED = (Status.BOOKED, Status.ALREADY_BOOKED)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_whichever_way_the_service_is_nobody_is_booked_twice_and_what_is_said_is_true(way: Way, tmp_path: Path) -> None:
    result = imported(way, tmp_path)
    assert max(result.there.values(), default=0) <= 1
    assert result.at_first.total() == way.books
    for report, there in ((result.first, result.at_first), (result.second, result.there)):
        outcomes = report.outcomes if report else ()
        assert len(outcomes) in (PEOPLE, 0)
        for one in outcomes:
            if one.status in TRUE_OF_BOOKED:
                assert there[one.name] == 1, one
            elif one.status is not Status.NOT_SURE_YET:
                assert there[one.name] == 0, one
            assert one.status in TRUE_OF_BOOKED or one.message
    assert result.holds <= 3 * SESSIONS
    assert f"| {line(way, result)} |" in DOCUMENT.read_text(encoding="utf-8"), "make docs"


@pytest.mark.parametrize("of_each", [1, 2, 5])
@pytest.mark.parametrize("search_spaces", ["remaining", "total"])
@pytest.mark.parametrize("is_full", [False, True])
def test_nobody_is_called_removed_whom_a_list_of_few_people_leaves_out(
    of_each: int, search_spaces: str, is_full: bool, tmp_path: Path
) -> None:
    way = Way("", {"search_spaces": search_spaces}, mishaps=("short=1:bookings",))
    places = 1 + of_each if is_full else 14
    result = imported(way, tmp_path, names=NAMES[: SESSIONS * of_each], places=places)
    assert result.second is not None
    told = Counter(str(one.status) for one in result.second.outcomes)
    assert told == +Counter({"Already booked": SESSIONS * (of_each - 1), "Not sure yet": SESSIONS})


@pytest.mark.parametrize("way", TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_whichever_way_the_service_is_an_undo_is_true_and_nobody_is_booked_again_by_their_list(
    way: Way, tmp_path: Path
) -> None:
    result = imported(way, tmp_path, is_undone=True)
    assert result.first is not None
    assert result.second is not None
    assert len(result.first.outcomes) == len(result.second.outcomes) == PEOPLE
    assert result.there == result.at_first
    for one in result.first.outcomes:
        if one.status is not Status.NOT_SURE_YET:
            assert result.there[one.name] == (one.status not in (Status.REMOVED, Status.ALREADY_GONE)), one
    for one in result.second.outcomes:
        if one.status is not Status.NOT_SURE_YET:
            assert result.there[one.name] == (one.status in TRUE_OF_BOOKED), one
    assert f"| {line_of_undo(way, result)} |" in DOCUMENT.read_text(encoding="utf-8"), "make docs"


_OF_UNDO = """
## And taken back

The same 30 people, imported and an hour later taken back (`roster undo`). How whom we have removed is shown is learned
from the first of them; where that can't be seen, nobody else is removed before somebody has looked.

"""

_INTRODUCTION = """\
Nobody here has seen the real service. So a list of 30 people is imported into the practice service, turned each way that
its guide leaves open (`roster sandbox --rule`) or with one odd record in its answers (`--mishap`), and imported again an
hour later. Nobody is ever booked twice. Made by `make docs`, checked by tests/test_contract.py.

"""


def document() -> str:
    lines = [
        "Where the service is so | First import | The same list an hour later | Places held for nothing",
        "--- | --- | --- | ---",
    ]
    for way in WAYS.values():
        with tempfile.TemporaryDirectory() as folder:
            result = imported(way, Path(folder))
        lines.append(line(way, result))
    undone = ["Where the service is so | The undo | The same list an hour later", "--- | --- | ---"]
    for way in TAKEN_BACK.values():
        with tempfile.TemporaryDirectory() as folder:
            undone.append(line_of_undo(way, imported(way, Path(folder), is_undone=True)))
    return (
        "# What comes of it, whichever way the service is\n\n"
        + _INTRODUCTION
        + "".join(f"| {line} |\n" for line in lines)
        + _OF_UNDO
        + "".join(f"| {line} |\n" for line in undone)
    )


def line_of_undo(way: Way, result: Result) -> str:
    return f"`{way.name}` | {_told(result.first)} | {_told(result.second)}"


def line(way: Way, result: Result) -> str:
    held = "held for a choice about payment requests, then " if way.is_held else ""
    return f"`{way.name}` | {held}{_told(result.first)} | {_told(result.second)} | {result.holds or ''}"


def _told(report: RunReport | None) -> str:
    if report is None:
        return "nothing was begun"
    counts = Counter(str(one.status) for one in report.outcomes)
    told = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    return f"{told}; it stopped" if report.stopped else told


def test_the_document_has_a_line_for_each_way_and_no_other() -> None:
    names = re.findall(r"^\| `([^`]+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert names == [*WAYS, *TAKEN_BACK]


if __name__ == "__main__" and "--write" in sys.argv:
    DOCUMENT.write_text(document(), encoding="utf-8")
