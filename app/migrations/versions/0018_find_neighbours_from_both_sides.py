"""Find the records that name another one as their neighbour without looking through all of them."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_search_neighbour_other", "search_neighbour", ["other"])


def downgrade() -> None:
    op.drop_index("ix_search_neighbour_other", table_name="search_neighbour")
