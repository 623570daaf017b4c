"""``/add``"""

from __future__ import annotations

import io
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from importer.errors import ProtectedError, RosterError
from importer.importing.drafting import choices_of, forget_unused, new_draft
from importer.importing.reading import read_list
from importer.importing.safely import Sent, unlock
from importer.web.add.receiving import MOST_BYTES, TOO_LARGE, NotReceivedError, received
from importer.web.guards import signed_in
from importer.web.site import now, site

screen = Blueprint("add", __name__)

Shown = Response | str | tuple[str, int]


@screen.get("/add")
def show() -> str:
    return _page()


@screen.post("/add")
def take() -> Shown:
    try:
        sent = received(request.files, request.form, site().settings, now())
    except NotReceivedError as error:
        return _page(error.field, str(error)), 400
    try:
        return _added(sent.name, sent.content)
    except ProtectedError:
        id_ = site().unopened.keep(sent.name, sent.content, by=signed_in())
        return redirect(url_for("add.open_protected", file=id_))
    except RosterError as error:
        return _page(sent.field, str(error)), 400


@screen.route("/add/<file>", methods=["GET", "POST"])
def open_protected(file: str) -> Shown:
    """Asks for the password of a file that waits in memory."""
    waiting = site().unopened.find(file, by=signed_in())
    if waiting is None:
        return _page("file", "Choose the file again: it was kept for its password for 15 minutes alone."), 400
    name, content = waiting
    if request.method == "GET":
        return render_template("add/password.html", name=name, error="")
    try:
        opened = unlock(content, name, request.form.get("password", ""))
    except ProtectedError as error:
        return render_template("add/password.html", name=name, error=str(error)), 400
    except RosterError as error:
        return _page("file", str(error)), 400
    site().unopened.drop(file)
    try:
        return _added(name, opened)
    except RosterError as error:
        return _page("file", str(error)), 400


@screen.get("/blank-list.xlsx")
def template() -> Response:
    from importer.lists.template import make_template

    content = make_template(zone=site().settings.zone)
    return send_file(io.BytesIO(content), download_name="Roster.xlsx", as_attachment=True)


@screen.app_errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    return _page("file", TOO_LARGE), 413


def _added(name: str, content: bytes) -> Response:
    """Only what can be read is kept; its headings need not be known yet. Raises ``RosterError``."""
    draft = new_draft(name, by=signed_in(), now=now())
    read_list(Path(draft.file), choices_of(draft, site().settings), Sent(content, {}))
    forget_unused(site().ledger, now=now())
    site().ledger.drafts.add(draft, content)
    return redirect(url_for("lists.go_on", draft=draft.id))


def _page(field: str = "", error: str = "") -> str:
    pasted = request.form.get("pasted", "") if field == "pasted" else ""
    return render_template("add/add.html", field=field, error=error, pasted=pasted, most_mb=MOST_BYTES // 2**20)
