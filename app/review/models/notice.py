"""What people are told, the messages that carry it by e-mail, the audit log, and how far the catalogue was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlmodel import Field, UTCDateTime

from app.database import EnumText, JsonText, Table

_PARAMS = JsonText(dict, lambda params: dict(sorted(params.items())))


class NoticeKind(StrEnum):
    """What happened.

    Of a record that somebody should look at again, `REVIEW_DUE` goes to those who may say that it still holds, and
    `REVIEW_WANTED` to the others who wrote it. `CONFIRM_ADDRESS` and `DIGEST` go to people
    without an account.
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
    DIGEST = "digest"


ABOUT_RECORDS = frozenset(
    {
        NoticeKind.PUBLISHED,
        NoticeKind.RECORD_WITHDRAWN,
        NoticeKind.REVIEW_DUE,
        NoticeKind.REVIEW_WANTED,
        NoticeKind.ANSWERED,
        NoticeKind.RESPONDED,
        NoticeKind.RESPONDED_ELSEWHERE,
    }
)
"""After these, one goes on at the page of the record; after all others, at the proposal."""


class Notice(Table, table=True):
    """One line on a person's page. `params` hold title, kind, slug and what else the wording needs.

    `once` names what must be told one time only.
    """

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
    """An e-mail on its way. The address is looked up when it is sent, so that none is kept here.

    `due_at` is when to try (again), None when it is over; `outcome` is "" until then, and what
    became of it, such as "sent"; `failure` the code of the last attempt's error.
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


class AuditEvent(Table, table=True):
    """Who (`person`, an opaque id, empty for the node itself) did what (`action`) to what (`subject`), when.

    `subject` is a proposal's id or a record as `<kind>/<slug>`; `params` hold codes and numbers, never free text.
    Triggers refuse to change or delete a line.
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
    """How far the reader `name` has read; the change number is void once the catalogue has another generation."""

    __tablename__: ClassVar[str] = "review_position"

    name: str = Field(sa_column=Column(String(32), primary_key=True))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
