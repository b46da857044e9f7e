"""Tables of subscribers and subscriptions."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Column, ForeignKey, Integer, String, Text
from sqlmodel import Field, UTCDateTime

from app.database import EnumText, JsonText, Table


class What(StrEnum):
    """The kinds of things that somebody can follow."""

    SEARCH = "search"
    RECORD = "record"
    MEMO = "memo"


BETWEEN = timedelta(minutes=10)
"""Minimum interval between messages sent at once: at most six an hour, however much is published."""
MAX_REST = timedelta(days=8)
"""No message is due later than this; a later time was stored while the machine's clock was wrong."""
_MORNING = time(6)
_MONDAY = 0


class Rhythm(StrEnum):
    """How often messages about a subscription are sent."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"

    def next_after(self, now: datetime, zone: tzinfo) -> datetime:
        """Return when the next message may be sent: in ten minutes, at six the next morning, or at six next Monday."""
        if self is Rhythm.AT_ONCE:
            return now + BETWEEN
        day = now.astimezone(zone).date() + timedelta(days=1)
        while self is Rhythm.WEEKLY and day.weekday() != _MONDAY:
            day += timedelta(days=1)
        return datetime.combine(day, _MORNING, zone).astimezone(UTC)


class Subscriber(Table, table=True):
    """A subscriber's e-mail address; the row is deleted with its last subscription.

    `address` is encrypted, `seal` its keyed hash, `mailbox` that of its mailbox, "" in rows of earlier releases.
    `token_hash` is the SHA-256 of the secret in the link to all subscriptions, which is stored nowhere.
    """

    __tablename__: ClassVar[str] = "following_subscriber"

    id: str = Field(sa_column=Column(String(64), primary_key=True))
    token_hash: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    address: str = Field(sa_column=Column(Text, nullable=False))
    seal: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    mailbox: str = Field(default="", sa_column=Column(String(64), nullable=False, server_default=""))
    lang: str = Field(sa_column=Column(String(2), nullable=False))


class Subscription(Table, table=True):
    """One confirmed subscription.

    `target` is a search as `FollowedSearch.written`, the id of a record, or the encrypted token of a memo; `mark` is a
    keyed hash by which equal targets are recognised. The catalogue was read up to `seq` of its `generation`; `sent`
    lists the records reported, each as its uid, a space and the version.
    """

    __tablename__: ClassVar[str] = "following_subscription"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    subscriber_id: str = Field(
        sa_column=Column(
            String(64), ForeignKey("following_subscriber.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    what: What = Field(sa_column=Column(EnumText(What, 16), nullable=False))
    target: str = Field(sa_column=Column(Text, nullable=False))
    mark: str = Field(sa_column=Column(String(64), nullable=False))
    lang: str = Field(sa_column=Column(String(2), nullable=False))
    rhythm: Rhythm = Field(sa_column=Column(EnumText(Rhythm, 16), nullable=False))
    asked_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    confirmed_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    due_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
    sent: tuple[str, ...] = Field(sa_column=Column(JsonText(tuple, list), nullable=False))
