"""The telephone of somebody booked, beside the mobile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    op.add_column("entries", sa.Column("phone", sa.String, nullable=False, server_default=""))
