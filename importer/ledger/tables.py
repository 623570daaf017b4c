"""The ledger's tables, as they are in this version. A change of them is a new ``VERSION`` with a migration."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from importer.ledger.columns import Member, Moment, Noun, Texts, Totals
from importer.model import Decision, EntryState, Options, Question, RowRef, RunState, SessionTime, Status, Target
from importer.model.approvals import ApprovedLine, Shortfall
from importer.model.drafts import Correction
from importer.model.examinations import Learned

VERSION = "r0009"

ROW = ("sheet", "row", "part")
"""The columns that a ``RowRef`` is kept in."""

schema = sa.MetaData()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default="")


ledger = sa.Table(
    "ledger",
    schema,
    sa.Column("id", sa.String, primary_key=True),
    _text("hash_key"),
)
runs = sa.Table(
    "runs",
    schema,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", Member(RunState), nullable=False),
    sa.Column("roster_path", sa.String, nullable=False),
    sa.Column("roster_name", sa.String, nullable=False),
    sa.Column("base_url", sa.String, nullable=False),
    _text("by"),
    sa.Column("started", Moment, nullable=False),
    sa.Column("finished", Moment),
    sa.Column("options", Noun(Options), nullable=False),
    sa.Column("choices", sa.JSON, nullable=False),
    sa.Column("totals", Totals, nullable=False),
    *map(_text, ("results_path", "series", "sha256")),
    sa.Column("purged", Moment),
)
entries = sa.Table(
    "entries",
    schema,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
    _text("sheet"),
    sa.Column("row", sa.Integer, nullable=False),
    _text("part"),
    sa.Column("booking_id", sa.String, nullable=False, index=True),
    sa.Column("state", Member(EntryState), nullable=False, index=True),
    *map(_text, ("first_name", "last_name", "email", "mobile", "phone", "reference")),
    sa.Column("spaces", sa.Integer, nullable=False),
    _text("slot_id"),
    sa.Column("expiry", Moment),
    sa.Column("settled_by", Moment),
    sa.Column("settled_by_ours", Moment),
    sa.Column("before", Texts, nullable=False),
    *map(_text, ("customer_id", "customer_booking_id")),
    sa.Column("recorded", Moment),
    sa.Column("told", Moment),
    sa.Column("removed_by", sa.Integer, nullable=False, server_default="0"),
    sa.Column("removed", Moment),
    sa.Column("accepted_names", Texts, nullable=False),
    sa.Column("rejected_names", Texts, nullable=False),
    sa.Column("handles", Texts, nullable=False),
    sa.Column("target", Noun(Target), nullable=False),
    sa.Column("question", Noun(Question)),
    sa.Column("starts", Noun(SessionTime)),
    sa.Column("told_apart", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("hashed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("entries_by_row", "run", "sheet", "row"),
)
handles = sa.Table(
    "handles",
    schema,
    sa.Column("handle", sa.String, primary_key=True),
    sa.Column("entry", sa.Integer, sa.ForeignKey("entries.id"), primary_key=True),
)
"""By which handles an entry is found that are not its own: those of ``entries.handles``."""
outcomes = sa.Table(
    "outcomes",
    schema,
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("sheet", sa.String, primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("part", sa.String, primary_key=True),
    sa.Column("status", Member(Status), nullable=False),
    *map(_text, ("message", "name", "session", "booking_id", "customer_id", "customer_booking_id")),
    sa.Column("rules", Texts, nullable=False),
    sa.Column("handles", Texts, nullable=False),
    sa.Column("decision", Member(Decision)),
    sa.Column("question", Noun(Question)),
)
sessions = sa.Table(
    "sessions",
    schema,
    sa.Column("id", sa.String, primary_key=True),
    *map(_text, ("service_id", "service_name", "resource_id", "resource_name", "start_text")),
    sa.Column("start", Moment, nullable=False, index=True),
    sa.Column("places", sa.Integer, nullable=False),
)
files = sa.Table(
    "files",
    schema,
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
)

learned = sa.Table(
    "learned",
    schema,
    sa.Column("base_url", sa.String, primary_key=True),
    sa.Column("facts", Noun(Learned), nullable=False),
)
approvals = sa.Table(
    "approvals",
    schema,
    sa.Column("id", sa.Integer, primary_key=True),
    *map(_text, ("code", "prepared_by", "file", "sha256", "approved_by", "signed_in", "comment")),
    sa.Column("lines", Noun(tuple[ApprovedLine, ...]), nullable=False),
    sa.Column("prepared", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("approved", Moment),
    sa.Column("run", sa.Integer, nullable=False, server_default="0"),
    sa.Column("short", Noun(tuple[Shortfall, ...])),
)
drafts = sa.Table(
    "drafts",
    schema,
    sa.Column("id", sa.String, primary_key=True),
    *map(_text, ("file", "added_by", "changed_by", "ordered_by")),
    sa.Column("added", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("options", Noun(Options), nullable=False),
    sa.Column("chosen", sa.JSON, nullable=False),
    sa.Column("is_released", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("corrections", Noun(tuple[Correction, ...]), nullable=False),
    sa.Column("ordered", Moment),
    sa.Column("run", sa.Integer, nullable=False, server_default="0"),
)


def is_undo() -> sa.ColumnElement[bool]:
    """Whether a run takes people off."""
    run: sa.ColumnElement[int | None] = sa.type_coerce(runs.c.options, sa.JSON)["undoes"].as_integer()
    return run.is_not(None)


def row_values(row: RowRef) -> dict[str, object]:
    return dict(zip(ROW, row, strict=True))


def row_of(record: sa.RowMapping) -> RowRef:
    return RowRef(*(record[name] for name in ROW))


def by_row(table: sa.Table) -> list[sa.Column[Any]]:
    """In the order of their rows."""
    return [table.c[name] for name in ROW]
