"""``/``: every import, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template

from importer.ledger import Ledger
from importer.web.site import site

screen = Blueprint("imports", __name__)


@screen.get("/")
def show() -> str:
    with Ledger.look(site().settings.ledger) as ledger:
        runs = ledger.runs()
    return render_template("imports/imports.html", runs=runs)
