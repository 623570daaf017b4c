"""The page as a WSGI application, closed to everybody who has not signed in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from importer import __version__
from importer.errors import ImporterError
from importer.model import PROVIDER, moment_text
from importer.web.guards import guard
from importer.web.imports.routes import screen as imports_screen
from importer.web.signing_in.routes import screen as signing_in_screen
from importer.web.site import Site

MOST_BYTES = 25 * 2**20
"""How large a list may be that is sent up."""

_STAYS_H = 12
_SENTENCES = {
    400: "The page could not read what your browser sent. Go back and try again.",
    403: "This form is too old, or it was not sent from this page. Go back, load the page again, and try again.",
    404: "There is no such page. The import may have been deleted.",
    405: "This address can't be opened by itself. Start at your imports.",
    413: f"This file is too large. A list may have up to {MOST_BYTES // 2**20} MB.",
    421: "This page answers only at its own address.",
    429: "That was too often. Wait a minute, then try again.",
}


def make_app(site: Site, *, hosts: Collection[str], cookie: str, secret_key: bytes, is_secure: bool = False) -> Flask:
    """The page. ``hosts`` are the names, with the port, by which it may be asked for.

    ``cookie`` is the name of its cookie, of which the ``secret_key`` proves that it is ours. ``is_secure``: browsers
    reach it by https alone.
    """
    app = Flask(__name__, template_folder=".")
    app.secret_key = secret_key
    app.config.update(
        SESSION_COOKIE_NAME=cookie,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=is_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=_STAYS_H),
        MAX_CONTENT_LENGTH=MOST_BYTES + 2**20,  # the rest of the form
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        PREFERRED_URL_SCHEME="https" if is_secure else "http",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(provider=PROVIDER, version=__version__, plural=_plural)
    app.jinja_env.filters["moment"] = lambda moment: _moment(moment, site)
    app.extensions["roster"] = site
    guard(app, hosts)
    for screen in (signing_in_screen, imports_screen):
        app.register_blueprint(screen)
    app.register_error_handler(Exception, _told)
    return app


def _moment(moment: datetime, site: Site) -> str:
    return moment_text(moment, site.settings.zone)


def _plural(count: int, one: str, many: str = "") -> str:
    """``1 row``, ``1,200 rows``"""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _told(error: Exception) -> tuple[str, int]:
    """Whatever went wrong, as a page with a sentence; never with what was typed."""
    if isinstance(error, HTTPException):
        code = error.code or 500
        sentence = _SENTENCES.get(code, HTTPStatus(code).phrase)
    elif isinstance(error, ImporterError):
        code, sentence = 503, str(error)
    else:
        code = 500
        sentence = (
            f"This is an error in this program, not in your list ({type(error).__name__}). Who is booked is on record."
        )
    return render_template("error.html", sentence=sentence), code
