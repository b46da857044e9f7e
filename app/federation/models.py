"""Tables of what this node hands on, which follow the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Dialect, Index, Integer, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, UTCDateTime

from app.catalogue import State
from app.database import Table
from app.database.table import EnumText
from app.federation.issuer import Issuer


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
