"""``/lists/ID/plan``"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.errors import DraftChangedError, HeldError, RosterError, ServiceError
from importer.importing.approving import mark_of
from importer.importing.ordering import ask_for_approval, order
from importer.importing.proposing import Proposal, propose
from importer.importing.questions import Agree, StoppedBefore, WhichSessions
from importer.importing.sending import contact_text, emails_text, what_is_sent
from importer.model import MOST_LISTED, PROVIDER, Progress
from importer.model.drafts import Draft
from importer.results.report import headline
from importer.results.report import people as people_text
from importer.results.report import places as places_text
from importer.web.guards import signed_in
from importer.web.lists.routes import known
from importer.web.plan.answers import Asked, answered
from importer.web.shown_plans import ShownPlan
from importer.web.site import now, site
from importer.web.told import told_of

screen = Blueprint("plan", __name__)

Shown = Response | str | tuple[str, int]


@screen.get("/lists/<draft>/plan")
def show(draft: str) -> Shown:
    one = known(draft)
    if one.ordered or one.options.approved:
        return redirect(url_for("lists.go_on", draft=draft))
    try:
        plan = fresh_plan(one)
    except ServiceError as error:
        return render_template("plan/no_plan.html", draft=one, why=str(error)), 503
    except RosterError as error:
        return render_template("plan/no_plan.html", draft=one, why=str(error)), 400
    for asked, endpoint in ((Agree, "columns.show"), (WhichSessions, "sessions_of_list.show")):
        if any(isinstance(each, asked) for each in plan.proposal.open):
            return redirect(url_for(endpoint, draft=draft))
    return _page(one, plan)


@screen.post("/lists/<draft>/plan")
def book(draft: str) -> Shown:
    """Books the plan that was before one's eyes, all of it or its first person."""
    one = known(draft)
    if one.ordered or one.options.approved:
        return redirect(url_for("lists.go_on", draft=draft))
    plan = site().plans.find(draft, one.version)
    if plan is None or plan.mark != request.form.get("mark"):
        site().plans.drop(draft)
        return _page(one, fresh_plan(one), {"": "The plan has changed since you looked. Look at it again."}), 409
    proposal, missing = answered(plan.proposal, request.form)
    if missing or not proposal.plan.people:
        return _page(one, plan, missing), 400
    here, first = site(), request.form.get("action") == "first"
    try:
        if request.form.get("action") == "ask":
            ask_for_approval(one, proposal, here.settings, here.ledger, by=signed_in(), now=now())
        else:
            order(one, proposal, here.settings, here.ledger, only_the_first=first, by=signed_in(), now=now())
    except (DraftChangedError, HeldError) as error:
        return _page(one, plan, {"": str(error)}), 409
    site().plans.drop(draft)
    site().work.wake()
    return redirect(url_for("lists.go_on", draft=draft))


@screen.post("/lists/<draft>/plan/again")
def look_again(draft: str) -> Response:
    site().plans.drop(draft)
    return redirect(url_for("plan.show", draft=draft))


def fresh_plan(draft: Draft) -> ShownPlan:
    """Raises ``ServiceError``, ``RosterError`` and ``LedgerError``."""
    here = site()

    def make() -> ShownPlan:
        opened = here.drafts.open(draft, here.settings, here.ledger)
        with here.connect(here.ledger.learned(here.settings.base_url), here.is_left) as service:
            proposal = propose(opened.roster, opened.choices, service, here.ledger, now=now(), tell=_silent)
        mark = mark_of(proposal.plan, proposal.choices, here.ledger)
        return ShownPlan(mark, draft.version, now(), proposal)

    return here.plans.fresh(draft.id, draft.version, now=now(), make=make)


def _page(draft: Draft, plan: ShownPlan, missing: dict[str, str] | None = None) -> str:
    proposal, settings = plan.proposal, plan.proposal.choices.settings
    people, asked = proposal.plan.people, Asked.of(proposal)
    return render_template(
        "plan/plan.html",
        draft=draft,
        plan=plan,
        asked=asked,
        missing=missing or {},
        has_errors=bool(missing),
        headline=headline(proposal.expected),
        sessions=proposal.expected.sessions,
        zone=settings.zone,
        count=len(people),
        booked_text=_booked_text(proposal) if people else "",
        told=told_of(proposal.expected.outcomes),
        sent=what_is_sent(people, settings.contact),
        emails=emails_text(people, settings.contact, proposal.contact_of),
        contact=contact_text(proposal.pass_on.count) if proposal.pass_on else "",
        payments=_payments(proposal.plan.has_price, settings.payment_requests),
        unused=[heading for sheet in proposal.plan.roster.sheets for heading in sheet.unused],
        is_stopped_before=any(isinstance(each, StoppedBefore) for each in proposal.open),
        approval=proposal.unapproved,
        fault=site().work.fault(draft),
        form=request.form,
        most_listed=MOST_LISTED,
    )


def _booked_text(proposal: Proposal) -> str:
    """``113 people``; ``12 places for 5 people`` where each has several sessions."""
    asked = proposal.go_ahead
    if asked is None or asked.names == asked.count:
        return people_text(len(proposal.plan.people))
    return f"{places_text(asked.count)} for {people_text(asked.names)}"


def _payments(has_price: bool, chosen: str | None) -> str:
    if not has_price:
        return "None: these sessions cost nothing."
    if chosen == "send":
        return f"{PROVIDER} sends one to each person."
    return "None, as you chose." if chosen == "none" else "Not chosen yet."


def _silent(_progress: Progress) -> None:
    """The browser waits."""
