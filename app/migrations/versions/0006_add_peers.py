"""Add what comes from other nodes, and versions that are not shown."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STATES = "state IN ('published', 'withdrawn', 'broken')"
_STATES_AND_HIDDEN = "state IN ('published', 'withdrawn', 'broken', 'hidden')"


def upgrade() -> None:
    _allow(_STATES_AND_HIDDEN)
    op.create_table(
        "federation_peer",
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("hub", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("daily_new", sa.Integer(), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=False),
        sa.Column("lease_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("tried_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("succeeded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(length=20), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_federation_peer")),
    )
    op.create_table(
        "federation_issuer",
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("record_keys", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("state_seq", sa.Integer(), nullable=False),
        sa.Column("state_count", sa.Integer(), nullable=False),
        sa.Column("state_root", sa.String(length=71), nullable=False),
        sa.Column("audit", sa.String(length=16), nullable=False),
        sa.Column("audited_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("moved_to", sa.String(length=200), nullable=False),
        sa.Column("moved_from", sa.String(length=200), nullable=False),
        sa.Column("introduced_by", sa.String(length=200), nullable=False),
        sa.Column("known_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_federation_issuer")),
    )
    op.create_index(op.f("ix_federation_issuer_origin"), "federation_issuer", ["origin"], unique=False)
    op.create_table(
        "federation_record",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("distrusted", sa.Boolean(), nullable=False),
        sa.Column("first_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "record_id", name=op.f("pk_federation_record")),
    )
    op.create_index(op.f("ix_federation_record_origin_slug"), "federation_record", ["origin", "slug"], unique=False)
    op.create_table(
        "federation_statement",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("ver", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("stamped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("via", sa.String(length=200), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "record_id", "ver", name=op.f("pk_federation_statement")),
    )
    op.create_table(
        "federation_quarantine",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("via", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("sub", sa.String(length=300), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_federation_quarantine")),
    )
    op.create_index(
        op.f("ix_federation_quarantine_issuer_sub"), "federation_quarantine", ["issuer", "sub"], unique=False
    )
    op.create_table(
        "federation_moderation",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("object", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_federation_moderation")),
    )


def downgrade() -> None:
    for table in ("moderation", "quarantine", "statement", "record", "issuer", "peer"):
        op.drop_table(f"federation_{table}")
    op.execute("DELETE FROM catalogue_version WHERE origin <> ''")
    _allow(_STATES)


def _allow(states: str) -> None:
    # Copying the table would otherwise forget that numbers of deleted rows are never given out again.
    with op.batch_alter_table("catalogue_version", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("ck_catalogue_version_state_known"), type_="check")
        table.create_check_constraint(op.f("ck_catalogue_version_state_known"), states)
