"""Which files belong to which held statement, which of them are here, and who could not give them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Column, ForeignKey, Index, Integer, String
from sqlmodel import Field, UTCDateTime

from app.database import Table
from app.database.table import EnumText
from app.federation.columns import IssuerText
from app.federation.issuer import Issuer


class FileState(StrEnum):
    """What has become of a file that a statement names.

    `wanted`: it is not here yet. `held`: its bytes are in the store. `refused`: it exceeds a limit and is never asked
    for. `dropped`: its statement is not kept any more; the row goes with the bytes that nobody else needs.
    """

    WANTED = "wanted"
    HELD = "held"
    REFUSED = "refused"
    DROPPED = "dropped"


class FileRow(Table, table=True):
    """A file as a held statement names it. `picture` is the ending of the kind of picture that the bytes are, or empty.

    Only rows of the newest version of a visible record are fetched; those of the version before stay as they are.
    """

    __tablename__: ClassVar[str] = "federation_file"
    __table_args__ = (Index(None, "origin", "record_id", "ver"), Index(None, "sha256"), Index(None, "state", "origin"))

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False))
    record_id: str = Field(sa_column=Column(String(36), nullable=False))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    name: str = Field(sa_column=Column(String(100), nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    state: FileState = Field(sa_column=Column(EnumText(FileState, 16), nullable=False))
    picture: str = Field(default="", sa_column=Column(String(8), nullable=False))


class AttemptRow(Table, table=True):
    """A peer that did not give a file: how often, why the last time, and when to ask it again.

    By peer, so that one that sends nonsense keeps nobody from asking another.
    """

    __tablename__: ClassVar[str] = "federation_file_attempt"

    file_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("federation_file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    peer: Issuer = Field(sa_column=Column(IssuerText(), primary_key=True))
    tries: int = Field(sa_column=Column(Integer, nullable=False))
    reason: str = Field(sa_column=Column(String(32), nullable=False))
    next_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
