"""``/lists/ID/check``"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from importer.errors import DraftChangedError
from importer.importing.agreeing import is_agreed
from importer.importing.drafting import Opened, corrected, decided, undone, with_choices
from importer.lists.session_words import as_written
from importer.model import Decision, GroupBooking, rows_with_reasons
from importer.model.drafts import CellRef, Draft
from importer.results.report import headline
from importer.web.check.causes import causes_of
from importer.web.check.changes import changes_of
from importer.web.check.changing import Conflict, conflicts, session_texts, texts_of
from importer.web.check.lines import Line, Lines
from importer.web.check.looking import FEW_ROWS, Look, last_look, look, quick_look, sessions_to_choose
from importer.web.check.people import pair_of
from importer.web.check.steps import steps_of
from importer.web.guards import signed_in
from importer.web.lists.routes import open_list
from importer.web.site import now, site
from importer.web.told import on_page

screen = Blueprint("check", __name__)

Shown = Response | str | tuple[str, int]

_OPEN_A_PAGE, _ALL_A_PAGE = 40, 200
_TRIES = 3


@screen.get("/lists/<draft>/check")
def show(draft: str) -> Shown:
    one = open_list(draft)
    before = site().looks.last(draft)
    is_known = before is not None and len(before.outcomes) > FEW_ROWS
    if not is_known and not is_agreed(_opened(one)):
        return redirect(url_for("columns.show", draft=draft))
    found, is_current = quick_look(one)
    return _page(found, is_current=is_current)


@screen.post("/lists/<draft>/check")
def put_right(draft: str) -> Shown:
    """Cells of one line, its session, or a decision about it. What others have changed meanwhile stays, unless it is
    in the very same cells: then nothing is written, and both are shown."""
    seen = _number(request.form.get("version"))
    action = request.form.get("action", "save")
    for _ in range(_TRIES):
        found = last_look(open_list(draft))
        opened = found.opened
        lines = Lines(opened, found.outcomes)
        line = _line_of(request.form.get("line", ""), lines)
        if action == "save":
            texts = _texts(found, lines, line)
            if both := conflicts(opened.draft, seen, texts):
                return _page(found, conflicting=(line.id, both)), 409
            changed = corrected(opened, texts, by=signed_in(), now=now())
        else:
            changed = _decided(opened, line, action)
        if changed == opened.draft:
            return _back()
        try:
            site().ledger.drafts.change(changed, by=signed_in(), now=now())
        except DraftChangedError as error:
            if error.at is None:
                abort(404)
            continue
        flash(f"{line.names}, row {line.number}: {'saved' if action == 'save' else _said(action)}.")
        return _back()
    return _page(look(open_list(draft))), 409


@screen.post("/lists/<draft>/check/undo")
def undo(draft: str) -> Response:
    """Takes back one step, whoever made it."""
    opened = last_look(open_list(draft)).opened
    changed = undone(opened, _number(request.form.get("step")))
    if changed != opened.draft:
        try:
            site().ledger.drafts.change(changed, by=signed_in(), now=now())
            flash("The change was undone.")
        except DraftChangedError as error:
            flash(str(error))
    return _back()


@screen.post("/lists/<draft>/newer")
def newer(draft: str) -> Response:
    """Whether this is a newer version of the list that it is likest to, as a person says."""
    one = open_list(draft)
    proposal = look(one).proposal
    asked = proposal.newer if proposal else None
    if proposal and asked:
        series = asked.series if request.form.get("answer") == "yes" else asked.own
        changed = with_choices(one, proposal.choices.with_series(series), site().settings)
        try:
            site().ledger.drafts.change(changed, by=signed_in(), now=now())
        except DraftChangedError as error:
            flash(str(error))
    return redirect(url_for("check.show", draft=draft))


def _opened(draft: Draft) -> Opened:
    return site().drafts.open(draft, site().settings, site().ledger)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _line_of(id_: str, lines: Lines) -> Line:
    """The answer is 404 where the list has no such line."""
    sheet, _, number = id_.removeprefix("row-").partition("-")
    sheets = lines.opened.roster.sheets
    if not (sheet.isdecimal() and number.isdecimal() and int(sheet) < len(sheets)):
        abort(404)
    found = lines.lines([(sheets[int(sheet)].title, int(number))])
    return found[0] if found else abort(404)


def _texts(found: Look, lines: Lines, line: Line) -> dict[CellRef, str]:
    texts = texts_of(request.form, lines, line.cells)
    if id_ := request.form.get("session"):
        sessions = sessions_to_choose(found.opened)
        chosen = next((one for one in sessions if one.id == id_), None)
        if chosen:
            texts |= session_texts(found.opened, [one.row for one in line.outcomes], chosen, sessions)
    return texts


def _decided(opened: Opened, line: Line, action: str) -> Draft:
    decision = None if action == "take back" else Decision(action) if action in {*Decision} else abort(400)
    asks = decision in (Decision.SAME_PERSON, Decision.DIFFERENT_PERSON)
    rows = [one.row for one in (line.questions if asks else line.outcomes)]
    asked = {one.row: one.question for one in line.questions if asks and one.question}
    return decided(opened, rows, decision, asked=asked, by=signed_in(), now=now())


def _said(action: str) -> str:
    return "decision taken back" if action == "take back" else f"“{action}”"


def _back() -> Response:
    draft = str((request.view_args or {})["draft"])
    show, page = request.args.get("show"), request.args.get("page")
    return redirect(url_for("check.show", draft=draft, show=show, page=page, _anchor="saved"))


def _page(found: Look, conflicting: tuple[str, Sequence[Conflict]] = ("", ()), *, is_current: bool = True) -> str:
    opened = found.opened
    lines = Lines(opened, found.outcomes)
    is_all = request.args.get("show") == "all"
    every, open_ = lines.keys(only_open=False), lines.keys(only_open=True)
    keys, size = (every, _ALL_A_PAGE) if is_all else (open_, _OPEN_A_PAGE)
    pages = max(-(-len(keys) // size), 1)
    page = min(max(_number(request.args.get("page")), 1), pages)
    shown = lines.lines(keys[(page - 1) * size : page * size])
    editing = request.args.get("row", "")
    sessions: tuple[GroupBooking, ...] = ()
    if any(line.may_choose_session for line in shown) or editing:
        sessions = sessions_to_choose(opened)
    page_of = {key: at // _OPEN_A_PAGE + 1 for at, key in enumerate(open_)}
    return render_template(
        "check/check.html",
        draft=opened.draft,
        found=found,
        is_current=is_current,
        headline=headline(found.report),
        why=on_page(found.proposal.which.why) if found.proposal and found.proposal.which else "",
        changes=changes_of(found),
        causes=causes_of(found.outcomes, opened),
        href=_href(opened.draft, page_of, is_all=is_all, page=page),
        lines=shown,
        pairs={
            one.row: pair_of(one, opened, found.bookings, site().ledger) for line in shown for one in line.questions
        },
        is_all=is_all,
        page=page,
        pages=pages,
        counts=(len(open_), len(every)),
        editing=editing,
        sessions=_choices(sessions, opened),
        conflicting=conflicting[0],
        conflicts={one.correction.cell: one for one in conflicting[1]},
        steps=steps_of(opened),
        several=len(opened.roster.sheets) > 1,
        rows_with_reasons=rows_with_reasons,
    )


def _href(
    draft: Draft, page_of: Mapping[tuple[str, int], int], *, is_all: bool, page: int
) -> Callable[[tuple[str, int], str], str]:
    """Where a spot is shown: on this page, else on the one of rows that need attention."""

    def href(line: tuple[str, int], id_: str) -> str:
        if not is_all and page_of.get(line) == page:
            return f"#{id_}"
        return url_for("check.show", draft=draft.id, page=page_of.get(line, 1), _anchor=id_)

    return href


def _choices(sessions: Sequence[GroupBooking], opened: Opened) -> list[tuple[GroupBooking, str]]:
    words = as_written(sessions, opened.choices.settings.zone)
    return [(one, words[one.id]) for one in sessions]
