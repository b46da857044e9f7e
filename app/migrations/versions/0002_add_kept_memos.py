"""Add the memos that somebody wished to keep."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kickoff_memo",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_kickoff_memo")),
    )
    with op.batch_alter_table("kickoff_memo") as table:
        table.create_index(op.f("ix_kickoff_memo_expires_at"), ["expires_at"])


def downgrade() -> None:
    op.drop_table("kickoff_memo")
