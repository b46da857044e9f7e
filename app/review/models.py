# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tables of review."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import (
    UniqueConstraint as Unique,
)
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


class RevisionRow(Table, table=True):
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


class DraftRow(Table, table=True):
    """One draft; `content` is a JSON object, `version` rises with each saving."""

    __tablename__: ClassVar[str] = "review_draft"
    __table_args__ = (CheckConstraint("version >= 1", name="version_positive"),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    person: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    origin: str = Field(sa_column=Column(String(16), nullable=False))
    slug: str | None = Field(default=None, sa_column=Column(String(80), nullable=True))
    base: str | None = Field(default=None, sa_column=Column(String(71), nullable=True))
    proposal_id: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    round: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    content: str = Field(sa_column=Column(Text, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    changed_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class DraftFileRow(Table, table=True):
    """A file attached to a draft. It goes with the draft."""

    __tablename__: ClassVar[str] = "review_draft_file"

    draft_id: str = Field(
        sa_column=Column(String(36), ForeignKey("review_draft.id", ondelete="CASCADE"), primary_key=True)
    )
    name: str = Field(sa_column=Column(String(100), primary_key=True))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NoticeRow(Table, table=True):
    """What a person is told. `params` is a JSON object; `once` names what must be told one time only."""

    __tablename__: ClassVar[str] = "review_notice"
    __table_args__ = (UniqueConstraint("person", "once"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    person: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    kind: str = Field(sa_column=Column(String(32), nullable=False))
    params: str = Field(sa_column=Column(Text, nullable=False))
    proposal_id: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    once: str | None = Field(default=None, sa_column=Column(String(160), nullable=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))


class MessageRow(Table, table=True):
    """An e-mail on its way. The address is looked up when it is sent, so that none is kept here.

    `due_at` is when to try (again), None when it is over; `outcome` is "", "sent" or "no_address", `failure` the
    code of the last attempt's error.
    """

    __tablename__: ClassVar[str] = "review_message"
    __table_args__ = (
        CheckConstraint("(due_at IS NULL) = (outcome <> '')", name="over_or_due"),
        Index("ix_review_message_due_at", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    notice_id: int = Field(
        sa_column=Column(Integer, ForeignKey("review_notice.id", ondelete="CASCADE"), nullable=False)
    )
    token: str = Field(sa_column=Column(String(36), nullable=False))
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    due_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    outcome: str = Field(sa_column=Column(String(16), nullable=False))
    failure: str = Field(sa_column=Column(String(64), nullable=False))


class EventRow(Table, table=True):
    """One line of the audit log. Triggers refuse to change or delete it."""

    __tablename__: ClassVar[str] = "review_event"
    __table_args__ = (Index("ix_review_event_subject", "subject"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    person: str = Field(sa_column=Column(String(64), nullable=False))
    action: str = Field(sa_column=Column(String(32), nullable=False))
    subject: str = Field(sa_column=Column(String(160), nullable=False))
    params: str = Field(sa_column=Column(Text, nullable=False))


class PositionRow(Table, table=True):
    """How far the reader `name` has read; the change number is void once the catalogue has another generation."""

    __tablename__: ClassVar[str] = "review_position"

    name: str = Field(sa_column=Column(String(32), primary_key=True))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
