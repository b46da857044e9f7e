"""Add what this node hands on to others."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "federation_item",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("stamped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "record_id", name=op.f("pk_federation_item")),
        sa.UniqueConstraint("seq", name=op.f("uq_federation_item_seq")),
    )
    op.create_table(
        "federation_topic",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("origin", "record_id", "topic", name=op.f("pk_federation_topic")),
    )
    with op.batch_alter_table("federation_topic") as table:
        table.create_index(op.f("ix_federation_topic_topic"), ["topic"], unique=False)
    op.create_table(
        "federation_position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stamped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_federation_position")),
    )
    op.create_index(op.f("ix_catalogue_version_digest"), "catalogue_version", ["digest"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_catalogue_version_digest"), "catalogue_version")
    op.drop_table("federation_position")
    op.drop_table("federation_topic")
    op.drop_table("federation_item")
