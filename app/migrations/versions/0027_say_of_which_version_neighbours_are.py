"""Say for which version of a record its neighbours were worked out; those that are there stay until it changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_neighbour", sa.Column("digest", sa.String(length=71), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("search_neighbour", "digest")
