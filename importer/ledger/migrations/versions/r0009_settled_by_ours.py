"""From when on, by the clock of this computer, nothing can come any more of what was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0009"
down_revision = "r0008"


def upgrade() -> None:
    op.add_column("entries", sa.Column("settled_by_ours", sa.String))
