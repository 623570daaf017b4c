"""``/lists/ID/columns``"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.errors import DraftChangedError, SettingsError
from importer.importing.agreeing import Said, SheetColumns, columns_of, is_agreed, learnt
from importer.importing.drafting import Opened, with_choices
from importer.importing.safely import ALL_SHEETS
from importer.model.conventions import in_words
from importer.model.drafts import Draft
from importer.settings import keep_headings
from importer.web.columns.filled import answer_id, choices_for, fault_ids, field_id, proposed, said
from importer.web.guards import signed_in
from importer.web.lists.routes import next_step, open_list
from importer.web.site import now, site

screen = Blueprint("columns", __name__)

Shown = Response | str | tuple[str, int]


@screen.get("/lists/<draft>/columns")
def show(draft: str) -> Shown:
    opened = _opened(open_list(draft))
    columns = columns_of(opened)
    return _page(opened, columns, proposed(columns))


@screen.post("/lists/<draft>/columns")
def agree(draft: str) -> Shown:
    """Reads the list so. What is open only now, because the headings are known, is asked next; then it is kept."""
    opened = _opened(open_list(draft))
    columns = columns_of(opened)
    filled = said(columns, request.form)
    if request.form.get("version") != str(opened.draft.version):
        return _page(opened, columns, proposed(columns), {"": _changed(opened.draft)}), 409
    lessons, faults = learnt(opened, columns, filled)
    if faults:
        return _page(opened, columns, filled, fault_ids(columns, faults)), 400
    agreed = with_choices(opened.draft, lessons.choices, site().settings)
    try:
        again = _opened(site().ledger.drafts.change(agreed, by=signed_in(), now=now()))
    except DraftChangedError as error:
        return _page(opened, columns, filled, {"": str(error)}), 409
    shown = {(at, asked.key) for at, one in enumerate(columns) for asked in one.questions}
    asks = {(at, asked.key) for at, one in enumerate(columns_of(again)) for asked in one.questions}
    if not is_agreed(again) or asks - shown:
        return redirect(url_for("columns.show", draft=draft))
    _keep(again.draft)
    return redirect(url_for(next_step(again), draft=draft))


@screen.post("/lists/<draft>/sheet")
def choose_sheet(draft: str) -> Response:
    one = open_list(draft)
    options = replace(one.options, sheet=request.form.get("sheet") or None)
    site().ledger.drafts.change(replace(one, options=options), by=signed_in(), now=now())
    return redirect(url_for("columns.show", draft=draft))


def _opened(draft: Draft) -> Opened:
    return site().drafts.open(draft, site().settings, site().ledger)


def _keep(draft: Draft) -> None:
    """For the next list of this sender. Where that can't be kept it holds for this list, and that is said."""
    try:
        for name, table in draft.chosen.get("headings", {}).items():
            keep_headings(name, table)
    except SettingsError as error:
        flash(str(error))


def _changed(draft: Draft) -> str:
    return f"{draft.changed_by} has changed this list meanwhile. Look at it again."


def _page(
    opened: Opened, columns: Sequence[SheetColumns], filled: Sequence[Said], errors: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "columns/columns.html",
        draft=opened.draft,
        columns=list(zip(columns, filled, strict=True)),
        errors=errors or {},
        has_errors=bool(errors),
        sheets=_sheets(opened),
        fault=opened.reading.fault,
        choices_for=choices_for,
        field_id=field_id,
        answer_id=answer_id,
        in_words=in_words,
    )


def _sheets(opened: Opened) -> list[tuple[str, str]]:
    """The sheets that hold people, to choose from, where there are several: value and words."""
    roster = opened.reading.roster
    if roster is None:
        return []
    titles = [sheet.title for sheet in roster.sheets] + [*roster.also, *roster.unknown]
    every = [(ALL_SHEETS, "All of these")] if len(titles) > 1 else []
    return [*((title, title) for title in titles), *every] if len(titles) > 1 else []
