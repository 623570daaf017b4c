"""Who is let in, and what can change something."""

from __future__ import annotations

import re
import stat

import pytest
from desk import Desk
from web_makers import ADDRESS, FROM_HERE, Browser

from importer.web.guards import OPEN
from importer.web.link import MOST_FAILURES

CLOSED_TO_ALL_BUT = {"/sign-in", "/static/<path:filename>", "/health"}
VALUES = {"filename": "style.css", "draft": "x" * 22, "run": "1", "number": "1"}


def routes(browser: Browser) -> list[tuple[str, str, str]]:
    """(rule, path, method) of all that the page answers."""
    return [
        (rule.rule, re.sub(r"<(?:\w+:)?(\w+)>", lambda name: VALUES.get(name[1], "1"), rule.rule), method)
        for rule in browser.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_screen_but_three_is_closed_to_who_has_not_signed_in(stranger: Browser) -> None:
    listed = routes(stranger)
    assert {rule for rule, _, _ in listed} > CLOSED_TO_ALL_BUT
    assert len(OPEN) == len(CLOSED_TO_ALL_BUT)
    for rule, path, method in listed:
        if rule in CLOSED_TO_ALL_BUT:
            continue
        answer = stranger.get(path) if method == "GET" else stranger.post(path)
        shown = (answer.status_code, answer.headers.get("Location"))
        assert shown == ((302, "/sign-in") if method == "GET" else (403, None)), (method, rule)
    assert stranger.get("/no-such-page").headers["Location"] == "/sign-in"


def test_no_other_method_does_anything(browser: Browser) -> None:
    for _, path, _ in routes(browser):
        for method in ("PUT", "DELETE", "PATCH"):
            answer = browser.client.open(path, method=method, base_url=ADDRESS, headers=FROM_HERE)
            assert answer.status_code in (403, 405), (method, path)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8740", "127.0.0.1", "127.0.0.1:9999", "[::1]:8740"])
def test_a_name_that_points_here_from_elsewhere_is_not_answered(browser: Browser, host: str) -> None:
    for path in ("/", "/sign-in", "/static/style.css", "/health"):
        with browser.client.get(path, base_url=f"http://{host}/") as answer:
            assert answer.status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": ADDRESS.rstrip("/")},
        {"Sec-Fetch-Site": "same-site", "Origin": ADDRESS.rstrip("/")},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:8740"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(browser: Browser, headers: dict[str, str]) -> None:
    browser.get("/close")
    assert browser.post("/close", headers=headers).status_code == 403
    assert not browser.site.is_left.is_set()


def test_an_old_browser_says_by_origin_alone_where_a_form_is_from(browser: Browser) -> None:
    browser.get("/close")
    assert browser.post("/close", headers={"Origin": ADDRESS.rstrip("/")}).status_code == 200
    assert browser.site.is_left.is_set()


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_its_token_changes_nothing(browser: Browser, token: str) -> None:
    for rule, path, method in routes(browser):
        if method == "POST" and rule not in CLOSED_TO_ALL_BUT:
            assert browser.post(path, token=token).status_code == 403, path
    assert not browser.site.is_left.is_set()


def test_the_link_is_used_up_and_there_is_a_new_one_for_the_next_browser(stranger: Browser) -> None:
    link = stranger.site.link
    code = link.code
    assert stranger.sign_in().status_code == 200
    assert stranger.get("/").status_code == 200
    assert stranger.sign_in(code).status_code == 403
    assert link.code != code
    assert link.code in link.path.read_text(encoding="utf-8")
    assert code not in link.path.read_text(encoding="utf-8")


def test_only_its_owner_can_read_the_link(stranger: Browser) -> None:
    assert stat.S_IMODE(stranger.site.link.path.stat().st_mode) == 0o600


def test_the_code_may_be_typed_with_small_letters_and_blanks(stranger: Browser) -> None:
    assert stranger.sign_in(stranger.site.link.code.lower().replace("-", " ")).status_code == 200


def test_who_guesses_is_slowed(stranger: Browser, desk: Desk) -> None:
    for _ in range(MOST_FAILURES):
        assert stranger.sign_in("AAAA-AAAA-AAAA").status_code == 403
    assert stranger.sign_in().status_code == 429
    desk.clock.wait(61)
    assert stranger.sign_in().status_code == 200


def test_the_cookie_is_for_this_page_alone(stranger: Browser) -> None:
    cookie = stranger.sign_in().headers["Set-Cookie"]
    assert cookie.startswith("roster-8740=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_every_answer_forbids_what_the_page_does_not_need(browser: Browser) -> None:
    for path in ("/", "/sign-in", "/static/page.js", "/no-such-page"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert browser.get("/").headers["Cache-Control"] == "no-store"


def test_no_page_has_a_script_a_style_or_a_handler_in_it(browser: Browser) -> None:
    for _, path, method in routes(browser):
        if method == "GET" and browser.get(path).mimetype == "text/html":
            assert re.findall(r"<style|<script(?! src=)|\sstyle=|\son\w+=|javascript:", browser.page) == []
            assert re.findall(r'(?:src|href|action)="(?:https?:)?//', browser.page) == []


def test_after_closing_no_browser_is_let_in(browser: Browser) -> None:
    browser.get("/close")
    assert browser.post("/close").status_code == 200
    assert browser.get("/").headers["Location"] == "/sign-in"
