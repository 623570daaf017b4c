"""``/lists/ID/gone``: who is no longer on a list and still holds a place. *Keep* is chosen; *Remove* asks once more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.errors import AnotherRunError, ServiceError
from importer.importing.leaving import Leaver, TakingOff, leavers
from importer.model import Outcome, Status
from importer.web.check.looking import Look, look
from importer.web.guards import signed_in
from importer.web.lists.routes import open_list
from importer.web.site import site

screen = Blueprint("gone", __name__)

Shown = Response | str | tuple[str, int]


@screen.get("/lists/<draft>/gone")
def show(draft: str) -> Shown:
    found = look(open_list(draft))
    people = _people(found)
    return _page(found, people) if people else redirect(url_for("check.show", draft=draft))


@screen.post("/lists/<draft>/gone")
def remove(draft: str) -> Shown:
    """First shows who would be removed, then removes exactly those: who has changed meanwhile stays."""
    found = look(open_list(draft))
    people = _people(found)
    chosen = [one for one in people if request.form.get(f"do-{one.entry.id}") == "remove"]
    if not chosen:
        return redirect(url_for("check.show", draft=draft))
    if request.form.get("confirmed") != "yes":
        return render_template("check/gone_sure.html", draft=found.opened.draft, people=chosen)
    here = site()
    settings = found.opened.choices.settings
    try:
        with here.ledger.lock(), here.connect(here.ledger.learned(settings.base_url), here.is_left) as service:
            outcomes = TakingOff(settings, service, here.ledger, signed_in(), here.clock, here.is_left).remove(chosen)
    except (AnotherRunError, ServiceError) as error:
        return _page(found, people, str(error)), 503
    here.plans.drop(draft)
    flash(" ".join(map(_told, outcomes)))
    return redirect(url_for("check.show", draft=draft, _anchor="saved"))


def _people(found: Look) -> tuple[Leaver, ...]:
    """Nobody, as long as it is not known whether this is a newer version of the list at all."""
    is_asked = found.proposal is None or found.proposal.newer is not None
    return () if is_asked else leavers(found.report, site().ledger)


def _told(one: Outcome) -> str:
    if one.status is Status.REMOVED:
        return f"{one.name} was removed from {one.session}."
    return f"{one.name}: {one.status}. {one.message}"


def _page(found: Look, people: tuple[Leaver, ...], error: str = "") -> str:
    return render_template(
        "check/gone.html",
        draft=found.opened.draft,
        people=people,
        errors=[("", error)] if error else [],
        error_summary=error,
        is_unsure=bool(found.report.since and found.report.since.unread),
    )
