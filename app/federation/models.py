"""Tables of what this node hands on, which follow the catalogue, and of own versions that it lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import Column, Dialect, Index, Integer, String, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, UTCDateTime

from app.catalogue import State
from app.database import Table
from app.database.table import EnumText
from app.federation.issuer import Issuer
from app.federation.jose import KeySet
from app.federation.statement import Statement, receive


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


class KeySetText(TypeDecorator[KeySet]):
    """Public keys, kept as a JWK set."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: KeySet | None, dialect: Dialect) -> str:  # noqa: ARG002 - as SQLAlchemy calls it
        """Return what is stored."""
        return json.dumps((value or KeySet()).as_jwks())

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the same
        return _keys


@lru_cache(maxsize=1024)
def _keys(packed: str | None) -> KeySet:
    return KeySet.from_jwks(json.loads(packed)) if packed else KeySet()


class ItemRow(Table, table=True):
    """The newest good version of one record, withdrawals included: what others are offered.

    `seq` is that version's change number in the catalogue. `stamped_at` is when this node took it in; it never
    falls while `seq` rises. `origin` is empty for this node's own records.
    """

    __tablename__: ClassVar[str] = "federation_item"

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    seq: int = Field(sa_column=Column(Integer, nullable=False, unique=True))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    state: State = Field(sa_column=Column(EnumText(State, 16), nullable=False))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    stamped_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class TopicRow(Table, table=True):
    """A topic that some version of a record had. It stays when the record loses the topic.

    Whoever follows a topic then still learns of every later version, and of the withdrawal.
    """

    __tablename__: ClassVar[str] = "federation_topic"
    __table_args__ = (Index(None, "topic"),)

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    topic: str = Field(sa_column=Column(String(80), primary_key=True))


class ItemPositionRow(Table, table=True):
    """How far the catalogue has been read: one row. `stamped_at` is the time given to the last change."""

    __tablename__: ClassVar[str] = "federation_position"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
    stamped_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class LostVersion(Table, table=True):
    """An own version that others hold and this node lacks, as it was signed here: `jws`, which has been verified.

    `path` is the folder of the record, empty where this node does not know its kind. `via` is the node that gave the
    statement at `found_at`. An earlier release wrote other words into `state`.
    """

    __tablename__: ClassVar[str] = "federation_lost"

    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    ver: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    digest: str = Field(sa_column=Column(String(71), primary_key=True))
    path: str = Field(sa_column=Column(String(200), nullable=False))
    state: str = Field(default="lost", sa_column=Column(String(16), nullable=False))
    via: Issuer = Field(sa_column=Column(IssuerText(), nullable=False))
    found_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    jws: str = Field(sa_column=Column(Text, nullable=False))

    @property
    def statement(self) -> Statement:
        """Return what it says. It was verified when it came in, and nobody but this program writes to the table."""
        return receive(self.jws).claimed
