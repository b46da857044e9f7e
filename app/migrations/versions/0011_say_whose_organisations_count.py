"""Say of each peer whether what it says about organisations counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Who is a peer already was chosen by the operator, as those are who are added from now on.
    with op.batch_alter_table("federation_peer") as table:
        table.add_column(sa.Column("organisations", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("federation_peer") as table:
        table.alter_column("organisations", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("federation_peer") as table:
        table.drop_column("organisations")
