"""``/``: every list and every import, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template

from importer.web.desktop.routes import is_offered
from importer.web.imports.listing import listed
from importer.web.site import site

screen = Blueprint("imports", __name__)


@screen.get("/")
def show() -> str:
    here = site()
    found = listed(here.ledger.drafts.all(), here.ledger.runs(), here.work.of)
    return render_template(
        "imports/imports.html",
        imports=found,
        is_working=any(one.colour == "blue" for one in found),
        offers_desktop=is_offered(),
    )
