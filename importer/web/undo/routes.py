"""``/imports/N/undo``"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.errors import AnotherRunError, ResultsError, ServiceError
from importer.importing.handing_over import hand_over
from importer.importing.questions import Choices
from importer.importing.undoing import carry_out_undo, options_of_undo, plan_undo, preview_undo
from importer.importing.undone_list import list_of, with_list
from importer.ledger import Ledger
from importer.model import MOST_LISTED, Progress, Run, moment_text
from importer.model.removals import RemovalPlan
from importer.results.files import results_path
from importer.results.report import headline
from importer.service.port import BookingService
from importer.settings import Settings
from importer.settings.files import make_private_folder
from importer.web.at_work import results_folder
from importer.web.guards import signed_in
from importer.web.site import now, site
from importer.web.told import told_of

screen = Blueprint("undo", __name__)

Shown = Response | str | tuple[str, int]

TYPED_ABOVE = 10
"""More people than these are not removed by a slip of the finger: whoever wants it types their number."""


@screen.get("/imports/<int:run>/undo")
def show(run: int) -> Shown:
    undone, settings = _undone(run)
    try:
        with _connected(site().ledger, settings) as service:
            return _page(_plan(undone, settings, service, site().ledger), service)
    except ServiceError as error:
        return render_template("error.html", sentence=str(error)), 503


@screen.post("/imports/<int:run>/undo")
def remove(run: int) -> Shown:
    """Removes those who were shown, and nobody else; whoever asks waits for it."""
    undone, settings = _undone(run)
    here = site()
    try:
        with Ledger.open(settings.ledger) as ledger, ledger.lock(), _connected(ledger, settings) as service:
            plan = _plan(undone, settings, service, ledger)
            if request.form.get("mark") != _mark(plan):
                return _page(plan, service, "This has changed since you looked. Look at it again."), 409
            count = len(plan.removals)
            if not count or (count > TYPED_ABOVE and request.form.get("count", "").strip() != str(count)):
                return _page(plan, service, f"Type {count} to remove them."), 400
            report = carry_out_undo(
                plan,
                settings,
                service,
                ledger,
                by=signed_in(),
                clock=here.clock,
                tell=_silent,
                stop=here.is_left,
                ends=() if undone.state.is_over else (undone.id,),
            )
    except AnotherRunError:
        return render_template("error.html", sentence="Another import is under way. Try again when it has ended."), 409
    except ServiceError as error:
        return render_template("error.html", sentence=str(error)), 503
    with suppress(ResultsError, OSError):  # who was removed is on record all the same
        folder = results_folder(settings)
        make_private_folder(folder)
        path = results_path(folder / f"undo-{report.run}{undone.roster_path.suffix}", None)
        hand_over(with_list(report), path, Choices(settings, plan.options))
    return redirect(url_for("result.of_run", run=report.run))


def _undone(number: int) -> tuple[Run, Settings]:
    """The import, with the settings that it has kept; 404 where it is none that can be undone here."""
    here = site()
    run = next((one for one in here.ledger.runs() if one.id == number), None) or abort(404)
    if not here.is_practice and run.base_url != here.settings.base_url:
        abort(404)
    if any(one.run == run.id and one.ordered for one in here.ledger.drafts.all()):
        abort(404)  # it is being booked
    return run, here.settings.model_copy(update=dict(run.choices))


def _plan(undone: Run, settings: Settings, service: BookingService, ledger: Ledger) -> RemovalPlan:
    options = options_of_undo(undone, None, may_empty=bool(request.values.get("empty")))
    roster = list_of(undone, ledger, settings)
    return plan_undo(undone, options, roster, settings, service, ledger, now=now())


def _mark(plan: RemovalPlan) -> str:
    """The same for the same people: they are known by their entries."""
    return sha256(" ".join(str(one.entry.id) for one in plan.removals).encode()).hexdigest()[:16]


def _page(plan: RemovalPlan, service: BookingService, error: str = "") -> str:
    report = preview_undo(plan, finished=now(), requests=service.requests)
    by_session: dict[str, list[str]] = {}
    for one in plan.removals:
        by_session.setdefault(one.booking.label(plan.zone), []).append(one.entry.name)
    return render_template(
        "undo/undo.html",
        run=plan.run,
        started=moment_text(plan.run.started, plan.zone),
        headline=headline(report),
        by_session=by_session,
        emptied=[one.label(plan.zone) for one in plan.emptied],
        told=told_of(plan.outcomes),
        count=len(plan.removals),
        typed=len(plan.removals) > TYPED_ABOVE,
        empty=plan.options.may_empty,
        mark=_mark(plan),
        error=error,
        has_errors=bool(error),
        most_listed=MOST_LISTED,
    )


@contextmanager
def _connected(ledger: Ledger, settings: Settings) -> Iterator[BookingService]:
    with site().connect(ledger.learned(settings.base_url), site().is_left) as service:
        yield service


def _silent(_progress: Progress) -> None:
    """The browser waits."""
