"""Behind a proxy: what it cuts may have been done, what it never let through was not; and none for this computer."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from desk import START, Desk, statuses
from proxy import Proxy, Tls, address_of
from pydantic import SecretStr

from importer.model import GroupBooking, Participant, RowRef, Target
from importer.service.appointedd import Appointedd
from importer.service.port import AnswerLost, NotSent

NAME = "booking.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as made:
        yield made


class CutOnce:
    """Cuts the first answer that is given when so many confirms have been carried out."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.is_done = desk, False

    def __call__(self) -> bool:
        is_due = self.desk.posts()["confirm"] == 1 and not self.is_done
        self.is_done |= is_due
        return is_due


def sessions_and_roster(desk: Desk) -> tuple[str, Path]:
    session = desk.session(places=5)
    return session, desk.people(session, "Ada Lovelace", "Alan Turing", "Grace Hopper")


def test_a_proxy_that_cuts_the_answer_to_a_confirm_books_nobody_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, roster = sessions_and_roster(desk)
    cuts = CutOnce(desk)
    with Proxy(address_of(desk.sandbox.base_url), cuts_answer=cuts) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        desk.address = f"http://{NAME}/v1/"
        report = desk.run(roster)
    assert cuts.is_done
    assert set(statuses(report).values()) == {"Booked"}
    assert desk.posts()["confirm"] == 3
    assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
    assert any(line.startswith(f"POST http://{NAME}/v1/bookings ") for line in proxy.seen)


def test_a_tunnel_cut_after_the_request_books_nobody_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session, roster = sessions_and_roster(desk)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(NAME).configure_cert(context)
    cuts = CutOnce(desk)
    with (
        Tls(address_of(desk.sandbox.base_url), context) as tls,
        Proxy(("127.0.0.1", tls.port), cuts_answer=cuts) as proxy,
    ):
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        desk.address = f"https://{NAME}/v1/"
        report = desk.run(roster)
    assert cuts.is_done
    assert set(statuses(report).values()) == {"Booked"}
    assert desk.posts()["confirm"] == 3
    assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
    assert proxy.seen[0].startswith(f"CONNECT {NAME}:443 ")


BOOKING = GroupBooking("6" * 24, "5" * 24, "4" * 24, START, "2030-03-02T10:00:00.000+00:00", 5)
ADA = Participant(RowRef("", 2), "Ada", "Lovelace", Target("6" * 24))


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_tunnel_that_the_proxy_refuses_is_known_to_have_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    with Proxy(("127.0.0.1", 1), refuses=status) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with (
            Appointedd(f"https://{NAME}/v1/", SecretStr("k" * 88)) as service,
            pytest.raises(NotSent, match=f"the proxy answered {status}"),
        ):
            service.confirm("slot", ADA)


def test_a_proxy_that_is_not_there_is_known_to_have_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy(("127.0.0.1", 1)) as proxy:
        gone = proxy.url
    monkeypatch.setenv("https_proxy", gone)
    with Appointedd(f"https://{NAME}/v1/", SecretStr("k" * 88)) as service, pytest.raises(NotSent):
        service.confirm("slot", ADA)


def test_a_proxy_that_hangs_up_before_it_answers_may_have_sent_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy(("127.0.0.1", 1)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with Appointedd(f"http://{NAME}/v1/", SecretStr("k" * 88)) as service, pytest.raises(AnswerLost):
            service.confirm("slot", ADA)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3", "[::1]", "LocalHost."])
def test_what_goes_to_this_computer_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with Proxy(("127.0.0.1", 1), refuses=502) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with Appointedd(f"http://{host}:1/v1/", SecretStr("k" * 88)) as service, pytest.raises(NotSent):
            service.confirm("slot", ADA)
        assert proxy.seen == []
