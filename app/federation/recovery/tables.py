# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of own versions that others hold and this node lacks."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Integer, String, Text
from sqlmodel import Field, UTCDateTime

from app.db import Table


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
