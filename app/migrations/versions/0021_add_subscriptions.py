"""Add what people without an account follow by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "following_subscriber",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_following_subscriber")),
        sa.UniqueConstraint("seal", name=op.f("uq_following_subscriber_seal")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_following_subscriber_token_hash")),
    )
    op.create_table(
        "following_subscription",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("subscriber_id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("rhythm", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["following_subscriber.id"],
            name=op.f("fk_following_subscription_subscriber_id_following_subscriber"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_following_subscription")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_following_subscription_token_hash")),
    )
    with op.batch_alter_table("following_subscription") as table:
        for column in ("asked_at", "due_at", "subscriber_id"):
            table.create_index(op.f(f"ix_following_subscription_{column}"), [column])


def downgrade() -> None:
    op.drop_table("following_subscription")
    op.drop_table("following_subscriber")
