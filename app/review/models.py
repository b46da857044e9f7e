"""The tables of review. Callers get rows as values; rows change only in a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import uuid4

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
from sqlalchemy.orm import deferred, relationship
from sqlmodel import Field, Relationship, UTCDateTime

from app.database import EnumText, JsonText, Table
from app.records.json_value import JsonValue, thaw
from app.records.problem import Problem, Severity
from app.records.record import StoredFile
from app.review.submission import Via
from app.review.text.record_text import RecordText
from app.review.workflow import ProposalState


class ConfirmationPurpose(StrEnum):
    """What a confirmation is for."""

    QUESTION = "question"
    SUBSCRIPTION = "subscription"
    STILL_TRUE = "still_true"


class Confirmation(Table, table=True):
    """A request waiting for its confirmation; `wanted` is the request in the form of its purpose.

    `address` is encrypted, and None once it is no longer needed. `seal` is the keyed hash of its mailbox, used to count
    messages per mailbox. `token_hash` is the SHA-256 of the secret in the link, which is not stored.
    """

    __tablename__: ClassVar[str] = "review_confirmation"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    purpose: ConfirmationPurpose = Field(sa_column=Column(EnumText(ConfirmationPurpose, 16), nullable=False))
    token_hash: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    address: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    seal: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    lang: str = Field(sa_column=Column(String(2), nullable=False))
    wanted: Mapping[str, Any] = Field(sa_column=Column(JsonText(dict, dict), nullable=False))
    asked_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))


class DraftOrigin(StrEnum):
    """What a draft was started from."""

    EMPTY = "empty"
    EDIT = "edit"
    RECORD = "record"
    MEMO = "memo"
    DOCUMENT = "document"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent(RecordText):
    """Everything typed so far and the step of the form; `extra` is the form's own data, such as imported paragraphs."""

    reason: str = ""
    step: str = ""
    extra: Mapping[str, JsonValue] = field(default_factory=dict)

    def entries(self) -> dict[str, JsonValue]:
        """Return all of it as JSON; files are stored separately."""
        return {
            "front": thaw(self.front),
            "sections": dict(self.sections),
            "reason": self.reason,
            "step": self.step,
            "extra": thaw(self.extra),
        }


_CONTENT = JsonText(lambda entries: DraftContent(**entries), DraftContent.entries)


_BYTES = Column("data", LargeBinary, nullable=False)


class DraftFile(Table, table=True):
    """A file of a draft, deleted with it; `size` in bytes, `sha256` in hex. Bytes are loaded on access in a session."""

    __tablename__: ClassVar[str] = "review_draft_file"
    __mapper_args__: ClassVar[dict[str, Any]] = {"properties": {"data": deferred(_BYTES)}}

    draft_id: str = Field(
        sa_column=Column(String(36), ForeignKey("review_draft.id", ondelete="CASCADE"), primary_key=True)
    )
    name: str = Field(sa_column=Column(String(100), primary_key=True))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    data: bytes = Field(sa_column=_BYTES)


class Draft(Table, table=True):
    """One draft. `version` rises with each save; pass it when saving, so that a second window is noticed.

    `slug`, `base` (digest) and `proposal_id` say what it edits: nothing (a new record), a published record, or an open
    proposal, whose newest revision then was `round`.
    """

    __tablename__: ClassVar[str] = "review_draft"
    __table_args__ = (CheckConstraint("version >= 1", name="version_positive"),)

    id: str = Field(default_factory=lambda: str(uuid4()), sa_column=Column(String(36), primary_key=True))
    person: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    origin: DraftOrigin = Field(sa_column=Column(EnumText(DraftOrigin, 16), nullable=False))
    slug: str | None = Field(default=None, sa_column=Column(String(80), nullable=True))
    base: str | None = Field(default=None, sa_column=Column(String(71), nullable=True))
    proposal_id: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    round: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    content: DraftContent = Field(sa_column=Column(_CONTENT, nullable=False))
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(default=None, sa_column=Column(UTCDateTime(), nullable=False))
    changed_at: datetime = Field(default=None, sa_column=Column(UTCDateTime(), nullable=False))
    files: list[DraftFile] = Relationship(
        sa_relationship=relationship(DraftFile, order_by=DraftFile.name, lazy="selectin", viewonly=True)
    )

    @property
    def title(self) -> str:
        """Return the title typed so far, or ""."""
        value = self.content.front.get("title")
        return value if isinstance(value, str) else ""

    @property
    def hashes(self) -> dict[str, str]:
        return {file.name: file.sha256 for file in self.files}

    @property
    def text(self) -> RecordText:
        """Return the text so far, with the hashes of its files."""
        return RecordText(front=self.content.front, sections=self.content.sections, files=self.hashes)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSavedElsewhere:
    """Nothing was saved: another window has saved the draft meanwhile; `current` is the stored draft."""

    current: Draft


_STATES = ", ".join(f"'{state.value}'" for state in ProposalState if state is not ProposalState.DRAFT)


class Purpose(StrEnum):
    """What a proposal does. All but NEW and EDIT are published at once by those who may."""

    NEW = "new"
    EDIT = "edit"
    WITHDRAWAL = "withdrawal"
    RESTORATION = "restoration"
    CONFIRMATION = "confirmation"
    STILL_TRUE = "still_true"
    RESPONSE = "response"
    ANSWER = "answer"


UNREVIEWED = frozenset(Purpose) - {Purpose.NEW, Purpose.EDIT}
"""Purposes that are published without review."""


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
    `organisations` decide who is responsible for it. `digest` and `base` are those of the newest of its `rounds`
    revisions. `editor` is who took it over last, `ver` the version it was published as. `submission` is the SHA-256 of
    the submission's unique key, so that sending it twice gives one proposal.
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
    """One revision of a proposal: `text` is its `index.md`; `number` counts from 1.

    `writer` is the id of the person who sent it and `pseudonym` their name in the published history. `digest`
    identifies the text, `base` the version it is based on. `wrote` is False if it only chooses among words already
    published or proposed.
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
        """Return whether this is a text as it was sent, and the next revision merges it with what others wrote."""
        mine = (self.writer, self.at)
        return following is not None and not following.wrote and (following.writer, following.at) == mine


class Approval(Table, table=True):
    """Somebody's approval of revision `round`; `pseudonym` is their name in the commit."""

    __tablename__: ClassVar[str] = "review_approval"

    proposal_id: str = Field(sa_column=_proposal_key(primary=True))
    round: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    person: str = Field(sa_column=Column(String(64), primary_key=True))
    pseudonym: str = Field(sa_column=Column(String(63), nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class Remark(Table, table=True):
    """A remark on a proposal: on `field` ("lessons", "body.problem"), or on the whole if that is empty."""

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


_PARAMS = JsonText(dict, lambda params: dict(sorted(params.items())))


class NoticeKind(StrEnum):
    """The event that a notice is about.

    `REVIEW_DUE` goes to people who may confirm a record that should be checked again, `REVIEW_WANTED` to the others who
    wrote it. `CONFIRM_ADDRESS`, `DIGEST` and `STILL_TRUE` go to people without an account.
    """

    SUBMITTED = "submitted"
    COMMENTED = "commented"
    CHANGES_REQUESTED = "changes_requested"
    REVISED = "revised"
    TAKEN_OVER = "taken_over"
    APPROVED = "approved"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given_back"
    RECORD_WITHDRAWN = "record_withdrawn"
    REVIEW_DUE = "review_due"
    REVIEW_WANTED = "review_wanted"
    ANSWERED = "answered"
    RESPONDED = "responded"
    RESPONDED_ELSEWHERE = "responded_elsewhere"
    CONFIRM_ADDRESS = "confirm_address"
    ACCOUNT_UNUSED = "account_unused"
    SITE_SILENT = "site_silent"
    SITE_TWO_LISTS = "site_two_lists"
    WEBHOOK_STOPPED = "webhook_stopped"
    DIGEST = "digest"
    CORRECTION_ACCEPTED = "correction_accepted"
    CORRECTION_PARTLY = "correction_partly"
    CORRECTION_DECLINED = "correction_declined"
    REUSED_CHANGED = "reused_changed"
    REUSED_WITHDRAWN = "reused_withdrawn"
    PLAN_ENDS = "plan_ends"
    PLANNED_TOO = "planned_too"
    STILL_TRUE = "still_true"


ABOUT_RECORDS = frozenset(
    {
        NoticeKind.PUBLISHED,
        NoticeKind.RECORD_WITHDRAWN,
        NoticeKind.REVIEW_DUE,
        NoticeKind.REVIEW_WANTED,
        NoticeKind.ANSWERED,
        NoticeKind.RESPONDED,
        NoticeKind.RESPONDED_ELSEWHERE,
        NoticeKind.CORRECTION_ACCEPTED,
        NoticeKind.CORRECTION_PARTLY,
        NoticeKind.CORRECTION_DECLINED,
    }
)
"""Notices that link to the page of the record; all others link to the proposal."""


class Notice(Table, table=True):
    """One line on a person's page: `params` fill in its wording; `once` identifies an event to report only once."""

    __tablename__: ClassVar[str] = "review_notice"
    __table_args__ = (UniqueConstraint("person", "once"), {"sqlite_autoincrement": True})

    id: int = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    person: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    kind: NoticeKind = Field(sa_column=Column(EnumText(NoticeKind, 32), nullable=False))
    params: Mapping[str, str] = Field(sa_column=Column(_PARAMS, nullable=False))
    proposal_id: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    once: str | None = Field(default=None, sa_column=Column(String(160), nullable=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))


class Message(Table, table=True):
    """An outgoing e-mail. The address is looked up when it is sent, so that none is stored here.

    `due_at` is the time of the next attempt, None when finished; `outcome` is "" until then, and afterwards a code such
    as "sent"; `failure` is the code of the last attempt's error.
    """

    __tablename__: ClassVar[str] = "review_message"
    __table_args__ = (
        CheckConstraint("(due_at IS NULL) = (outcome <> '')", name="over_or_due"),
        Index("ix_review_message_due_at", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    notice_id: int = Field(
        sa_column=Column(Integer, ForeignKey("review_notice.id", ondelete="CASCADE"), nullable=False)
    )
    token: str = Field(sa_column=Column(String(36), nullable=False))
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    due_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    outcome: str = Field(sa_column=Column(String(16), nullable=False))
    failure: str = Field(sa_column=Column(String(64), nullable=False))


class Webhook(Table, table=True):
    """A program that is sent `events` by HTTP, as a notice to the person `webhook:<id>`.

    `as_text`: it gets one sentence instead of the event. No secret is stored: each is derived from the node's key, the
    id and `rotation`. Since `stopped_at`, nothing is sent to it because of `failure`, a code.
    """

    __tablename__: ClassVar[str] = "review_webhook"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    url: str = Field(sa_column=Column(Text, nullable=False))
    events: tuple[str, ...] = Field(sa_column=Column(_NAMES, nullable=False))
    as_text: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    rotation: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    stopped_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    failure: str = Field(default="", sa_column=Column(String(64), nullable=False))

    @property
    def address(self) -> str:
        """Return scheme and host, without the path, in which some programs put a secret."""
        return "/".join(self.url.split("/", 3)[:3])


class AuditEvent(Table, table=True):
    """Who (`person`, an opaque id, "" for the node itself) did what (`action`) to what (`subject`), and when.

    `subject` is a proposal's id or a record as `<kind>/<slug>`; `params` hold codes and numbers, never free text.
    Triggers prevent changing or deleting an entry.
    """

    __tablename__: ClassVar[str] = "review_event"
    __table_args__ = (Index("ix_review_event_subject", "subject"), {"sqlite_autoincrement": True})

    id: int = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    person: str = Field(sa_column=Column(String(64), nullable=False))
    action: str = Field(sa_column=Column(String(32), nullable=False))
    subject: str = Field(sa_column=Column(String(160), nullable=False))
    params: Mapping[str, str] = Field(sa_column=Column(_PARAMS, nullable=False))


class Position(Table, table=True):
    """The position up to which the reader `name` has read; invalid once the catalogue has another generation."""

    __tablename__: ClassVar[str] = "review_position"

    name: str = Field(sa_column=Column(String(32), primary_key=True))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
