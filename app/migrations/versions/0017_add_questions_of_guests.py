"""Add questions that people without an account asked and have not confirmed yet."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_guest_question",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_guest_question")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_review_guest_question_token_hash")),
    )
    with op.batch_alter_table("review_guest_question") as table:
        for column in ("seal", "asked_at", "expires_at"):
            table.create_index(op.f(f"ix_review_guest_question_{column}"), [column])


def downgrade() -> None:
    op.drop_table("review_guest_question")
