"""Tables of search by meaning: derived from the records, so they can be emptied at any time."""

from typing import ClassVar

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, false
from sqlmodel import Field

from app.database import Table

UID = 320
"""Letters of a uid: the short name of a node, and a UUID."""


class PassageRow(Table, table=True):
    """A passage of a visible record; `part` is its place in the record, `key` that of its vector."""

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
    """A record similar to another, by rank; an empty name means that there is none.

    A `twin` may describe the same thing and is of another node. The first row of a list has the digest of the record
    version for which it was computed.
    """

    __tablename__: ClassVar[str] = "search_neighbour"

    uid: str = Field(sa_column=Column(String(UID), primary_key=True))
    position: int = Field(sa_column=Column(Integer, primary_key=True))
    other: str = Field(sa_column=Column(String(UID), nullable=False, index=True))
    twin: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    digest: str = Field(default="", sa_column=Column(String(71), nullable=False, server_default=""))


class MeaningRow(Table, table=True):
    """The position of the passages in the catalogue, their model, and the number of changes to vectors."""

    __tablename__: ClassVar[str] = "search_meaning"

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True))
    model: str = Field(default="", sa_column=Column(String(120), nullable=False))
    seq: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    generation: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    changes: int = Field(default=0, sa_column=Column(Integer, nullable=False))
