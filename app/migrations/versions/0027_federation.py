# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What this node hands on to others, and what comes from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "review"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "federation_file",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("origin", sa.String(255), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), index=True, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("picture", sa.String(8), nullable=False),
        sa.Index(None, "origin", "record_id", "ver"),
        sa.Index(None, "state", "origin"),
    )
    op.create_table(
        "federation_issuer",
        sa.Column("address", sa.String(200), primary_key=True),
        sa.Column("origin", sa.String(255), index=True, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("record_keys", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("issued_at", _TIME, nullable=True),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("state_seq", sa.Integer(), nullable=False),
        sa.Column("state_count", sa.Integer(), nullable=False),
        sa.Column("state_root", sa.String(71), nullable=False),
        sa.Column("audit", sa.String(16), nullable=False),
        sa.Column("audited_at", _TIME, nullable=True),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("moved_to", sa.String(200), nullable=False),
        sa.Column("moved_from", sa.String(200), nullable=False),
        sa.Column("introduced_by", sa.String(200), nullable=False),
        sa.Column("known_since", _TIME, nullable=False),
    )
    op.create_table(
        "federation_item",
        sa.Column("origin", sa.String(255), primary_key=True),
        sa.Column("record_id", sa.String(36), primary_key=True),
        sa.Column("seq", sa.Integer(), unique=True, nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("stamped_at", _TIME, nullable=False),
    )
    op.create_table(
        "federation_lost",
        sa.Column("record_id", sa.String(36), primary_key=True),
        sa.Column("ver", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(71), primary_key=True),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("via", sa.String(200), nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
    )
    op.create_table(
        "federation_moderation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("object", sa.String(300), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
    )
    op.create_table(
        "federation_peer",
        sa.Column("address", sa.String(200), primary_key=True),
        sa.Column("hub", sa.Boolean(), nullable=False),
        sa.Column("organisations", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("daily_new", sa.Integer(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("lease", sa.String(32), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("tried_at", _TIME, nullable=True),
        sa.Column("succeeded_at", _TIME, nullable=True),
        sa.Column("error", sa.String(300), nullable=False),
        sa.Column("etag", sa.String(200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(20), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
    )
    op.create_table(
        "federation_position",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stamped_at", _TIME, nullable=False),
    )
    op.create_table(
        "federation_quarantine",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("via", sa.String(200), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("sub", sa.String(300), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.Index(None, "issuer", "sub"),
    )
    op.create_table(
        "federation_record",
        sa.Column("origin", sa.String(255), primary_key=True),
        sa.Column("record_id", sa.String(36), primary_key=True),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("distrusted", sa.Boolean(), nullable=False),
        sa.Column("first_at", _TIME, nullable=False),
        sa.Index(None, "origin", "slug"),
    )
    op.create_table(
        "federation_statement",
        sa.Column("origin", sa.String(255), primary_key=True),
        sa.Column("record_id", sa.String(36), primary_key=True),
        sa.Column("ver", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("kid", sa.String(43), nullable=False),
        sa.Column("issued_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("stamped_at", _TIME, nullable=False),
        sa.Column("via", sa.String(200), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
    )
    op.create_table(
        "federation_topic",
        sa.Column("origin", sa.String(255), primary_key=True),
        sa.Column("record_id", sa.String(36), primary_key=True),
        sa.Column("topic", sa.String(80), index=True, primary_key=True),
    )
    op.create_table(
        "federation_file_attempt",
        sa.Column(
            "file_id",
            sa.Integer(),
            sa.ForeignKey("federation_file.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("peer", sa.String(200), primary_key=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "federation_file_attempt",
        "federation_topic",
        "federation_statement",
        "federation_record",
        "federation_quarantine",
        "federation_position",
        "federation_peer",
        "federation_moderation",
        "federation_lost",
        "federation_item",
        "federation_issuer",
        "federation_file",
    ):
        op.drop_table(table)
