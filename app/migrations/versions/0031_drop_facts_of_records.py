"""Drop what surveys needed of each record: they ask the search."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("survey_facts")
