"""Add proposals, drafts and responses."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEPT = """\
CREATE TRIGGER review_event_{what} BEFORE {what} ON review_event
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END
"""


def upgrade() -> None:
    op.create_table(
        "review_draft",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=True),
        sa.Column("base", sa.String(length=71), nullable=True),
        sa.Column("proposal_id", sa.String(length=100), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("changed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_review_draft_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_draft")),
    )
    with op.batch_alter_table("review_draft") as table:
        table.create_index(op.f("ix_review_draft_person"), ["person"], unique=False)

    op.create_table(
        "review_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_event") as table:
        table.create_index("ix_review_event_subject", ["subject"], unique=False)

    op.create_table(
        "review_notice",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.String(length=100), nullable=True),
        sa.Column("once", sa.String(length=160), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_notice")),
        sa.UniqueConstraint("person", "once", name=op.f("uq_review_notice_person_once")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_notice") as table:
        table.create_index(op.f("ix_review_notice_person"), ["person"], unique=False)

    op.create_table(
        "review_proposal",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("editor", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("base", sa.String(length=71), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=True),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("organisations", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("changed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (ver IS NOT NULL)", name=op.f("ck_review_proposal_version_when_published")
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'changes_requested', 'approved', 'published', 'declined', 'withdrawn')",
            name=op.f("ck_review_proposal_state_known"),
        ),
        sa.CheckConstraint("rounds >= 1", name=op.f("ck_review_proposal_rounds_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_proposal")),
        sa.UniqueConstraint("submission", name=op.f("uq_review_proposal_submission")),
    )
    with op.batch_alter_table("review_proposal") as table:
        table.create_index(op.f("ix_review_proposal_author"), ["author"], unique=False)
        table.create_index("ix_review_proposal_kind_slug", ["kind", "slug"], unique=False)
        table.create_index("ix_review_proposal_state_changed_at", ["state", "changed_at"], unique=False)

    op.create_table(
        "review_approval",
        sa.Column("proposal_id", sa.String(length=100), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("pseudonym", sa.String(length=63), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["review_proposal.id"],
            name=op.f("fk_review_approval_proposal_id_review_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "round", "person", name=op.f("pk_review_approval")),
    )
    op.create_table(
        "review_draft_file",
        sa.Column("draft_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["review_draft.id"],
            name=op.f("fk_review_draft_file_draft_id_review_draft"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "name", name=op.f("pk_review_draft_file")),
    )
    op.create_table(
        "review_message",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("failure", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(due_at IS NULL) = (outcome <> '')", name=op.f("ck_review_message_over_or_due")),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["review_notice.id"],
            name=op.f("fk_review_message_notice_id_review_notice"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_message")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_message") as table:
        table.create_index("ix_review_message_due_at", ["due_at"], unique=False)

    op.create_table(
        "review_remark",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("proposal_id", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("resolved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["review_proposal.id"],
            name=op.f("fk_review_remark_proposal_id_review_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_remark")),
    )
    with op.batch_alter_table("review_remark") as table:
        table.create_index("ix_review_remark_proposal_id", ["proposal_id"], unique=False)

    op.create_table(
        "review_round",
        sa.Column("proposal_id", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("writer", sa.String(length=64), nullable=False),
        sa.Column("pseudonym", sa.String(length=63), nullable=False),
        sa.Column("wrote", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("base", sa.String(length=71), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["review_proposal.id"],
            name=op.f("fk_review_round_proposal_id_review_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_review_round")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(_KEPT.format(what=what))


def downgrade() -> None:
    op.drop_table("review_round")
    op.drop_table("review_remark")
    op.drop_table("review_message")
    op.drop_table("review_draft_file")
    op.drop_table("review_approval")
    op.drop_table("review_proposal")
    op.drop_table("review_notice")
    op.drop_table("review_event")
    op.drop_table("review_draft")
