"""The page for several people: who is let in, what each may do, and who approves what others have prepared."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator

import pytest
from desk import Desk
from web_makers import PUBLIC, Browser, Server

from importer.cli import run
from importer.ledger import Ledger
from importer.web.roles import Role

PEOPLE = {Role.VIEW: ["vic"], Role.PREPARE: ["priya"], Role.APPROVE: ["tom", "priya"], Role.ADMINISTER: ["ada"]}


@pytest.fixture
def server(desk: Desk, ledger: Ledger) -> Iterator[Server]:
    server = Server(desk, ledger, PEOPLE, approval="always", contact="none")
    with server.site.work:
        yield server


def a_list(session: str, *names: str) -> str:
    lines = [f"{name.replace(' ', ',')},{session}" for name in names]
    return "\n".join(["First name,Last name,Group booking ID", *lines])


def asked(browser: Browser, session: str, *names: str) -> str:
    """A list whose approval is asked for; returns its path."""
    browser.plan("a.csv", a_list(session, *names))
    answer = browser.post(f"{browser.list}/plan", mark=browser.mark, action="ask")
    assert answer.status_code == 302, browser.text
    browser.get(browser.list, follow_redirects=True)
    return browser.list


def test_who_has_signed_in_at_the_proxy_is_let_in_by_their_name(server: Server) -> None:
    browser = server.browser("priya", signs_in=False)
    assert browser.get("/").headers["Location"] == "/sign-in"
    browser.get("/sign-in")
    assert "Continue as priya" in browser.text
    answer = browser.post("/sign-in")
    cookie = {part.strip() for part in answer.headers["Set-Cookie"].split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= cookie
    assert browser.get("/").status_code == 200


def test_the_header_of_the_proxy_from_elsewhere_is_nothing(server: Server) -> None:
    browser = server.browser("priya", address="192.0.2.7", signs_in=False)
    browser.post("/sign-in")
    assert "has not said who you are" in browser.text
    assert browser.get("/").headers["Location"] == "/sign-in"


def test_who_is_another_at_the_proxy_by_now_is_signed_out(server: Server) -> None:
    browser = server.browser("priya")
    browser.client.environ_base["HTTP_X_REMOTE_USER"] = "tom"
    assert browser.get("/").headers["Location"] == "/sign-in"
    browser.client.environ_base["HTTP_X_REMOTE_USER"] = "priya"
    assert browser.get("/").headers["Location"] == "/sign-in"


def test_no_other_site_signs_anybody_in(server: Server) -> None:
    browser = server.browser("priya", signs_in=False)
    assert browser.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.post("/sign-in", headers={"Origin": "http://rosters.example.org"}).status_code == 403


def test_after_twenty_minutes_without_use_somebody_is_signed_out(server: Server) -> None:
    browser = server.browser("priya")
    server.desk.clock.wait(19 * 60)
    assert browser.get("/").status_code == 200
    server.desk.clock.wait(19 * 60)
    assert browser.get("/", headers={"X-Part": "1"}).status_code == 200  # a page that asks for itself again
    server.desk.clock.wait(2 * 60)
    assert browser.get("/").headers["Location"] == "/sign-in"


def test_each_role_may_do_what_is_theirs(server: Server, desk: Desk) -> None:
    priya = server.browser("priya")
    path = asked(priya, desk.session(), "Ann Lee")
    allowed = {
        "nobody": [],
        "vic": ["/", path, f"{path}/approve"],
        "tom": ["/", path, f"{path}/approve"],
        "priya": ["/", path, f"{path}/approve", "/add", f"{path}/check"],
        "ada": ["/", path, f"{path}/approve", "/add", f"{path}/check", "/audit"],
    }
    for user, paths in allowed.items():
        browser = server.browser(user)
        for each in allowed["ada"]:
            expected = each in paths
            assert (browser.get(each).status_code != 403) is expected, (user, each)
    vic = server.browser("vic")
    vic.get(f"{path}/approve")
    assert vic.post(f"{path}/approve", action="approve").status_code == 403
    assert vic.post(f"{path}/delete").status_code == 403
    assert vic.post("/add").status_code == 403


def test_nobody_approves_what_they_have_prepared(server: Server, desk: Desk) -> None:
    priya = server.browser("priya")
    path = asked(priya, desk.session(), "Ann Lee")
    assert "somebody else has to approve it" in priya.text
    assert priya.post(f"{path}/approve", action="approve").status_code == 403
    assert desk.posts() == {}


def test_what_somebody_else_has_approved_is_booked(server: Server, desk: Desk, ledger: Ledger) -> None:
    session = desk.session()
    path = asked(server.browser("priya"), session, "Ann Lee", "Bob Day")
    tom = server.browser("tom")
    tom.get("/")
    assert "Waiting for approval" in tom.text
    tom.list = path
    tom.get(path, follow_redirects=True)
    assert "Approve 2 bookings" in tom.text
    assert tom.post(f"{path}/approve", action="approve", comment="as agreed").status_code == 302
    tom.wait_for_result()
    assert desk.booked(session) == ["Ann Lee", "Bob Day"]
    approval = ledger.approvals.of_run(ledger.runs()[0].id)
    assert approval is not None
    assert (approval.prepared_by, approval.approved_by, approval.comment) == ("priya", "tom", "as agreed")


def test_nothing_that_needs_approval_is_booked_without_it(server: Server, desk: Desk) -> None:
    priya = server.browser("priya")
    priya.plan("a.csv", a_list(desk.session(), "Ann Lee"))
    assert "Ask for approval" in priya.text
    assert 'value="all"' not in priya.page
    for action in ("all", "first"):
        assert priya.post(f"{priya.list}/plan", mark=priya.mark, action=action).status_code == 409
    assert desk.posts() == {}


def test_a_plan_that_has_changed_needs_a_new_approval(server: Server, desk: Desk, ledger: Ledger) -> None:
    priya, tom = server.browser("priya"), server.browser("tom")
    session = desk.session()
    path = asked(priya, session, "Ann Lee")
    [draft] = ledger.drafts.all()
    opened = server.site.drafts.open(draft, server.site.settings, ledger)
    from importer.importing.drafting import corrected
    from importer.model.drafts import CellRef

    changed = corrected(opened, {CellRef("", 2, 1): "Zoe"}, by="priya", now=desk.clock())
    ledger.drafts.change(changed, by="priya", now=desk.clock())
    tom.get(f"{path}/approve")
    assert "The plan has changed since it was prepared" in tom.text
    assert "Approve 1 booking" not in tom.text
    assert tom.post(f"{path}/approve", action="approve").status_code == 409
    assert tom.post(f"{path}/approve", action="back").status_code == 302
    priya.get(path, follow_redirects=True)
    priya.get(f"{path}/plan")
    assert "Ask for approval" in priya.text
    assert desk.posts() == {}


def test_only_imports_above_a_number_need_approval(desk: Desk, ledger: Ledger) -> None:
    server = Server(desk, ledger, PEOPLE, approval="2", contact="none")
    priya = server.browser("priya")
    session = desk.session()
    priya.plan("a.csv", a_list(session, "Ann Lee", "Bob Day"))
    assert "Book 2 people" in priya.text
    priya.plan("b.csv", a_list(session, "Ann Lee", "Bob Day", "Cy Fox"))
    assert "Ask for approval" in priya.text


def test_every_view_and_download_is_in_the_audit_by_number_and_without_names(server: Server, desk: Desk) -> None:
    session = desk.session()
    path = asked(server.browser("priya"), session, "Ann Lee")
    tom = server.browser("tom")
    tom.list = path
    tom.get(f"{path}/approve")
    tom.post(f"{path}/approve", action="approve")
    tom.wait_for_result()
    tom.get(f"{path}/results")
    assert server.audit.path is not None
    text = server.audit.path.read_text(encoding="utf-8")
    noted = [json.loads(line) for line in text.splitlines()]
    draft = path.rpartition("/")[2]
    assert {"who": "tom", "did": "GET result.download", "what": draft}.items() <= noted[-1].items()
    assert ("tom", "POST approve.decide", draft) in [(one["who"], one["did"], one["what"]) for one in noted]
    assert "Ann" not in text
    assert stat.S_IMODE(server.audit.path.stat().st_mode) == 0o600
    ada = server.browser("ada")
    ada.get("/audit")
    assert "POST approve.decide" in ada.text


@pytest.mark.parametrize(
    "words",
    [
        ["--server"],
        ["--server", "--public-url", PUBLIC, "--user-header", "X-User", "--prepare", "priya"],
        ["--server", "--public-url", PUBLIC, "--trusted-proxy", "127.0.0.1", "--prepare", "priya"],
        ["--server", "--public-url", PUBLIC, "--user-header", "X-User", "--trusted-proxy", "127.0.0.1"],
        ["--server", "--public-url", PUBLIC, "--user-header", "X", "--trusted-proxy", "any", "--prepare", "priya"],
        ["--server", "--public-url", "http://rosters.example.org", "--user-header", "X", "--trusted-proxy",
         "127.0.0.1", "--prepare", "priya"],
        ["--user-header", "X-User"],
    ],
)  # fmt: skip
def test_a_server_has_no_default_for_whom_it_trusts(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["web", *words]) == 2
    assert capsys.readouterr().err
