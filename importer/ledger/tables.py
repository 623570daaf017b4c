"""The ledger's tables. ``SCHEMA_VERSION`` goes up with every change of them.

A change only adds: tables, or columns that may be empty or have a default. An older ledger gets them when it is opened.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

SCHEMA_VERSION = 4

schema = sa.MetaData()


class _Moment(sa.types.TypeDecorator[datetime]):
    """An aware instant, kept as ISO text in UTC: the same in every database, and readable."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat()

    def process_result_value(self, value: str | None, _dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default="")


ledger = sa.Table(
    "ledger",
    schema,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer),
    _text("hash_key"),
)
runs = sa.Table(
    "runs",
    schema,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("roster_path", sa.String, nullable=False),
    sa.Column("roster_name", sa.String, nullable=False),
    sa.Column("base_url", sa.String, nullable=False),
    _text("by"),
    sa.Column("started", _Moment, nullable=False),
    sa.Column("finished", _Moment),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("choices", sa.JSON, nullable=False),
    sa.Column("totals", sa.JSON, nullable=False),
    *map(_text, ("results_path", "series", "sha256")),
    sa.Column("purged", _Moment),
)
entries = sa.Table(
    "entries",
    schema,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
    _text("sheet"),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("booking_id", sa.String, nullable=False, index=True),
    sa.Column("state", sa.String, nullable=False, index=True),
    *map(_text, ("first_name", "last_name", "email", "mobile", "reference")),
    sa.Column("spaces", sa.Integer, nullable=False),
    _text("slot_id"),
    sa.Column("expiry", _Moment),
    sa.Column("settled_by", _Moment),
    sa.Column("before", sa.JSON, nullable=False),
    *map(_text, ("customer_id", "customer_booking_id")),
    sa.Column("recorded", _Moment),
    sa.Column("accepted_names", sa.JSON, nullable=False),
    sa.Column("rejected_names", sa.JSON, nullable=False),
    sa.Column("told_apart", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("hashed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("entries_by_row", "run", "sheet", "row"),
)
outcomes = sa.Table(
    "outcomes",
    schema,
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("sheet", sa.String, primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("status", sa.String, nullable=False),
    *map(_text, ("message", "name", "session", "booking_id", "customer_id", "customer_booking_id", "rules")),
)
sessions = sa.Table(
    "sessions",
    schema,
    sa.Column("id", sa.String, primary_key=True),
    *map(_text, ("service_id", "service_name", "resource_id", "resource_name", "start_text")),
    sa.Column("start", _Moment, nullable=False, index=True),
    sa.Column("places", sa.Integer, nullable=False),
)
profiles = sa.Table(
    "profiles",
    schema,
    sa.Column("customer_id", sa.String, primary_key=True),
    *map(_text, ("first_name", "last_name", "email", "mobile", "phone")),
)
files = sa.Table(
    "files",
    schema,
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
)
