"""Keep by which mailbox an address counts; of those that are there it is not known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("following_subscriber", sa.Column("mailbox", sa.String(length=64), nullable=False, server_default=""))
