# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of notices, the messages that carry them by e-mail, and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlmodel import Field, UTCDateTime

from app.db import Table


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
