"""Plans that may be approved, who approved them, and which import carried each out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer, primary_key=True),
        *map(_text, ("code", "prepared_by", "file", "sha256", "approved_by", "signed_in", "comment")),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("prepared", sa.String, nullable=False),
        sa.Column("expires", sa.String, nullable=False),
        sa.Column("approved", sa.String),
        sa.Column("run", sa.Integer, nullable=False, server_default="0"),
        sa.Column("short", sa.JSON),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default="")
