"""A trace: what a real service answers, as shapes that name nobody."""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from importer.cli import roster
from importer.errors import ResultsError, RosterError
from importer.model import Participant, RowRef, Target
from importer.sandbox import Sandbox
from importer.sandbox.tour import tour
from importer.service.appointedd import Appointedd
from importer.service.comparing import compare_shapes, read_trace
from importer.service.port import AnswerLost
from importer.service.trace import _COMMON, Trace

KEY = "k3y-" + "Zx9/" * 21
ANSWER = {
    "data": {
        "id": "628f4954645194000e770abd",
        "start": "2022-05-26T10:30:00.000Z",
        "end": "2022-05-26T12:30:00.000+01:00",
        "created": "2022-05-26T10:13:38.186Z",
        "expiry": "2022-05-26T10:33:38.186Z",
        "customers": [
            {"customer_id": "628F4954645194000E770ABD", "status": "No Status", "spaces": 2, "created": 1653560695}
        ],
        "label": "Pottery with Ada Lovelace",
        "note": "",
        "Ada Lovelace": True,
        "price": 12.5,
        "phone": 447700900123,
        "resources": None,
    }
}


@pytest.fixture
def trace(tmp_path: Path) -> Iterator[Trace]:
    return Trace(tmp_path / "trace.jsonl")


def recorded(trace: Trace, **given: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"query": {}, "sent": None, "status": 200, "answer": None, "headers": {}, "ms": 12}
    trace.record(given.pop("call", "GET bookings"), **plain | given)
    line: dict[str, Any] = json.loads(json.dumps(trace.lines[-1]))
    return line


def test_an_answer_is_written_as_its_shape(trace: Trace) -> None:
    assert recorded(trace, answer=ANSWER)["answer"] == {
        "data": {
            "id": "id#1",
            "start": "timeZ +981.81s",
            "end": "time+01:00 +4581.8s",
            "created": "timeZ",
            "expiry": "timeZ +1200s",
            "customers": [{"customer_id": "id#1", "status": "No Status", "spaces": 2, "created": "number"}],
            "label": "text(25)",
            "note": "empty",
            "key(12)": True,
            "price": 12.5,
            "phone": "number",
            "resources": None,
        }
    }


def test_the_same_id_has_the_same_number_in_paths_too(trace: Trace) -> None:
    first = recorded(trace, query={"ids[]": ["628f4954645194000e770abd", "628f4954645194000e770abe"]})
    assert first["query"] == {"ids[]": ["id#1", "id#2"]}
    again = recorded(trace, call="POST bookings/628f4954645194000e770abe/customers/628f4954645194000e770abd/cancel")
    assert again["call"] == "POST bookings/id#2/customers/id#1/cancel"


def test_a_refusal_keeps_the_services_words_without_what_was_sent(trace: Trace) -> None:
    sent = {"data": {"customers": [{"profile": {"firstname": "Zebedee", "email": "zeb@mail.example"}}]}}
    words = 'Customer ZEBEDEE "the bold" (zeb@mail.example, 07700 900123) is not allowed: see https://x.example/628f4954645194000e770abd'
    answer = recorded(trace, sent=sent, status=422, answer={"message": words, "error": "Unprocessable Entity"})[
        "answer"
    ]
    assert answer == {"message": "Customer … … … # #) is not allowed: see …", "error": "Unprocessable Entity"}


def test_of_the_headers_only_those_about_pace_and_kind_are_kept(trace: Trace) -> None:
    headers = {
        "Date": "Fri, 27 Nov 2026 10:00:00 GMT",
        "X-RateLimit-Remaining": "29",
        "Set-Cookie": "a=b",
        "X-API-KEY": KEY,
    }
    assert recorded(trace, headers=headers)["headers"] == {"date": "time", "x-ratelimit-remaining": "29"}


def test_the_file_is_the_owners_alone_and_nothing_is_written_over(trace: Trace) -> None:
    assert stat.S_IMODE(trace.path.stat().st_mode) == 0o600
    with pytest.raises(ResultsError, match="is there already"):
        Trace(trace.path)


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("Zebedee", ""),  # no words of the service's: written as their length
        ("Booked by Zebedee", ""),
        (KEY[:30], ""),  # no word of the service's: written as its length
    ],
)
def test_a_file_that_would_name_somebody_is_not_kept(trace: Trace, status: str, found: str) -> None:
    trace.must_not_hold(KEY)
    recorded(trace, sent={"firstname": "Zebedee"}, answer={"data": [{"status": status}]})
    assert trace.close() == found
    assert trace.path.exists() == (not found)


def test_a_name_is_written_wherever_it_stands_neither_as_a_key_nor_as_a_value(trace: Trace) -> None:
    answer = {
        "status": "Lovelace",
        "price": "Lovelace",
        "timezone": "Ada/Lovelace",
        "booking_source": "api",
        "lovelace": {"ada_lovelace": 1},
        "created_source": "appointment_screen",
    }
    assert recorded(trace, answer=answer)["answer"] == {
        "status": "word(8)",
        "price": "word(8)",
        "timezone": "word(12)",
        "booking_source": "api",
        "key(8)": {"key(12)": "number"},
        "created_source": "appointment_screen",
    }
    assert recorded(trace, status=422, answer={"error": "Bad", "lovelace": "Taken"})["answer"] == {
        "error": "Bad",
        "key(8)": "text(5)",
    }


def test_a_file_that_names_somebody_all_the_same_is_not_kept(trace: Trace) -> None:
    recorded(trace, sent={"firstname": "Envoy"}, headers={"Server": "envoy"})
    assert trace.close() == "there was something personal in it"
    assert not trace.path.exists()


@pytest.mark.parametrize("word", ["confirmed", "cancelled", "No Status", "Cancelled", "api", "API", "online", "en"])
def test_words_of_the_service_are_kept(trace: Trace, word: str) -> None:
    answer = {"status": word, "type": "ONLINE_BOOKING", "timezone": "Europe/London"}
    assert recorded(trace, answer=answer)["answer"] == answer


def test_somebody_who_is_called_like_a_word_of_the_guide_spoils_no_trace(trace: Trace) -> None:
    recorded(trace, sent={"data": {"customers": [{"firstname": "Price", "lastname": "Start"}]}}, answer=ANSWER)
    assert trace.close() == ""


@given(st.recursive(st.text() | st.emails() | st.from_regex(r"[0-9a-f]{24}|07\d{9}|https?://\w+\?token=\w+"), st.lists))
def test_whatever_an_answer_holds_no_word_of_it_is_written(
    tmp_path_factory: pytest.TempPathFactory, content: Any
) -> None:
    trace = Trace(tmp_path_factory.mktemp("trace") / "t")
    recorded(trace, answer={"data": [{"label": content, "firstname": content}]})
    assert trace.close() == ""


LETTERS = st.characters(categories=("Ll", "Lu", "Lo"))
NAMES = st.one_of(
    st.text(LETTERS, min_size=5, max_size=12),
    st.sampled_from(["Zebedee", "Łukasz", "Anne-Marie", "O’Neill", "मीनाक्षी", "quillfeather", "ÇELİK"]),
).filter(lambda name: name.casefold() not in _COMMON)


@st.composite
def texts(draw: st.DrawFn, secrets: list[str]) -> str:
    """What a service may make of somebody's data: as it is, in capitals, in a sentence, or beside other characters."""
    secret = draw(st.sampled_from(secrets))
    made = draw(st.sampled_from([str, str.upper, str.lower]))(secret)
    return draw(
        st.sampled_from(["{}", "x-{}", "{}/1.0", "{}'s place", 'Dear {}, not "{}"', "no_{}_there", "{}.example"])
    ).format(made, made)


@given(st.data(), NAMES, NAMES, st.from_regex(r"07[0-9]{3} ?[0-9]{6}", fullmatch=True), st.booleans())
def test_whatever_a_service_makes_of_a_person_no_trace_that_is_kept_tells_of_them(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, first: str, last: str, mobile: str, is_sent: bool
) -> None:
    person = {"firstname": first, "lastname": last, "email": f"{first}@mail.example", "mobile": mobile}
    id_ = data.draw(st.from_regex(r"[0-9a-f]{24}", fullmatch=True))
    text = texts([*person.values(), f"{first} {last}", id_, KEY])
    path = tmp_path_factory.mktemp("trace") / "t"
    trace = Trace(path)
    trace.must_not_hold(KEY)
    profile = {"data": {"profile": person}}
    recorded(trace, call=f"GET customers/{id_}", sent=profile if is_sent else None, answer=None if is_sent else profile)
    keys = st.sampled_from(["status", "booking_source", "type", "label", "message", "note"]) | text
    odd = data.draw(st.dictionaries(keys, text | st.lists(text, max_size=2), max_size=4))
    status = data.draw(st.sampled_from([200, 400, 422]))
    headers = data.draw(st.dictionaries(st.sampled_from(["Server", "Content-Type", "X-RateLimit-Reset"]), text))
    recorded(trace, status=status, answer={"data": [odd]}, headers=headers)
    recorded(trace, status=status, answer=odd, headers=headers)
    why = trace.close()
    assert path.exists() == (not why)
    if why:
        return
    written = " ".join(map(str, leaves([json.loads(line) for line in path.read_text("utf-8").splitlines()]))).casefold()
    for secret in (first, last, person["email"], mobile, mobile.replace(" ", ""), id_, KEY):
        assert secret.casefold() not in written


def leaves(value: object) -> Iterator[object]:
    """Every text and number, names of keys included."""
    match value:
        case dict():
            for key, one in value.items():
                yield key
                yield from leaves(one)
        case list():
            for one in value:
                yield from leaves(one)
        case _:
            yield value


def test_until_it_is_closed_a_trace_is_empty_so_that_a_kill_leaves_nothing_unsearched(trace: Trace) -> None:
    recorded(trace, answer=ANSWER)
    assert trace.path.read_bytes() == b""
    assert trace.close() == ""
    assert trace.path.read_bytes() != b""


def test_an_answer_too_deep_for_a_shape_is_in_nobodys_way(trace: Trace) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert recorded(trace, answer=deep)["answer"] == "too deep"


def test_a_tour_of_the_practice_service_is_traced_without_a_name_and_differs_in_nothing(trace: Trace) -> None:
    for call, query, sent, status, answer in tour():
        trace.record(call, query=query, sent=sent, status=status, answer=answer, headers={}, ms=1)
    assert trace.close() == ""
    lines = [json.loads(line) for line in trace.path.read_text("utf-8").splitlines()]
    assert compare_shapes(lines, lines) == []


def test_what_differs_is_told_place_by_place(trace: Trace) -> None:
    def of(answer: Any) -> list[dict[str, Any]]:
        return [recorded(trace, call="GET bookings", answer=answer)]

    theirs = of({"data": [{"price": None, "label": "Pottery", "spaces": 3}]})
    ours = of({"data": [{"price": 0, "spaces": 4, "id": "628f4954645194000e770abd"}]})
    assert compare_shapes(theirs, ours) == [
        "GET bookings: data[].id is in practice (id), and not there.",
        "GET bookings: data[].label is there (text), and not in practice.",
        "GET bookings: data[].price is null there, number in practice.",
    ]


def test_what_can_not_be_compared_is_told_and_not_passed_over(trace: Trace) -> None:
    ours = [recorded(trace, call="GET services", answer={"data": []})]
    assert compare_shapes([recorded(trace, call="GET services", answer=[])], ours) == [
        "GET services: answer is there (list), and not in practice.",
        "GET services: data is in practice (list), and not there.",
    ]
    assert compare_shapes([recorded(trace, call="GET customers", answer={})], ours) == [
        "GET customers: practice makes no such call."
    ]
    failed = [recorded(trace, call="GET services", answer={}, status=500)]
    assert compare_shapes(failed, ours) == ["GET services: not compared, it never had an answer there."]


@pytest.mark.parametrize("text", ["", "[" * 100_000, "null\n", '{"call": 5, "status": 200, "answer": {}}\n'])
def test_a_file_that_no_trace_has_written_is_not_compared(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(RosterError, match="is not a file that --trace has written"):
        read_trace(path)


def test_the_wire_traces_every_request_of_an_import(tmp_path: Path) -> None:
    with Sandbox(mishaps=["5xx-after:confirm:nth=1"]) as sandbox:
        trace = Trace(tmp_path / "t")
        session = next(one.session for one in sandbox.world.bookings() if one.people and one.free)
        with Appointedd(sandbox.base_url, SecretStr(sandbox.key), trace=trace) as service:
            service.services()
            booking = service.bookings([session.id])[session.id]
            held = service.reserve(booking, 1)
            person = Participant(
                row=RowRef("", 2), first_name="Zebedee", last_name="Quillfeather", target=Target(session.id)
            )
            with pytest.raises(AnswerLost):
                service.confirm(held.slot_id, person)
        assert trace.close() == ""
    text = trace.path.read_text("utf-8")
    calls = [(line["call"], line["status"]) for line in map(json.loads, text.splitlines())]
    assert calls == [
        ("GET services", 200),
        ("GET bookings", 200),
        ("POST availability/slots", 200),
        ("POST bookings", 500),
    ]
    assert "Zebedee" not in text


def test_the_command_line_traces_compares_and_says_that_the_file_should_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Sandbox(source="API") as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        words = ("--base-url", sandbox.base_url, "--trace", "shapes.jsonl")
        asked = CliRunner().invoke(roster, ["doctor", *words], "roster")
        assert "shapes.jsonl holds shapes" in asked.stderr
        assert CliRunner().invoke(roster, ["doctor", *words], "roster").exception
    told = CliRunner().invoke(roster, ["sandbox", "--compare", "shapes.jsonl"], "roster")
    assert told.output == "Nothing differs from the practice service.\n"


HOSTILE = {
    "name": "Ada Lovelace",
    "capitals": "ADA_LOVELACE",
    "unicode letters": "मीनाक्षी Łukasz",
    "circled letters": "ⓐⓓⓐ ⓛⓞⓥⓔⓛⓐⓒⓔ",
    "base64": "QWRhIExvdmVsYWNl",
    "per cent": "Ada%20Lovelace",
    "spelled": "A-d-a L.o.v.e.l.a.c.e",
    "digits with dots": "07700.900.123",
    "digits with brackets": "(07700) 900-123",
    "other digits": "٠٧٧٠٠٩٠٠١٢٣",
    "raised digits": "⁰⁷⁷⁰⁰⁹⁰⁰¹²³",
    "address in words": "ada at lovelace dot example",
    "day of birth": "1980-02-01T00:00:00Z",
}
ROUTES = {
    "a path": lambda text: {"call": f"GET customers/{text}"},
    "a key": lambda text: {"answer": {"data": [{text: 1}]}},
    "a key below profile": lambda text: {"answer": {"data": {"profile": {text: text}}}},
    **{
        name: lambda text, name=name: {"answer": {"data": [{name: text, "created": "2030-01-01T00:00:00Z"}]}}
        for name in ("status", "booking_source", "type", "timezone", "spaces", "price", "label", "birthday", "message")
    },
    "an error": lambda text: {"status": 422, "answer": {"message": f"Customer {text} is not allowed", "error": text}},
    "an error of another form": lambda text: {"status": 400, "answer": [text, {text: {text: text}}]},
    "no answer": lambda text: {"status": f"the proxy answered 407 {text}"},
    "a page": lambda text: {"status": 502, "answer": f"<h1>{text}</h1>"},
    "a header": lambda text: {"headers": {"Server": text, "Content-Type": text, "X-RateLimit-Policy": text}},
    "the name of a header": lambda text: {"headers": {f"X-RateLimit-{text}": "1"}},
    "a place in a list": lambda text: {"query": {"start": text, "ids[]": [text]}},
}


@pytest.mark.parametrize("route", ROUTES)
def test_a_stranger_is_in_no_trace_whichever_way_they_come(tmp_path: Path, route: str) -> None:
    for number, (text, is_known) in enumerate(product(HOSTILE.values(), [True, False])):
        no_trace_tells(text, route, Trace(tmp_path / f"{number}.jsonl"), is_known=is_known)


def no_trace_tells(text: str, route: str, trace: Trace, *, is_known: bool) -> None:
    if is_known:
        trace.must_not_hold(text)
    recorded(trace, **ROUTES[route](text))
    assert trace.close() == ""
    told = " ".join(str(one) for one in leaves(json.loads(trace.path.read_text("ascii")))).casefold()
    parts = [part for part in re.split(r"[^\w]+", text.casefold()) if len(part) > 2]
    assert not [part for part in parts if part in told and part != "00Z".casefold()]
    assert all(not one.isdecimal() or one.isascii() for one in told)
    assert "days" not in told
    assert not re.search(r"[+-]\d{5}d", told)


@pytest.mark.parametrize("number", [447700900123, 10280.123456, 19800201, 10**400])
def test_a_number_that_may_be_somebodys_is_not_kept_whatever_it_is_called(trace: Trace, number: float) -> None:
    assert recorded(trace, answer={"spaces": number, "price": 12.5})["answer"] == {"spaces": "number", "price": 12.5}
    assert trace.close() == ""


@pytest.mark.parametrize("answer", [{"data": "\ud800"}, {"start": "9999-12-31T23:59:59Z"}, float("nan"), b"x", {1: 2}])
def test_no_answer_is_too_odd_to_be_written(trace: Trace, answer: object) -> None:
    recorded(trace, answer=answer)
    assert trace.close() == ""


def test_no_trace_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "link"
    link.symlink_to(elsewhere)
    with pytest.raises(ResultsError, match="is there already"):
        Trace(link)
    assert not elsewhere.exists()


def test_a_trace_for_which_there_is_no_room_is_not_kept_and_said(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(trace, answer=ANSWER)
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr(trace, "_descriptor", full)
    assert trace.close() == "it can't be written (No space left on device)"
    assert not trace.path.exists()


def test_many_people_and_refusals_are_written_in_time(trace: Trace) -> None:
    for number in range(3000):
        trace.must_not_hold(f"Person{number} Name{number}")
    begun = time.thread_time()
    for number in range(300):
        recorded(trace, status=422, answer={"message": f"Person{number} is not allowed"})
    assert time.thread_time() - begun < 10


DIFFERENCES = {
    "odd=price-object:bookings": "GET bookings: data[].price.amount is there (text), and not in practice.",
    "odd=people-absent:bookings": "GET bookings: data[].customers[].customer_booking_id is in practice (id), and not there.",
    "odd=spaces-null:bookings": "GET bookings: data[].total_spaces is null or number there, number in practice.",
    "odd=phone-number:customer": "GET customers/ID: data.profile.phone is number there, text in practice.",
    "odd=data-null:resources": "GET resources: data is null there, list in practice.",
}


@pytest.mark.parametrize(("mishap", "told"), DIFFERENCES.items())
def test_the_command_line_tells_where_another_service_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mishap: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    now = datetime(2030, 3, 1, 9, tzinfo=UTC)
    monkeypatch.setattr("importer.cli.doctor.now", lambda: now)
    with Sandbox(clock=lambda: now, mishaps=[mishap]) as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        words = ("--base-url", sandbox.base_url, "--trace", "shapes.jsonl")
        CliRunner().invoke(roster, ["doctor", *words], "roster")
    asked = CliRunner().invoke(roster, ["sandbox", "--compare", "shapes.jsonl"], "roster")
    assert told in asked.output.splitlines()
    assert {line.partition(":")[0] for line in asked.output.splitlines()} == {told.partition(":")[0]}
