"""What looks at a service have taught."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    op.create_table(
        "learned", sa.Column("base_url", sa.String, primary_key=True), sa.Column("facts", sa.JSON, nullable=False)
    )
