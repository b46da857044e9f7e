"""Add the catalogue."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_cursor",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("position", sa.String(length=255), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_catalogue_cursor")),
    )
    op.create_table(
        "catalogue_version",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=True),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("problems", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('published', 'withdrawn', 'broken')", name=op.f("ck_catalogue_version_state_known")
        ),
        sa.CheckConstraint("ver >= 1", name=op.f("ck_catalogue_version_ver_positive")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_catalogue_version")),
        sa.UniqueConstraint("origin", "kind", "slug", "ver", name=op.f("uq_catalogue_version_origin_kind_slug_ver")),
        sa.UniqueConstraint("origin", "record_id", "ver", name=op.f("uq_catalogue_version_origin_record_id_ver")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("catalogue_version")
    op.drop_table("catalogue_cursor")
