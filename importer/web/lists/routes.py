"""``/lists/ID``: each list goes on where it stands."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.importing.agreeing import is_agreed
from importer.importing.drafting import Opened
from importer.importing.reading import names_no_session
from importer.model import Status
from importer.model.drafts import Draft
from importer.web.site import site

screen = Blueprint("lists", __name__)


@screen.get("/lists/<draft>")
def go_on(draft: str) -> Response:
    """To the step of this list that comes next."""
    return redirect(url_for(step_of(known(draft)), draft=draft))


@screen.route("/lists/<draft>/delete", methods=["GET", "POST"])
def delete(draft: str) -> Response | str:
    """Only a list of which no import has begun: what was booked is taken back with an undo."""
    one = known(draft)
    if one.run or one.ordered:
        abort(404)
    if request.method == "GET":
        return render_template("lists/delete.html", draft=one)
    site().ledger.drafts.drop([one.id])
    return redirect(url_for("imports.show"))


def known(id_: str) -> Draft:
    """The list of this id; the answer is 404 where there is none."""
    draft = site().ledger.drafts.find(id_)
    return draft if draft else abort(404)


def open_list(id_: str) -> Draft:
    """The same of a list that may be changed: of one that is being booked, the answer leads to how far that is."""
    draft = known(id_)
    if draft.ordered:
        abort(redirect(url_for("booking.show", draft=id_)))
    return draft


def step_of(draft: Draft) -> str:
    """The screen on which a list goes on."""
    if draft.ordered:
        return "result.show" if is_told(draft) else "booking.show"
    if draft.options.approved:
        return "approve.show"
    if draft.run:
        return "result.show"
    opened = site().drafts.open(draft, site().settings, site().ledger)
    is_untouched = draft.version == 1 and bool(opened.reading.open)
    return "columns.show" if is_untouched else next_step(opened)


def next_step(opened: Opened) -> str:
    """The screen after what is open about a list is answered."""
    if not is_agreed(opened):
        return "columns.show"
    needs_session = names_no_session(opened.roster, opened.choices.options)
    return "sessions_of_list.show" if needs_session else "check.show"


def is_told(draft: Draft) -> bool:
    """Whether everybody of what was ordered was tried, and of some it can only be told later if they are booked."""
    if not draft.run or site().work.of(draft).again is None:
        return False
    run = next((one for one in site().ledger.all_runs() if one.id == draft.run), None)
    return run is not None and bool(run.totals) and Status.NOT_BOOKED_YET not in run.totals
