"""When a person said of somebody that they are, or are not, booked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"


def upgrade() -> None:
    op.add_column("entries", sa.Column("told", sa.String))
