# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of proposals, their rounds, approvals and remarks."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, UTCDateTime

from app.db import Table
from app.review.model.workflow import ProposalState

_STATES = ", ".join(f"'{state.value}'" for state in ProposalState if state is not ProposalState.DRAFT)


def _proposal_key(*, primary: bool = False) -> Column[str]:
    reference = ForeignKey("review_proposal.id", ondelete="CASCADE")
    return Column(String(100), reference, primary_key=primary, nullable=False)


class ProposalRow(Table, table=True):
    """One proposal. `author` and `editor` are opaque ids of persons.

    `topics`, `regions` and `organisations` are JSON lists.
    `submission` is the SHA-256 of what made the sending unique, so that sending twice gives one proposal.
    """

    __tablename__: ClassVar[str] = "review_proposal"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("(state = 'published') = (ver IS NOT NULL)", name="version_when_published"),
        CheckConstraint("rounds >= 1", name="rounds_positive"),
        Index("ix_review_proposal_state_changed_at", "state", "changed_at"),
        Index("ix_review_proposal_kind_slug", "kind", "slug"),
        Unique("submission"),
    )

    id: str = Field(sa_column=Column(String(100), primary_key=True))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    slug: str = Field(sa_column=Column(String(80), nullable=False))
    record_id: str = Field(sa_column=Column(String(36), nullable=False))
    title: str = Field(sa_column=Column(String(200), nullable=False))
    purpose: str = Field(sa_column=Column(String(16), nullable=False))
    via: str = Field(sa_column=Column(String(16), nullable=False))
    state: str = Field(sa_column=Column(String(24), nullable=False))
    author: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    editor: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    base: str | None = Field(default=None, sa_column=Column(String(71), nullable=True))
    rounds: int = Field(sa_column=Column(Integer, nullable=False))
    ver: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    topics: str = Field(sa_column=Column(Text, nullable=False))
    regions: str = Field(sa_column=Column(Text, nullable=False))
    organisations: str = Field(sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    submission: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    changed_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class RoundRow(Table, table=True):
    """One text of a proposal: `text` is `index.md`, `files` and `problems` are JSON lists.

    `pseudonym` is the writer's name in the published history.
    """

    __tablename__: ClassVar[str] = "review_round"

    proposal_id: str = Field(sa_column=_proposal_key(primary=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    writer: str = Field(sa_column=Column(String(64), nullable=False))
    pseudonym: str = Field(sa_column=Column(String(63), nullable=False))
    wrote: bool = Field(sa_column=Column(Boolean, nullable=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    base: str | None = Field(default=None, sa_column=Column(String(71), nullable=True))
    text: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    files: str = Field(sa_column=Column(Text, nullable=False))
    problems: str = Field(sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class ApprovalRow(Table, table=True):
    """Somebody stands for a round; `pseudonym` is what the commit will carry."""

    __tablename__: ClassVar[str] = "review_approval"

    proposal_id: str = Field(sa_column=_proposal_key(primary=True))
    round: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    person: str = Field(sa_column=Column(String(64), primary_key=True))
    pseudonym: str = Field(sa_column=Column(String(63), nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class RemarkRow(Table, table=True):
    """Something said about a proposal or one of its fields."""

    __tablename__: ClassVar[str] = "review_remark"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    proposal_id: str = Field(sa_column=_proposal_key())
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    field: str = Field(sa_column=Column(String(120), nullable=False))
    person: str = Field(sa_column=Column(String(64), nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    round: int = Field(sa_column=Column(Integer, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    resolved_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    resolved_by: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))

    __table_args__ = (Index("ix_review_remark_proposal_id", "proposal_id"),)
