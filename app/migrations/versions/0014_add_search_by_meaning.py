"""Add passages and vectors of the search by meaning, and which records are like which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UID = 320


def upgrade() -> None:
    op.create_table(
        "search_passage",
        sa.Column("uid", sa.String(_UID), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("part", sa.String(120), nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("ix_search_passage_key", "search_passage", ["key"])
    op.create_table(
        "search_vector",
        sa.Column("key", sa.LargeBinary(32), primary_key=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "search_neighbour",
        sa.Column("uid", sa.String(_UID), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("other", sa.String(_UID), nullable=False),
    )
    op.create_table(
        "search_meaning",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("search_meaning", "search_neighbour", "search_vector", "search_passage"):
        op.drop_table(table)
