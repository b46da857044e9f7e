"""Add people, roles and sessions."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=36), nullable=True),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_audit")),
    )
    with op.batch_alter_table("identity_audit") as table:
        table.create_index(op.f("ix_identity_audit_person_id"), ["person_id"])

    op.create_table(
        "identity_logout",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("jti", sa.String(length=255), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "jti", name=op.f("pk_identity_logout")),
    )
    with op.batch_alter_table("identity_logout") as table:
        table.create_index(op.f("ix_identity_logout_expires_at"), ["expires_at"])

    op.create_table(
        "identity_person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=True),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("organisation", sa.String(length=80), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("deleted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_person")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_identity_person_pseudonym")),
    )
    with op.batch_alter_table("identity_person") as table:
        table.create_index(op.f("ix_identity_person_email"), ["email"])

    op.create_table(
        "identity_invitation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("inviter_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=True),
        sa.Column("for_whom", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("used_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["identity_person.id"], name=op.f("fk_identity_invitation_inviter_id_identity_person")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["identity_person.id"], name=op.f("fk_identity_invitation_used_by_identity_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_invitation")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_identity_invitation_secret_hash")),
    )
    op.create_table(
        "identity_link",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("linked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["identity_person.id"], name=op.f("fk_identity_link_person_id_identity_person")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity_link")),
    )
    with op.batch_alter_table("identity_link") as table:
        table.create_index(op.f("ix_identity_link_person_id"), ["person_id"])

    op.create_table(
        "identity_role",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("granted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('reader', 'author', 'curator', 'operator')", name=op.f("ck_identity_role_kind_known")
        ),
        sa.CheckConstraint("source IN ('provider', 'granted')", name=op.f("ck_identity_role_source_known")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["identity_person.id"], name=op.f("fk_identity_role_person_id_identity_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_role")),
    )
    with op.batch_alter_table("identity_role") as table:
        table.create_index(op.f("ix_identity_role_person_id"), ["person_id"])

    op.create_table(
        "identity_session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("provider_sid", sa.String(length=255), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["identity_person.id"], name=op.f("fk_identity_session_person_id_identity_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_identity_session_secret_hash")),
    )
    with op.batch_alter_table("identity_session") as table:
        table.create_index(op.f("ix_identity_session_expires_at"), ["expires_at"])
        table.create_index(op.f("ix_identity_session_issuer_provider_sid"), ["issuer", "provider_sid"])
        table.create_index(op.f("ix_identity_session_person_id"), ["person_id"])

    op.create_table(
        "identity_token",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["identity_person.id"], name=op.f("fk_identity_token_person_id_identity_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_identity_token_secret_hash")),
    )
    with op.batch_alter_table("identity_token") as table:
        table.create_index(op.f("ix_identity_token_person_id"), ["person_id"])


def downgrade() -> None:
    op.drop_table("identity_token")
    op.drop_table("identity_session")
    op.drop_table("identity_role")
    op.drop_table("identity_link")
    op.drop_table("identity_invitation")
    op.drop_table("identity_person")
    op.drop_table("identity_logout")
    op.drop_table("identity_audit")
