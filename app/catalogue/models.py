"""Tables of the catalogue."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Text, UniqueConstraint
from sqlmodel import Field, UTCDateTime

from app.catalogue.entry import State
from app.database import Table
from app.database.table import CheckedText, CheckedTexts, EnumText

OWN = ""
"""The origin of this node's own records."""


class VersionRow(Table, table=True):
    """One version of a record.

    `seq` is the change number, never used twice. `origin` is the host that the record comes from, empty for this node's
    own. `record_id` is None while no version of the record could be read. `told` is the written form of `Told` for an
    own version, None until it is stored; for another node's that of `Repeated`, None for an edit.
    """

    __tablename__: ClassVar[str] = "catalogue_version"
    __table_args__ = (
        UniqueConstraint("origin", "record_id", "ver"),
        UniqueConstraint("origin", "kind", "slug", "ver"),
        Index(None, "digest"),
        Index(None, "origin", "seq"),
        CheckConstraint("ver >= 1", name="ver_positive"),
        CheckConstraint("state IN ('published', 'withdrawn', 'broken', 'hidden')", name="state_known"),
        # Without this, SQLite reuses the numbers of deleted rows.
        {"sqlite_autoincrement": True},
    )

    seq: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False))
    record_id: str | None = Field(default=None, sa_column=Column(String(36), nullable=True))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    state: State = Field(sa_column=Column(EnumText(State, 16), nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    slug: str = Field(sa_column=Column(String(80), nullable=False))
    problems: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    told: str | None = Field(default=None, sa_column=Column(Text, nullable=True))

    @property
    def key(self) -> tuple[str, str, int]:
        return (self.kind, self.slug, self.ver)


class TextRow(Table, table=True):
    """The canonical text of own versions with one digest, see `VersionText`; only readable texts have a row."""

    __tablename__: ClassVar[str] = "catalogue_text"

    digest: str = Field(sa_column=Column(String(71), primary_key=True))
    content: str = Field(sa_column=Column(CheckedText(), nullable=False))
    beside: dict[str, str] = Field(sa_column=Column(CheckedTexts(), nullable=False))


class VocabularyRow(Table, table=True):
    """The last good file of a vocabulary, by name, such as `topics`."""

    __tablename__: ClassVar[str] = "catalogue_vocabulary"

    name: str = Field(sa_column=Column(String(100), primary_key=True))
    content: str = Field(sa_column=Column(Text, nullable=False))


class CursorRow(Table, table=True):
    """How far a source of versions has been read; for own versions the commit `position`, "" before the first.

    `generation` counts rebuilds of the catalogue after rewritten history; for data computed from records, it counts how
    often the data was written.
    """

    __tablename__: ClassVar[str] = "catalogue_cursor"

    source: str = Field(sa_column=Column(String(255), primary_key=True))
    position: str = Field(sa_column=Column(String(255), nullable=False))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
