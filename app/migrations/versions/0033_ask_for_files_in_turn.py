"""Keep beside each missing file how often and why it did not come; who failed when is not kept any more."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("federation_file_attempt")
    files = sa.table("federation_file", sa.column("state"))
    # Their bytes go with the next daily care, as everything that no row names.
    op.execute(sa.delete(files).where(files.c.state == "dropped"))
    with op.batch_alter_table("federation_file") as table:
        table.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("reason", sa.String(32), nullable=False, server_default=""))
        table.alter_column("tries", server_default=None)
        table.alter_column("reason", server_default=None)
