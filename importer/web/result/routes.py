"""``/lists/ID/result``"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from importer.model import MOST_LISTED, EntryState, Outcome, Roster, Run, RunReport, RunState, Status
from importer.model.drafts import Draft
from importer.results.files import results_path
from importer.results.report import headline, totals
from importer.web.check.gone import old_places_of
from importer.web.lists.routes import known
from importer.web.site import site
from importer.web.told import Told, told_of

screen = Blueprint("result", __name__)


@screen.get("/lists/<draft>/result")
def show(draft: str) -> Response | str:
    one = known(draft)
    run = _run(one.run)
    return _page(run, one) if run else redirect(url_for("lists.go_on", draft=draft))


@screen.get("/imports/<int:run>")
def of_run(run: int) -> Response | str:
    """An import that did not come by this page."""
    return _page(_run(run) or abort(404))


def _page(run: Run, draft: Draft | None = None) -> str:
    outcomes = _outcomes(run)
    said = headline(_report(run, outcomes))
    told = told_of(outcomes)
    counts = totals(outcomes)
    return render_template(
        "result/result.html",
        draft=draft,
        run=run,
        file=run.roster_path.name,
        headline=said,
        told=told,
        rows=len({each.row.line for some in told for each in some.outcomes}),
        totals=counts,
        untried=counts.get(Status.NOT_BOOKED_YET, 0),
        is_stopped=run.state is RunState.STOPPED,
        has_file=draft is not None and _results(run) is not None,
        fault=site().work.fault(draft) if draft else "",
        work=site().work.of(draft) if draft and draft.ordered else None,
        message=_message(said, told) if run.options.undoes is None else "",
        can_be_undone=run.options.undoes is None and Status.BOOKED in counts and not (draft and draft.ordered),
        most_listed=MOST_LISTED,
        old_places=len(old_places_of(draft)) if draft else 0,
    )


@screen.get("/lists/<draft>/results")
def download(draft: str) -> Response:
    """The workbook that goes back."""
    one = known(draft)
    run = _run(one.run)
    path = _results(run) if run else None
    if path is None:
        abort(404)
    name = results_path(Path(one.file), None, practice=site().is_practice).with_suffix(path.suffix).name
    return send_file(path, download_name=name, as_attachment=True)


def _outcomes(run: Run) -> tuple[Outcome, ...]:
    """What each row was told. After an undo those need attention who are still booked by the import."""
    told = site().ledger.outcomes(run.id)
    if run.options.undoes is None:
        return told
    still = {one.row for one in site().ledger.entries_of([run.options.undoes]) if one.state is EntryState.BOOKED}
    return tuple(replace(one, needs_person=one.status is Status.KEPT and one.row in still) for one in told)


def _run(number: int) -> Run | None:
    return next((one for one in site().ledger.all_runs() if one.id == number), None)


def _results(run: Run) -> Path | None:
    return run.results_path if run.results_path and run.results_path.is_file() else None


def _report(run: Run, outcomes: tuple[Outcome, ...]) -> RunReport:
    """As far as our record has it, which the headline is made from."""
    roster = Roster(run.roster_path, b"", ())
    kind, undoes = ("undo", run.options.undoes) if run.options.undoes else ("import", 0)
    zone, ended = site().settings.zone, run.finished or run.started
    return RunReport(kind, roster, outcomes, run.started, ended, zone, undoes=undoes)


def _message(said: str, told: list[Told]) -> str:
    """What the sender of the list may be told: of each row that can't be booked, where it is and why."""
    if not told:
        return ""
    rows = [f"- {one.where}{': ' if one.names else ''}{', '.join(one.names)}. {one.words}" for one in told]
    thanks = f"Thank you for your list. {said}"
    return "\n".join(["Hello,", "", thanks, "", "Please look at these rows:", "", *rows])
