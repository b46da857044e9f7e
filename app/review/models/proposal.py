"""A proposal with its revisions, its approvals and its discussion."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

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
from sqlmodel import Field, UTCDateTime

from app.database import EnumText, JsonText, Table
from app.records.problem import Problem, Severity
from app.records.record import StoredFile
from app.review.model.submission import Via
from app.review.model.workflow import ProposalState
from app.review.text.record_text import RecordText

_STATES = ", ".join(f"'{state.value}'" for state in ProposalState if state is not ProposalState.DRAFT)


class Purpose(StrEnum):
    """What a proposal changes. All but NEW and EDIT are published at once by those who may."""

    NEW = "new"
    EDIT = "edit"
    WITHDRAWAL = "withdrawal"
    RESTORATION = "restoration"
    CONFIRMATION = "confirmation"
    STILL_TRUE = "still_true"
    RESPONSE = "response"


AT_ONCE = frozenset(Purpose) - {Purpose.NEW, Purpose.EDIT}
"""What nobody reviews."""


class RemarkKind(StrEnum):
    """What a remark is for."""

    COMMENT = "comment"
    CHANGE_REQUEST = "change_request"
    DECLINE = "decline"


def _problem(entry: dict[str, Any]) -> Problem:
    return Problem(**{**entry, "severity": Severity(entry["severity"])})


def _entry(value: StoredFile | Problem) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


_NAMES = JsonText(tuple, list)
_FILES = JsonText(lambda found: tuple(StoredFile(**entry) for entry in found), lambda files: list(map(_entry, files)))
_PROBLEMS = JsonText(lambda found: tuple(map(_problem, found)), lambda problems: list(map(_entry, problems)))


def _proposal_key(*, primary: bool = False) -> Column[str]:
    reference = ForeignKey("review_proposal.id", ondelete="CASCADE")
    return Column(String(100), reference, primary_key=primary, nullable=False)


class Proposal(Table, table=True):
    """One proposal. `author` is the id of the person who sent it first, empty for the seed.

    `kind` and `slug` name the record, `record_id` is its identifier; `topics`, `regions` (states such as "HE") and
    `organisations` say who looks after it. `digest` and `base` are those of the newest of its `rounds` revisions.
    `editor` is who took it over last, `ver` the published version, once it is one. `submission` is the SHA-256 of what
    made the sending unique, so that sending twice gives one proposal.
    """

    __tablename__: ClassVar[str] = "review_proposal"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("(state = 'published') = (ver IS NOT NULL)", name="version_when_published"),
        CheckConstraint("rounds >= 1", name="rounds_positive"),
        Index("ix_review_proposal_state_changed_at", "state", "changed_at"),
        Index("ix_review_proposal_kind_slug", "kind", "slug"),
        UniqueConstraint("submission"),
    )

    id: str = Field(sa_column=Column(String(100), primary_key=True))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    slug: str = Field(sa_column=Column(String(80), nullable=False))
    record_id: str = Field(default="", sa_column=Column(String(36), nullable=False))
    title: str = Field(default="", sa_column=Column(String(200), nullable=False))
    purpose: Purpose = Field(sa_column=Column(EnumText(Purpose, 16), nullable=False))
    via: Via = Field(default=Via.FORM, sa_column=Column(EnumText(Via, 16), nullable=False))
    state: ProposalState = Field(
        default=ProposalState.SUBMITTED, sa_column=Column(EnumText(ProposalState, 24), nullable=False)
    )
    author: str = Field(default="", sa_column=Column(String(64), nullable=False, index=True))
    editor: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    digest: str = Field(default="", sa_column=Column(String(71), nullable=False))
    base: str | None = Field(default=None, sa_column=Column(String(71), nullable=True))
    rounds: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    ver: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    topics: tuple[str, ...] = Field(default=(), sa_column=Column(_NAMES, nullable=False))
    regions: tuple[str, ...] = Field(default=(), sa_column=Column(_NAMES, nullable=False))
    organisations: tuple[str, ...] = Field(default=(), sa_column=Column(_NAMES, nullable=False))
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    submission: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    created_at: datetime = Field(default=None, sa_column=Column(UTCDateTime(), nullable=False))
    changed_at: datetime = Field(default=None, sa_column=Column(UTCDateTime(), nullable=False))

    @property
    def is_new(self) -> bool:
        return self.purpose is Purpose.NEW


class Revision(Table, table=True):
    """One text of a proposal: `text` is its `index.md`; `number` counts from 1.

    `writer` is the id of the person who brought it and `pseudonym` their name in the published history. `digest`
    identifies the text, `base` the version it was made from. `wrote` is False where nothing but published or proposed
    words were chosen.
    """

    __tablename__: ClassVar[str] = "review_round"

    proposal_id: str = Field(default="", sa_column=_proposal_key(primary=True))
    number: int = Field(default=0, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    writer: str = Field(sa_column=Column(String(64), nullable=False))
    pseudonym: str = Field(sa_column=Column(String(63), nullable=False))
    wrote: bool = Field(default=True, sa_column=Column(Boolean, nullable=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    base: str | None = Field(default=None, sa_column=Column(String(71), nullable=True))
    text: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    files: tuple[StoredFile, ...] = Field(sa_column=Column(_FILES, nullable=False))
    problems: tuple[Problem, ...] = Field(sa_column=Column(_PROBLEMS, nullable=False))
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))

    @property
    def record_text(self) -> RecordText:
        """The text by its fields, its files by their hashes; raises FrontMatterError."""
        return RecordText.parsed(self.text, {file.name: file.sha256 for file in self.files})

    def is_joined_by(self, following: Revision | None) -> bool:
        """Tell whether this is a text as it came, and the next one brings it together with what others wrote."""
        mine = (self.writer, self.at)
        return following is not None and not following.wrote and (following.writer, following.at) == mine


class Approval(Table, table=True):
    """Somebody stands for the text of revision `round`; `pseudonym` is what the commit will carry."""

    __tablename__: ClassVar[str] = "review_approval"

    proposal_id: str = Field(sa_column=_proposal_key(primary=True))
    round: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    person: str = Field(sa_column=Column(String(64), primary_key=True))
    pseudonym: str = Field(sa_column=Column(String(63), nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class Remark(Table, table=True):
    """Something said about a proposal: on `field` ("lessons", "body.problem"), or on the whole where it is empty."""

    __tablename__: ClassVar[str] = "review_remark"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    proposal_id: str = Field(sa_column=_proposal_key())
    kind: RemarkKind = Field(sa_column=Column(EnumText(RemarkKind, 16), nullable=False))
    field: str = Field(sa_column=Column(String(120), nullable=False))
    person: str = Field(sa_column=Column(String(64), nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    round: int = Field(sa_column=Column(Integer, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    resolved_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    resolved_by: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))

    __table_args__ = (Index("ix_review_remark_proposal_id", "proposal_id"),)
