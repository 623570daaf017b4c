"""Who is let in, and what may change something: asked before every screen, so that no screen can forget it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from importer.web.roles import needed_for
from importer.web.site import site

OPEN = frozenset({"signing_in.sign_in", "static", "signing_in.health"})
"""What is shown to who has not signed in. Every other route is closed, also one that is not there."""

IDLE_S = 20 * 60
"""Who does nothing for so long is signed out on a server."""

NOT_YOURS = "You may not do this here. Who administers the page can let you."

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guard(app: Flask, hosts: Collection[str]) -> None:
    """Close the app. ``hosts`` are the names, with the port, by which browsers may ask for it."""

    @app.before_request
    def let_in() -> AnyResponse | None:
        if request.host not in hosts:
            # A page of another site may have had its own name point here.
            abort(421)
        may_change = request.method not in _READING
        if request.endpoint in OPEN:
            return None
        if may_change and not is_from_here(hosts):
            abort(403)
        user = _signed_in()
        if user is None:
            return redirect(url_for("signing_in.sign_in")) if not may_change else abort(403)
        if may_change and not hmac.compare_digest(request.form.get("token", "").encode(), session["token"].encode()):
            abort(403)
        g.user, g.roles = user, site().roles.of(user)
        if needed_for(request.endpoint) not in g.roles:
            abort(403, NOT_YOURS)
        return None

    @app.after_request
    def close_up(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        if "user" in g and response.status_code < HTTPStatus.BAD_REQUEST:
            what = ", ".join(str(value) for value in (request.view_args or {}).values())
            did = f"{request.method} {request.endpoint}"
            site().audit.note(g.user, did, what=what, at=site().clock())
        return response

    @app.context_processor
    def known_to_templates() -> dict[str, object]:
        return {
            "token": session.get("token", ""),
            "user": session.get("user"),
            "roles": g.get("roles", ()),
            "is_practice": site().is_practice,
            "is_server": site().proxy is not None,
        }


def sign_in_as(user: str) -> None:
    """From here on this browser is theirs; what it had before is gone."""
    session.clear()
    session["user"] = user
    session["token"] = secrets.token_urlsafe(32)
    session["seen"] = site().clock().timestamp()


def signed_in() -> str:
    """Who asks for this screen."""
    return str(g.user)


def _signed_in() -> str | None:
    """On a server the proxy has to say the same each time, and who looks at nothing for long is signed out."""
    user: str | None = session.get("user")
    proxy = site().proxy
    if user is None or proxy is None:
        return user
    now = site().clock().timestamp()
    if proxy.user(request) != user or now - session["seen"] > IDLE_S:
        session.clear()
        return None
    if request.headers.get("X-Part") is None:  # a part that asks for itself again: nobody need be there
        session["seen"] = now
    return user


def is_from_here(hosts: Collection[str]) -> bool:
    """Whether a form was sent from a page of ours: browsers say so in one of two headers, old ones in the second."""
    site_of = request.headers.get("Sec-Fetch-Site")
    if site_of is not None:
        return site_of == "same-origin"
    origin = request.headers.get("Origin")
    scheme = current_app.config["PREFERRED_URL_SCHEME"]
    return origin is not None and urlsplit(origin).netloc in hosts and urlsplit(origin).scheme == scheme
