"""Add the municipality that somebody speaks for, and how far review has read the catalogue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = ("identity_person", "identity_invitation")
_COLUMNS = (("municipality_name", 120), ("municipality_state", 2), ("municipality_ars", 12))


def upgrade() -> None:
    # Columns are added one by one: copying a table that others refer to would take their rows along.
    for table in _TABLES:
        for name, length in _COLUMNS:
            op.add_column(table, sa.Column(name, sa.String(length=length), nullable=True))
    set_here: sa.Column[bool] = sa.Column(
        "municipality_set_here", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("identity_person", set_here)
    op.create_table(
        "review_position",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_review_position")),
    )


def downgrade() -> None:
    op.drop_table("review_position")
    op.drop_column("identity_person", "municipality_set_here")
    for table in _TABLES:
        for name, _length in _COLUMNS:
            op.drop_column(table, name)
