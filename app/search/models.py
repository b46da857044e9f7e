"""Tables of the search by meaning: derived from the records, so they can be emptied at any time."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, false
from sqlmodel import Field

from app.database import Table

UID = 320
"""Letters of a record's identifier over all nodes: the short name of a node, and a UUID."""


class PassageRow(Table, table=True):
    """A passage of a visible record; `part` says which, `key` is what its vector is kept under."""

    __tablename__: ClassVar[str] = "search_passage"

    uid: str = Field(sa_column=Column(String(UID), primary_key=True))
    position: int = Field(sa_column=Column(Integer, primary_key=True))
    part: str = Field(sa_column=Column(String(120), nullable=False))
    key: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, index=True))


class VectorRow(Table, table=True):
    """The vector of a text, a signed byte for each dimension; the longest component is 127."""

    __tablename__: ClassVar[str] = "search_vector"

    key: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NeighbourRow(Table, table=True):
    """A record that is like another, by place in the order; an empty name says that there is none.

    A `twin` may be about the very same thing, and another node tells it. The first of a list names the version of the
    record that it was worked out for.
    """

    __tablename__: ClassVar[str] = "search_neighbour"

    uid: str = Field(sa_column=Column(String(UID), primary_key=True))
    position: int = Field(sa_column=Column(Integer, primary_key=True))
    other: str = Field(sa_column=Column(String(UID), nullable=False, index=True))
    twin: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    digest: str = Field(default="", sa_column=Column(String(71), nullable=False, server_default=""))


class MeaningRow(Table, table=True):
    """How far the passages follow the catalogue, for which model, and how often the vectors have changed."""

    __tablename__: ClassVar[str] = "search_meaning"

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True))
    model: str = Field(default="", sa_column=Column(String(120), nullable=False))
    seq: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    generation: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    changes: int = Field(default=0, sa_column=Column(Integer, nullable=False))
