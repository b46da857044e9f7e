"""Count memos by the network address that saved them, as a keyed hash; those that are there count for nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("kickoff_memo", sa.Column("asker", sa.String(length=64), nullable=False, server_default=""))
