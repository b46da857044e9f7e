"""Which files held statements name, which of them are here, and why others are not.

Statements' files are noted within the transaction that stores them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, Integer, String, select, update
from sqlmodel import Field, Session, UTCDateTime, col

from app.database import Sessions, Table, in_parts
from app.database.table import EnumText
from app.documents.limits import FILE_LIMIT
from app.federation.harvest.models import IssuerText
from app.federation.issuer import Issuer
from app.federation.statement import Statement, Status


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


MOST_FILES = 46
"""Files fetched of one record: as many as the schema of a concept lists (20 media, 20 templates, 6 translations)."""

PICTURES: Mapping[str, str] = MappingProxyType({"png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp"})
"""Endings of names, and the kind of picture that each promises."""


class FileReason(StrEnum):
    """Why a file is not here, beside the codes of a fetch that failed (`app.federation.fetching`).

    `file_size`, `file_hash`: the bytes are not those that the statement names. `origin_full`: its origin has as many
    bytes here as it may have. `no_space`: the disk has no room, or could not be written to. `too_large`, `too_many`: a
    limit for files is exceeded, so nobody is asked.
    """

    SIZE = "file_size"
    HASH = "file_hash"
    ORIGIN_FULL = "origin_full"
    NO_SPACE = "no_space"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """A file to ask for."""

    id: int
    origin: str
    record_id: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file of another node's record that is here. `is_picture`: its bytes are the picture that its name promises."""

    name: str
    size: int
    sha256: str
    is_picture: bool


@dataclass(slots=True)
class FileTally:
    """What became of files in one run. `reasons` counts those asked for in vain, `missing` all that are not here.

    `interrupted`: time was up and more could be asked for.
    """

    arrived: int = 0
    size: int = 0
    missing: int = 0
    interrupted: bool = False
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def findings(self) -> bool:
        """Tell whether something needs the operator's eyes: wrong bytes, or no room for them."""
        serious = {FileReason.SIZE, FileReason.HASH, FileReason.ORIGIN_FULL, FileReason.NO_SPACE}
        return bool(serious & self.reasons.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCounts:
    """The files of one origin: how many are here with how many bytes, and how many are missing, with the reasons.

    A file that several peers could not give counts once for each reason; one nobody was asked for yet has none.
    """

    held: int = 0
    size: int = 0
    missing: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


def note_files(db: Session, statements: Iterable[tuple[str, Statement]]) -> None:
    """Add a row for every file of these versions, each given with its origin.

    What is in the store already, be it for another version or another node, is held at once.
    """
    named = [
        (origin, statement, place, file)
        for origin, statement in statements
        if statement.status is Status.PUBLISHED
        for place, file in enumerate(statement.files)
    ]
    columns = select(col(FileRow.sha256), col(FileRow.size), col(FileRow.picture))
    held = {
        (row.sha256, row.size): row.picture
        for part in in_parts({file.sha256 for _origin, _statement, _place, file in named})
        for row in db.execute(columns.where(col(FileRow.state) == FileState.HELD, col(FileRow.sha256).in_(part)))
    }
    for origin, statement, place, file in named:
        picture = held.get((file.sha256, file.size))
        here = FileState.WANTED if picture is None else FileState.HELD
        row = FileRow(
            origin=origin,
            record_id=statement.record_id,
            ver=statement.ver,
            name=file.name,
            sha256=file.sha256,
            size=file.size,
            state=FileState.REFUSED if file.size > FILE_LIMIT or place >= MOST_FILES else here,
            picture=picture or "",
        )
        db.add(row)


def drop_files(db: Session, versions: ColumnElement[bool]) -> None:
    """Mark the files of versions that are not kept any more; from now on nobody gets them."""
    rows = update(FileRow).where(versions, col(FileRow.state) != FileState.DROPPED)
    db.execute(rows.values(state=FileState.DROPPED).execution_options(synchronize_session=False))


def names_any(sessions: Sessions, hashes: Collection[str]) -> bool:
    """Tell whether a version that is or was kept names any file with one of these hashes."""
    with sessions.connected() as db:
        rows = select(col(FileRow.id))
        return any(db.scalar(rows.where(col(FileRow.sha256).in_(part)).limit(1)) for part in in_parts(hashes))
