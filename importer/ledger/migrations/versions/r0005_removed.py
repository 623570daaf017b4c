"""Whom a run has taken off a group booking again, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    op.add_column("entries", sa.Column("removed_by", sa.Integer, nullable=False, server_default="0"))
    op.add_column("entries", sa.Column("removed", sa.String))
