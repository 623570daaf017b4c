"""Lists on the page, with what people have put right in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String, primary_key=True),
        *map(_text, ("file", "added_by", "changed_by", "ordered_by")),
        sa.Column("added", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("chosen", sa.JSON, nullable=False),
        sa.Column("is_released", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("corrections", sa.JSON, nullable=False),
        sa.Column("ordered", sa.String),
        sa.Column("run", sa.Integer, nullable=False, server_default="0"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default="")
