"""Recognise one person behind several accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_trace",
        sa.Column("seal", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_identity_trace_person_id", "identity_trace", ["person_id"])
    op.create_index("ix_identity_trace_seen_at", "identity_trace", ["seen_at"])


def downgrade() -> None:
    op.drop_table("identity_trace")
