"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None


def upgrade() -> None:
    op.create_table("ledger", sa.Column("id", sa.String, primary_key=True), _text("hash_key"))
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("roster_path", sa.String, nullable=False),
        sa.Column("roster_name", sa.String, nullable=False),
        sa.Column("base_url", sa.String, nullable=False),
        _text("by"),
        sa.Column("started", sa.String, nullable=False),
        sa.Column("finished", sa.String),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("totals", sa.JSON, nullable=False),
        *map(_text, ("results_path", "series", "sha256")),
        sa.Column("purged", sa.String),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
        _text("sheet"),
        sa.Column("row", sa.Integer, nullable=False),
        _text("part"),
        sa.Column("booking_id", sa.String, nullable=False, index=True),
        sa.Column("state", sa.String, nullable=False, index=True),
        *map(_text, ("first_name", "last_name", "email", "mobile", "reference")),
        sa.Column("spaces", sa.Integer, nullable=False),
        _text("slot_id"),
        sa.Column("expiry", sa.String),
        sa.Column("settled_by", sa.String),
        sa.Column("before", sa.JSON, nullable=False),
        *map(_text, ("customer_id", "customer_booking_id")),
        sa.Column("recorded", sa.String),
        sa.Column("accepted_names", sa.JSON, nullable=False),
        sa.Column("rejected_names", sa.JSON, nullable=False),
        sa.Column("handles", sa.JSON, nullable=False),
        sa.Column("target", sa.JSON, nullable=False),
        sa.Column("question", sa.JSON),
        sa.Column("told_apart", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("hashed", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index("entries_by_row", "entries", ["run", "sheet", "row"])
    op.create_table(
        "handles",
        sa.Column("handle", sa.String, primary_key=True),
        sa.Column("entry", sa.Integer, sa.ForeignKey("entries.id"), primary_key=True),
    )
    op.create_table(
        "outcomes",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("sheet", sa.String, primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("part", sa.String, primary_key=True),
        sa.Column("status", sa.String, nullable=False),
        *map(_text, ("message", "name", "session", "booking_id", "customer_id", "customer_booking_id")),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("handles", sa.JSON, nullable=False),
        sa.Column("decision", sa.String),
        sa.Column("question", sa.JSON),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String, primary_key=True),
        *map(_text, ("service_id", "service_name", "resource_id", "resource_name", "start_text")),
        sa.Column("start", sa.String, nullable=False, index=True),
        sa.Column("places", sa.Integer, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default="")
