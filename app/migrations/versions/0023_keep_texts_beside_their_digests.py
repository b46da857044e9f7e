"""Keep the texts of own versions beside their digests, and what a version tells of the one before.

Both are filled from the repository when the catalogue catches up the next time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_text",
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_catalogue_text")),
    )
    op.add_column("catalogue_version", sa.Column("told", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("catalogue_version", "told")
    op.drop_table("catalogue_text")
