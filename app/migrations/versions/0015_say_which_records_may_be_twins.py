"""Say of which neighbours of a record it may be the same, told by another node; all are worked out anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM search_neighbour")
    op.add_column("search_neighbour", sa.Column("twin", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("search_neighbour", "twin")
