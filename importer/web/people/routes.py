"""``/people``"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from importer.importing.finding import find
from importer.results.kept import place_of
from importer.web.site import site

screen = Blueprint("people", __name__)


@screen.get("/people")
def show() -> str:
    return render_template("people/people.html", who="", found=None)


@screen.post("/people")
def look() -> str | tuple[str, int]:
    """Sent as a form, so that no name stands in an address. It changes nothing."""
    who, here = request.form.get("who", "").strip(), site()
    if not who:
        sentence = "Write a name, an e-mail address or a telephone number."
        return render_template("people/people.html", who="", found=None, error=sentence, has_errors=True), 400
    found = find(who, here.ledger, here.settings)
    return render_template("people/people.html", who=who, found=found, place_of=place_of, zone=here.settings.zone)
