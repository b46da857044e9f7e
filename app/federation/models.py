# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of what this node hands on, which follow the catalogue, and of own versions that it lacks."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Index, Integer, String, Text
from sqlmodel import Field, UTCDateTime

from app.db import Table


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
    state: str = Field(sa_column=Column(String(16), nullable=False))
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


class LostRow(Table, table=True):
    """A verified statement of this node about a version that it does not have (any more).

    `path` is the folder of the record, empty where this node does not know its kind. `via` is the node that gave the
    statement at `found_at`. For the values of `state` see `LostState`.
    """

    __tablename__: ClassVar[str] = "federation_lost"

    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    ver: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    digest: str = Field(sa_column=Column(String(71), primary_key=True))
    path: str = Field(sa_column=Column(String(200), nullable=False))
    state: str = Field(sa_column=Column(String(16), nullable=False))
    via: str = Field(sa_column=Column(String(200), nullable=False))
    found_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    jws: str = Field(sa_column=Column(Text, nullable=False))
