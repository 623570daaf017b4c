"""``/lists/ID/sessions``: which session a list is for that does not say it, or on which days."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.errors import DraftChangedError, ServiceError, SettingsError
from importer.importing.choosing import any_session
from importer.importing.drafting import Opened, with_choices
from importer.importing.proposing import propose
from importer.importing.questions import Choices, WhichSessions
from importer.importing.reading import names_no_session
from importer.lists.dates import for_targets
from importer.lists.sessions import read_targets
from importer.model import GroupBooking
from importer.people.evidence import fold
from importer.service.port import today_by
from importer.web.guards import signed_in
from importer.web.lists.routes import open_list
from importer.web.site import now, site
from importer.web.told import on_page

screen = Blueprint("sessions_of_list", __name__)

Shown = Response | str | tuple[str, int]


@screen.get("/lists/<draft>/sessions")
def show(draft: str) -> Shown:
    opened = _opened(draft)
    asked = _asked(opened)
    if asked is None:
        return redirect(url_for("check.show", draft=draft))
    return _page(opened, asked, {one.id for one in _likely(opened, asked)})


@screen.post("/lists/<draft>/sessions")
def choose(draft: str) -> Shown:
    """On each of the sessions that were marked, or on the days that somebody wrote, every row is booked."""
    opened = _opened(draft)
    asked = _asked(opened)
    if asked is None:
        return redirect(url_for("check.show", draft=draft))
    marked = set(request.form.getlist("session"))
    chosen = [one for one in asked.sessions if one.id in marked]
    days = request.form.get("days", "").strip()
    try:
        choices = _on_days(opened.choices, days) if days else opened.choices.with_sessions(chosen, asked)
    except SettingsError as error:
        return _page(opened, asked, marked, {"days": on_page(str(error)).removeprefix("--dates: ")}), 400
    if not (chosen or days):
        first = f"session-{asked.sessions[0].id}" if asked.sessions else "days"
        return _page(opened, asked, marked, {first: "Choose a session, or write the days."}), 400
    try:
        changed = with_choices(opened.draft, choices, site().settings)
        site().ledger.drafts.change(changed, by=signed_in(), now=now())
    except DraftChangedError as error:
        return _page(opened, asked, marked, {"": str(error)}), 409
    return redirect(url_for("check.show", draft=draft))


@screen.errorhandler(ServiceError)
def not_looked_up(error: ServiceError) -> tuple[str, int]:
    draft = open_list(str((request.view_args or {}).get("draft")))
    return render_template("columns/no_sessions.html", draft=draft, why=str(error)), 503


def _opened(draft: str) -> Opened:
    return site().drafts.open(open_list(draft), site().settings, site().ledger)


def _asked(opened: Opened) -> WhichSessions | None:
    """Raises ``ServiceError``."""
    here, choices = site(), opened.choices
    with here.connect(here.ledger.learned(choices.settings.base_url), here.is_left) as service:
        if names_no_session(opened.roster, choices.options):
            return any_session(choices.settings, service, now=today_by(now(), service.now()))
        proposal = propose(opened.roster, choices, service, here.ledger, now=now(), tell=lambda _progress: None)
    return proposal.which


def _on_days(choices: Choices, days: str) -> Choices:
    """Raises ``SettingsError``."""
    settings, service = choices.settings, request.form.get("service", "").strip() or None
    targets = read_targets(None, service, (), settings.zone, settings.date_order, days=days, now=now())
    options = for_targets(targets, settings.zone, replace(choices.options, days=days))
    return replace(choices, options=options)


def _likely(opened: Opened, asked: WhichSessions) -> list[GroupBooking]:
    """The only session of the service that the name of the file or of the sheet says, if there is one."""
    roster = opened.roster
    said = fold(" ".join((roster.path.stem, *(sheet.title for sheet in roster.sheets))))
    named = [one for one in asked.sessions if one.service_name and fold(one.service_name) in said]
    return named if len(named) == 1 else []


def _page(opened: Opened, asked: WhichSessions, chosen: set[str], errors: dict[str, str] | None = None) -> str:
    return render_template(
        "columns/sessions.html",
        draft=opened.draft,
        asked=asked,
        why=on_page(asked.why),
        chosen=chosen,
        services=sorted({one.service_name for one in asked.sessions if one.service_name}),
        errors=errors or {},
        has_errors=bool(errors),
        form=request.form,
    )
