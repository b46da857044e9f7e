"""Other nodes, and what is held of their lists."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Boolean, Column, Dialect, Index, Integer, String, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, UTCDateTime

from app.database import Table
from app.database.table import EnumText, JsonText
from app.federation.issuer import Issuer

CONFIRMED_FOR = timedelta(days=7)
"""How long a list counts as confirmed: the lifetime of a timestamp."""
HIDDEN_AFTER = timedelta(days=30)
FORGOTTEN_AFTER = timedelta(days=90)
"""Counted from the last confirmation."""

EQUIVOCATION = "equivocation"
"""The error of a node that has signed two lists under one number."""


class IssuerText(TypeDecorator[Issuer]):
    """A node by its address. None is kept as ""."""

    impl = String
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(200)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:  # noqa: ARG002 - as SQLAlchemy calls it
        return lambda issuer: issuer.address if issuer else ""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the same
        return lambda address: Issuer(address) if address else None


class NodeState(StrEnum):
    """What the operator decided about a node."""

    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"


class Freshness(StrEnum):
    """How long ago a node last confirmed its list; `silent` records are hidden, those of one that is `gone` deleted."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    SILENT = "silent"
    GONE = "gone"


class Node(Table, table=True):
    """A node whose list is read, how the last attempts went, and how far its list was taken in.

    `root` is the SHA-256 of the first root that is trusted. `association` is the node whose members list names it,
    None where the operator entered it. `organisations`: what it says about organisations counts here. `mirror`: lists
    of others may be fetched from it. `trusted`: it is an association whose members are read too. `official_keys`, with
    blanks between, are those for which lists of members let it speak, None where no list names it. `list_version` and
    `list_sha256` name the newest valid list, `confirmed_until` is
    when that runs out, and `taken` has the number up to which each part of it was taken in.
    """

    __tablename__: ClassVar[str] = "federation_node"
    __table_args__ = (Index(None, "origin", unique=True),)

    issuer: Issuer = Field(sa_column=Column("address", IssuerText(), primary_key=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False))
    name: str = Field(default="", sa_column=Column(String(300), nullable=False))
    root: str = Field(sa_column=Column(String(64), nullable=False))
    association: Issuer | None = Field(default=None, sa_column=Column(IssuerText(), nullable=False))
    organisations: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    mirror: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    trusted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    official_keys: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    state: NodeState = Field(sa_column=Column(EnumText(NodeState, 16), nullable=False))
    daily_new: int = Field(sa_column=Column(Integer, nullable=False))
    added_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    next_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    lease: str = Field(default="", sa_column=Column(String(32), nullable=False))
    lease_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    failures: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    tried_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    succeeded_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    error: str = Field(default="", sa_column=Column(String(300), nullable=False))
    list_version: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    list_sha256: str = Field(default="", sa_column=Column(String(64), nullable=False))
    confirmed_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    freshness: Freshness = Field(default=Freshness.CONFIRMED, sa_column=Column(EnumText(Freshness, 16), nullable=False))
    taken: dict[str, int] = Field(default_factory=dict, sa_column=Column(JsonText(dict, dict), nullable=False))

    @property
    def confirmed_at(self) -> datetime | None:
        """Return when the node last confirmed its list."""
        return self.confirmed_until - CONFIRMED_FOR if self.confirmed_until else None

    @property
    def visible(self) -> bool:
        """Tell whether readers see anything of it."""
        return self.state is not NodeState.BLOCKED and self.freshness in (Freshness.CONFIRMED, Freshness.UNCONFIRMED)

    def freshness_at(self, now: datetime) -> Freshness:
        """Return how fresh its list is at a moment; before the first list it counts from when the node was added."""
        since = now - (self.confirmed_at or self.added_at)
        if since <= CONFIRMED_FOR:
            return Freshness.CONFIRMED
        if since <= HIDDEN_AFTER:
            return Freshness.UNCONFIRMED
        return Freshness.SILENT if since <= FORGOTTEN_AFTER else Freshness.GONE


class ForeignRecord(Table, table=True):
    """The version of another node's record that its newest valid list names.

    `target` is the SHA-256 by which the list names it. `hidden`: a moderator took it out of sight. `first_at` is when
    the first version came in, `received_at` when this one did.
    """

    __tablename__: ClassVar[str] = "federation_record"
    __table_args__ = (Index(None, "origin", "slug"),)

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    slug: str = Field(sa_column=Column(String(80), nullable=False))
    withdrawn: bool = Field(sa_column=Column(Boolean, nullable=False))
    hidden: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    target: str = Field(sa_column=Column(String(64), nullable=False))
    first_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    received_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    published_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    payload: str = Field(sa_column=Column(Text, nullable=False))


class Quarantined(Table, table=True):
    """A target of a list set aside for `reason` (a code, about `detail`), until the list names another there."""

    __tablename__: ClassVar[str] = "federation_quarantine"

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    path: str = Field(sa_column=Column(String(100), primary_key=True))
    target: str = Field(sa_column=Column(String(64), nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    reason: str = Field(sa_column=Column(String(32), nullable=False))
    detail: str = Field(sa_column=Column(String(300), nullable=False))


class ModerationEntry(Table, table=True):
    """Who took what out of sight or brought it back, and why. `actor` is the opaque name of a person, or `operator`."""

    __tablename__: ClassVar[str] = "federation_moderation"

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    actor: str = Field(sa_column=Column(String(80), nullable=False))
    action: str = Field(sa_column=Column(String(16), nullable=False))
    object: str = Field(sa_column=Column(String(300), nullable=False))
    reason: str = Field(sa_column=Column(String(500), nullable=False))
