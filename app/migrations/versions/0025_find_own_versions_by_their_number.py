"""Find the newest versions of one origin without reading all of them."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_catalogue_version_origin_seq"), "catalogue_version", ["origin", "seq"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_catalogue_version_origin_seq"), "catalogue_version")
