"""Drop what surveys needed of each record: they ask the search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("survey_facts")


def downgrade() -> None:
    op.create_table(
        "survey_facts",
        sa.Column("uid", sa.String(length=320), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_survey_facts")),
    )
