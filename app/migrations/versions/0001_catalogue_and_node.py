# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The catalogue, the search beside it, kept memos, and what the node does by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "catalogue"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "catalogue_cursor",
        sa.Column("source", sa.String(255), primary_key=True),
        sa.Column("position", sa.String(255), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
    )
    op.create_table(
        "catalogue_text",
        sa.Column("digest", sa.String(71), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
    )
    op.create_table(
        "catalogue_version",
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("origin", sa.String(255), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=True),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(71), index=True, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("problems", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('published', 'withdrawn', 'broken', 'hidden')", name="state_known"),
        sa.CheckConstraint("ver >= 1", name="ver_positive"),
        sa.UniqueConstraint("origin", "kind", "slug", "ver"),
        sa.UniqueConstraint("origin", "record_id", "ver"),
        sa.Index(None, "origin", "seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "catalogue_vocabulary",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
    )
    op.create_table(
        "kickoff_memo",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, index=True, nullable=False),
    )
    op.create_table(
        "node_duty",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("lease", sa.String(32), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
    )
    op.create_table(
        "node_last_result",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("tried_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("reason", sa.String(64), nullable=False),
    )
    op.create_table(
        "node_writer",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("machine", sa.String(100), nullable=False),
        sa.Column("until", _TIME, nullable=False),
    )
    op.create_table(
        "search_meaning",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
    )
    op.create_table(
        "search_neighbour",
        sa.Column("uid", sa.String(320), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("other", sa.String(320), index=True, nullable=False),
        sa.Column("twin", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("digest", sa.String(71), nullable=False, server_default=""),
    )
    op.create_table(
        "search_passage",
        sa.Column("uid", sa.String(320), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("part", sa.String(120), nullable=False),
        sa.Column("key", sa.LargeBinary(32), index=True, nullable=False),
    )
    op.create_table(
        "search_vector",
        sa.Column("key", sa.LargeBinary(32), primary_key=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "survey_facts",
        sa.Column("uid", sa.String(320), primary_key=True),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for table in (
        "survey_facts",
        "search_vector",
        "search_passage",
        "search_neighbour",
        "search_meaning",
        "node_writer",
        "node_last_result",
        "node_duty",
        "kickoff_memo",
        "catalogue_vocabulary",
        "catalogue_version",
        "catalogue_text",
        "catalogue_cursor",
    ):
        op.drop_table(table)
