# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""People, roles, sessions, and what is recorded of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "identity"
down_revision = "catalogue"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "identity_audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(36), nullable=True),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(36), index=True, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
    )
    op.create_table(
        "identity_logout",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("jti", sa.String(255), primary_key=True),
        sa.Column("expires_at", _TIME, index=True, nullable=False),
    )
    op.create_table(
        "identity_person",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("pseudonym", sa.String(32), unique=True, nullable=True),
        sa.Column("display_name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), index=True, nullable=True),
        sa.Column("organisation", sa.String(80), nullable=True),
        sa.Column("organisation_set_here", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("municipality_name", sa.String(120), nullable=True),
        sa.Column("municipality_state", sa.String(2), nullable=True),
        sa.Column("municipality_ars", sa.String(12), nullable=True),
        sa.Column("municipality_set_here", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("deleted_at", _TIME, nullable=True),
        sa.Column("seen_at", _TIME, nullable=True),
        sa.Column("announced_at", _TIME, nullable=True),
    )
    op.create_table(
        "identity_trace",
        sa.Column("seal", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(36), index=True, primary_key=True),
        sa.Column("seen_at", _TIME, index=True, nullable=False),
    )
    op.create_table(
        "identity_invitation",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("secret_hash", sa.String(64), unique=True, nullable=False),
        sa.Column("inviter_id", sa.String(36), sa.ForeignKey("identity_person.id"), nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(80), nullable=True),
        sa.Column("municipality_name", sa.String(120), nullable=True),
        sa.Column("municipality_state", sa.String(2), nullable=True),
        sa.Column("municipality_ars", sa.String(12), nullable=True),
        sa.Column("for_whom", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.Column("used_by", sa.String(36), sa.ForeignKey("identity_person.id"), nullable=True),
    )
    op.create_table(
        "identity_link",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("identity_person.id"), index=True, nullable=False),
        sa.Column("linked_at", _TIME, nullable=False),
    )
    op.create_table(
        "identity_role",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("identity_person.id"), index=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("granted_at", _TIME, nullable=False),
        sa.CheckConstraint("kind IN ('reader', 'author', 'curator', 'operator')", name="kind_known"),
        sa.CheckConstraint("source IN ('provider', 'granted')", name="source_known"),
    )
    op.create_table(
        "identity_session",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("secret_hash", sa.String(64), unique=True, nullable=False),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("identity_person.id"), index=True, nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("provider_sid", sa.String(255), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, index=True, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Index(None, "issuer", "provider_sid"),
    )
    op.create_table(
        "identity_token",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("secret_hash", sa.String(64), unique=True, nullable=False),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("identity_person.id"), index=True, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
    )


def downgrade() -> None:
    for table in (
        "identity_token",
        "identity_session",
        "identity_role",
        "identity_link",
        "identity_invitation",
        "identity_trace",
        "identity_person",
        "identity_logout",
        "identity_audit",
    ):
        op.drop_table(table)
