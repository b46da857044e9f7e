# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of what came from other nodes with its files, and of whom it may come from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Text
from sqlmodel import Field, UTCDateTime

from app.db import Table

_ADDRESS = 200


class PeerRow(Table, table=True):
    """A node that the operator wants to fetch from, and how far that has come.

    `hub`: fetch what it relays too, and believe it about who other nodes are. `seq` is its change number after the
    last complete run, `since` the datestamp of the last item received, `token` where a list was interrupted.
    `organisations`: what its records say about organisations counts for readers of this node.
    """

    __tablename__: ClassVar[str] = "federation_peer"

    address: str = Field(sa_column=Column(String(_ADDRESS), primary_key=True))
    hub: bool = Field(sa_column=Column(Boolean, nullable=False))
    organisations: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    state: str = Field(sa_column=Column(String(16), nullable=False))
    interval_s: int = Field(sa_column=Column(Integer, nullable=False))
    daily_new: int = Field(sa_column=Column(Integer, nullable=False))
    added_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    next_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    lease: str = Field(default="", sa_column=Column(String(32), nullable=False))
    lease_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    failures: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    tried_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    succeeded_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    error: str = Field(default="", sa_column=Column(String(300), nullable=False))
    etag: str = Field(default="", sa_column=Column(String(200), nullable=False))
    seq: int = Field(default=-1, sa_column=Column(Integer, nullable=False))
    since: str = Field(default="", sa_column=Column(String(20), nullable=False))
    token: str = Field(default="", sa_column=Column(Text, nullable=False))


class IssuerRow(Table, table=True):
    """A node whose statements are believed, and what it said of itself last.

    `keys` are the federation keys trusted now, `record_keys` those that its statements are verified with (JWK sets).
    `origin` is the short name of the address its records are named after: its own, or `moved_from`.
    """

    __tablename__: ClassVar[str] = "federation_issuer"
    __table_args__ = (Index(None, "origin"),)

    address: str = Field(sa_column=Column(String(_ADDRESS), primary_key=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False))
    name: str = Field(default="", sa_column=Column(String(300), nullable=False))
    keys: str = Field(sa_column=Column(Text, nullable=False))
    record_keys: str = Field(default='{"keys":[]}', sa_column=Column(Text, nullable=False))
    configuration: str = Field(default="", sa_column=Column(Text, nullable=False))
    issued_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    state_seq: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    state_count: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    state_root: str = Field(default="", sa_column=Column(String(71), nullable=False))
    audit: str = Field(default="unknown", sa_column=Column(String(16), nullable=False))
    audited_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    blocked: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    moved_to: str = Field(default="", sa_column=Column(String(_ADDRESS), nullable=False))
    moved_from: str = Field(default="", sa_column=Column(String(_ADDRESS), nullable=False))
    introduced_by: str = Field(default="", sa_column=Column(String(_ADDRESS), nullable=False))
    known_since: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class ForeignRow(Table, table=True):
    """The newest accepted version of a record of another node.

    `hidden`: a moderator took it out of sight. `distrusted`: its signature lost its worth and nobody has given a new
    one yet. `first_at` is when the first version came in.
    """

    __tablename__: ClassVar[str] = "federation_record"
    __table_args__ = (Index(None, "origin", "slug"),)

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    slug: str = Field(sa_column=Column(String(80), nullable=False))
    withdrawn: bool = Field(sa_column=Column(Boolean, nullable=False))
    hidden: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    distrusted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    first_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class StatementRow(Table, table=True):
    """A signed statement as it was received: of each record the last two versions, of a withdrawn one the withdrawal.

    `via` is the node it was fetched from at `received_at`, `stamped_at` what that node's header said; `way` are the
    stations before, as that node told them (JSON).
    """

    __tablename__: ClassVar[str] = "federation_statement"

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    ver: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    issuer: str = Field(sa_column=Column(String(_ADDRESS), nullable=False))
    kid: str = Field(sa_column=Column(String(43), nullable=False))
    issued_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    received_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    stamped_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    via: str = Field(sa_column=Column(String(_ADDRESS), nullable=False))
    way: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    jws: str = Field(sa_column=Column(Text, nullable=False))


class QuarantineRow(Table, table=True):
    """A statement that was not accepted, and why. `fingerprint` is the SHA-256 of what was received."""

    __tablename__: ClassVar[str] = "federation_quarantine"
    __table_args__ = (Index(None, "issuer", "sub"),)

    fingerprint: str = Field(sa_column=Column(String(64), primary_key=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    via: str = Field(sa_column=Column(String(_ADDRESS), nullable=False))
    issuer: str = Field(sa_column=Column(String(_ADDRESS), nullable=False))
    sub: str = Field(sa_column=Column(String(300), nullable=False))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    reason: str = Field(sa_column=Column(String(32), nullable=False))
    detail: str = Field(sa_column=Column(String(300), nullable=False))
    jws: str = Field(sa_column=Column(Text, nullable=False))


class ModerationRow(Table, table=True):
    """Who took what out of sight or brought it back, and why. `actor` is the opaque name of a person, or `operator`."""

    __tablename__: ClassVar[str] = "federation_moderation"

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    actor: str = Field(sa_column=Column(String(80), nullable=False))
    action: str = Field(sa_column=Column(String(16), nullable=False))
    object: str = Field(sa_column=Column(String(300), nullable=False))
    reason: str = Field(sa_column=Column(String(500), nullable=False))


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
    state: str = Field(sa_column=Column(String(16), nullable=False))
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
    peer: str = Field(sa_column=Column(String(200), primary_key=True))
    tries: int = Field(sa_column=Column(Integer, nullable=False))
    reason: str = Field(sa_column=Column(String(32), nullable=False))
    next_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
