"""At which free time somebody was to start a session whose id is not known yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"


def upgrade() -> None:
    op.add_column("entries", sa.Column("starts", sa.JSON))
