"""The table of the memos that somebody wished to keep."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, LargeBinary, String
from sqlmodel import Field, UTCDateTime

from app.database import Table


class MemoRow(Table, table=True):
    """One kept memo.

    Its link holds a token of which only the SHA-256 (hex) is stored, so that nobody can open a memo from a copy of the
    database alone. `document` is what `MemoFormat.to_json` writes. `asker` is the keyed hash of the network address it
    was saved from last, "" where all would look the same.
    """

    __tablename__: ClassVar[str] = "kickoff_memo"

    token_hash: str = Field(sa_column=Column(String(64), primary_key=True))
    document: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    saved_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    asker: str = Field(default="", sa_column=Column(String(64), nullable=False, server_default=""))
