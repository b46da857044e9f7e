# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Drafts, proposals, notices and responses, and what those follow who have no account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "review"
down_revision = "identity"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
# How long a line of the audit log is kept is measured against the newest one, which the removal itself writes first:
# the database knows no other clock of ours.
_SQLITE = """\
CREATE TRIGGER review_event_{deed} BEFORE {deed} ON review_event{when}
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END
"""
_SQLITE_TRIGGERS = {
    "update": "",
    "delete": "\nWHEN OLD.at > datetime((SELECT max(at) FROM review_event), '-36 months')",
}
_FUNCTION = """\
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {when} THEN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END
$$
"""
_FUNCTIONS = {
    "review_event_kept": "true",
    "review_event_kept_while_young": "OLD.at > (SELECT max(at) FROM review_event) - interval '36 months'",
}
_TRIGGERS = {
    "review_event_update": ("UPDATE", "ROW", "review_event_kept"),
    "review_event_truncate": ("TRUNCATE", "STATEMENT", "review_event_kept"),
    "review_event_delete": ("DELETE", "ROW", "review_event_kept_while_young"),
}


def upgrade() -> None:
    op.create_table(
        "following_subscriber",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("token_hash", sa.String(64), unique=True, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(64), unique=True, nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
    )
    op.create_table(
        "review_draft",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("person", sa.String(64), index=True, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("slug", sa.String(80), nullable=True),
        sa.Column("base", sa.String(71), nullable=True),
        sa.Column("proposal_id", sa.String(100), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.CheckConstraint("version >= 1", name="version_positive"),
    )
    op.create_table(
        "review_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(160), index=True, nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "review_guest_question",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("token_hash", sa.String(64), unique=True, nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("seal", sa.String(64), index=True, nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(80), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("asked_at", _TIME, index=True, nullable=False),
        sa.Column("expires_at", _TIME, index=True, nullable=False),
    )
    op.create_table(
        "review_notice",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person", sa.String(64), index=True, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.String(100), nullable=True),
        sa.Column("once", sa.String(160), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("read_at", _TIME, nullable=True),
        sa.UniqueConstraint("person", "once"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "review_position",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
    )
    op.create_table(
        "review_proposal",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("author", sa.String(64), index=True, nullable=False),
        sa.Column("editor", sa.String(64), nullable=True),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("base", sa.String(71), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=True),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("organisations", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submission", sa.String(64), unique=True, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.CheckConstraint("rounds >= 1", name="rounds_positive"),
        sa.CheckConstraint(
            "state IN ('submitted', 'changes_requested', 'approved', 'published', 'declined', 'withdrawn')",
            name="state_known",
        ),
        sa.CheckConstraint("(state = 'published') = (ver IS NOT NULL)", name="version_when_published"),
        sa.Index(None, "kind", "slug"),
        sa.Index(None, "state", "changed_at"),
    )
    op.create_table(
        "following_subscription",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "subscriber_id",
            sa.String(64),
            sa.ForeignKey("following_subscriber.id", ondelete="CASCADE"),
            index=True,
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(64), unique=True, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("rhythm", sa.String(16), nullable=False),
        sa.Column("asked_at", _TIME, index=True, nullable=False),
        sa.Column("confirmed_at", _TIME, nullable=True),
        sa.Column("due_at", _TIME, index=True, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
    )
    op.create_table(
        "review_approval",
        sa.Column(
            "proposal_id", sa.String(100), sa.ForeignKey("review_proposal.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("round", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("pseudonym", sa.String(63), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "review_draft_file",
        sa.Column("draft_id", sa.String(36), sa.ForeignKey("review_draft.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "review_message",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("review_notice.id", ondelete="CASCADE"), nullable=False),
        sa.Column("token", sa.String(36), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, index=True, nullable=True),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("failure", sa.String(64), nullable=False),
        sa.CheckConstraint("(due_at IS NULL) = (outcome <> '')", name="over_or_due"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "review_remark",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "proposal_id",
            sa.String(100),
            sa.ForeignKey("review_proposal.id", ondelete="CASCADE"),
            index=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("field", sa.String(120), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("resolved_at", _TIME, nullable=True),
        sa.Column("resolved_by", sa.String(64), nullable=True),
    )
    op.create_table(
        "review_round",
        sa.Column(
            "proposal_id", sa.String(100), sa.ForeignKey("review_proposal.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("writer", sa.String(64), nullable=False),
        sa.Column("pseudonym", sa.String(63), nullable=False),
        sa.Column("wrote", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("base", sa.String(71), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for deed, when in _SQLITE_TRIGGERS.items():
            op.execute(_SQLITE.format(deed=deed, when=when))
    elif op.get_bind().dialect.name == "postgresql":
        for name, when in _FUNCTIONS.items():
            op.execute(_FUNCTION.format(name=name, when=when))
        for name, (deed, each, function) in _TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON review_event FOR EACH {each} EXECUTE FUNCTION {function}()"
            )


def downgrade() -> None:
    for table in (
        "review_round",
        "review_remark",
        "review_message",
        "review_draft_file",
        "review_approval",
        "following_subscription",
        "review_proposal",
        "review_position",
        "review_notice",
        "review_guest_question",
        "review_event",
        "review_draft",
        "following_subscriber",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in _FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
