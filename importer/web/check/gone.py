"""``/lists/ID/gone``: who has moved, or is no longer on a list, and still holds a place. *Keep* is chosen; *Remove*
asks once more, of who has moved after they are booked on the new session (``/lists/ID/old-places``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.errors import AnotherRunError, DraftChangedError, ServiceError
from importer.importing.leaving import Leaver, TakingOff, leavers, to_give_up
from importer.model import Entry, Outcome, Run, Status
from importer.model.drafts import Draft
from importer.web.check.looking import Look, look
from importer.web.guards import signed_in
from importer.web.lists.routes import known, open_list
from importer.web.site import now, site

screen = Blueprint("gone", __name__)

Shown = Response | str | tuple[str, int]


@screen.get("/lists/<draft>/gone")
def show(draft: str) -> Shown:
    found = look(open_list(draft))
    people = _people(found)
    return _page(found, people) if people else redirect(url_for("check.show", draft=draft))


@screen.post("/lists/<draft>/gone")
def choose(draft: str) -> Shown:
    """Keeps whose old place goes after the booking; of who is no longer there it is asked once more."""
    one = open_list(draft)
    found = look(one)
    people = _people(found)
    chosen = [each for each in people if request.form.get(f"do-{each.entry.id}") == "remove"]
    gone = [each for each in chosen if each.row is None]
    if request.form.get("confirmed") == "yes":
        return _removed(draft, [each.entry for each in gone]) or redirect(url_for("check.show", draft=draft))
    gives_up = tuple((each.entry.id, each.row) for each in chosen if each.row)
    if gives_up != one.options.gives_up:
        try:
            changed = replace(one, options=replace(one.options, gives_up=gives_up))
            site().ledger.drafts.change(changed, by=signed_in(), now=now())
        except DraftChangedError as error:
            return _page(found, people, str(error)), 409
    if gone:
        return _sure(one, [(each.entry, each.former.session) for each in gone], url_for("check.show", draft=draft))
    return redirect(url_for("check.show", draft=draft))


@screen.get("/lists/<draft>/old-places")
def old_places(draft: str) -> Shown:
    one = known(draft)
    entries = old_places_of(one)
    back = url_for("result.show", draft=draft)
    return _sure(one, [(each, _session(each)) for each in entries], back) if entries else redirect(back)


@screen.post("/lists/<draft>/old-places")
def give_up(draft: str) -> Shown:
    """Exactly those that were shown, if they are booked on their new session."""
    shown = {key for key, value in request.form.items() if value == "remove"}
    entries = [each for each in old_places_of(known(draft)) if f"do-{each.id}" in shown]
    return _removed(draft, entries) or redirect(url_for("result.show", draft=draft))


def old_places_of(draft: Draft) -> tuple[Entry, ...]:
    """What is to be given up by now, as somebody has chosen."""
    run: Run | None = next((one for one in site().ledger.all_runs() if one.id == draft.run), None)
    return to_give_up(run, site().ledger) if run and not draft.ordered else ()


def _removed(draft: str, entries: Sequence[Entry]) -> Shown | None:
    """Why nobody was removed; ``None`` once they are, which is told on the next screen."""
    here, settings = site(), site().settings
    try:
        with here.ledger.lock(), here.connect(here.ledger.learned(settings.base_url), here.is_left) as service:
            outcomes = TakingOff(settings, service, here.ledger, signed_in(), here.clock, here.is_left).remove(entries)
    except (AnotherRunError, ServiceError) as error:
        return render_template("error.html", sentence=str(error)), 503
    here.plans.drop(draft)
    flash(" ".join(map(_told, outcomes)))
    return None


def _people(found: Look) -> tuple[Leaver, ...]:
    """Nobody, as long as it is not known whether this is a newer version of the list at all."""
    is_asked = found.proposal is None or found.proposal.newer is not None
    return () if is_asked else leavers(found.report, site().ledger)


def _session(entry: Entry) -> str:
    found = next(iter(site().ledger.sessions(ids=[entry.booking_id])), None)
    return found.label(site().settings.zone) if found else ""


def _told(one: Outcome) -> str:
    if one.status is Status.REMOVED:
        return f"{one.name} was removed from {one.session}."
    return f"{one.name}: {one.status}. {one.message}"


def _sure(draft: Draft, people: Sequence[tuple[Entry, str]], back: str) -> str:
    return render_template("check/gone_sure.html", draft=draft, people=people, back=back)


def _page(found: Look, people: Sequence[Leaver], error: str = "") -> str:
    return render_template(
        "check/gone.html",
        draft=found.opened.draft,
        people=people,
        chosen={id_ for id_, _ in found.opened.draft.options.gives_up},
        errors=[("", error)] if error else [],
        error_summary=error,
        is_unsure=bool(found.report.since and found.report.since.unread),
    )
