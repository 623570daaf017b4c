"""``/lists/ID/approve``"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.errors import DraftChangedError, RosterError, ServiceError, SettingsError
from importer.importing.approving import known as known_code
from importer.importing.ordering import may_approve, not_ordered, order_approved
from importer.model import MOST_LISTED
from importer.model.printable import printable
from importer.results.report import headline
from importer.web.guards import signed_in
from importer.web.lists.routes import known
from importer.web.plan.routes import fresh_plan
from importer.web.site import now, site
from importer.web.told import told_of

screen = Blueprint("approve", __name__)

Shown = Response | str | tuple[str, int]


@screen.get("/lists/<draft>/approve")
def show(draft: str) -> Shown:
    return _page(draft)


@screen.post("/lists/<draft>/approve")
def decide(draft: str) -> Shown:
    """Approved, it is booked; else it goes back to who prepared it."""
    one = known(draft)
    if one.ordered or not one.options.approved:
        return redirect(url_for("lists.go_on", draft=draft))
    by, comment = signed_in(), printable(request.form.get("comment", ""))[:500]
    try:
        if request.form.get("action") == "back":
            not_ordered(one, site().settings, site().ledger, by=by, now=now())
        elif not may_approve(one, site().ledger, by=by):
            return _page(draft, "You prepared this list. Somebody else has to approve it.", 403)
        elif fresh_plan(one).proposal.unapproved:
            return _page(draft, "The plan has changed since it was prepared. Send it back.", 409)
        else:
            order_approved(one, site().ledger, by=by, comment=comment, now=now())
            site().work.wake()
    except DraftChangedError as error:
        return _page(draft, str(error), 409)
    return redirect(url_for("lists.go_on", draft=draft))


def _page(draft: str, error: str = "", code: int = 200) -> Shown:
    one = known(draft)
    if one.ordered or not one.options.approved:
        return redirect(url_for("lists.go_on", draft=draft))
    try:
        plan, approval = fresh_plan(one), known_code(one.options.approved, site().ledger)
    except (ServiceError, RosterError, SettingsError) as fault:
        return render_template("plan/no_plan.html", draft=one, why=str(fault)), 503
    proposal = plan.proposal
    shown = render_template(
        "approve/approve.html",
        draft=one,
        approval=approval,
        error=error,
        has_errors=bool(error),
        headline=headline(proposal.expected),
        sessions=proposal.expected.sessions,
        count=len(proposal.plan.first_people(proposal.choices.options.first)),
        differing=proposal.unapproved,
        told=told_of(proposal.expected.outcomes),
        most_listed=MOST_LISTED,
        may_approve=may_approve(one, site().ledger, by=signed_in()),
    )
    return shown, code
