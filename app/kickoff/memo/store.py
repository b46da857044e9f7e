"""Stores memos under unguessable links for a limited time."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    CursorResult,
    LargeBinary,
    Result,
    String,
    case,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlmodel import Field, Session, UTCDateTime, col

from app.database import Sessions, Table
from app.identity.secret import hashed
from app.kickoff.memo.memo import MemoNotFound, MemoStoreFull
from app.shared.clock import Clock

TOKEN_BYTES = 32
CAPACITY = 10_000
"""Memos stored at once: saving needs no account, so the number must limit the disk space."""
BYTES = 100 * 1024 * 1024
"""Bytes of all memos together; one of a usual search has about 30 KB."""
PER_HOUR = 200
"""Memos saved in an hour, new or again; a node of a whole state has a few dozen in its busiest hour."""


class MemoRow(Table, table=True):
    """One stored memo.

    Its link has a token of which only the SHA-256 (hex) is stored, so that a copy of the database does not open memos.
    `document` is the output of `MemoFormat.to_json`. `asker` is the keyed hash of the network address that saved it
    last, "" if all askers have the same address.
    """

    __tablename__: ClassVar[str] = "kickoff_memo"

    token_hash: str = Field(sa_column=Column(String(64), primary_key=True))
    document: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    saved_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    asker: str = Field(default="", sa_column=Column(String(64), nullable=False, server_default=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The expiry of a memo (UTC), and the token of its link."""

    token: str
    expires_at: datetime


class MemoStore:
    """Stores documents unchanged. Expired memos are not found, even before they are purged."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        days: int,
        seal: Callable[[str], str],
        capacity: int = CAPACITY,
        per_hour: int = PER_HOUR,
    ) -> None:
        """Store `capacity` documents for `days` each, `per_hour` saves; `seal` hashes addresses with a key."""
        self._sessions = sessions
        self._clock = clock
        self._seal = seal
        self._lifetime = timedelta(days=days)
        self._capacity = capacity
        self._per_hour = per_hour

    def add(self, document: bytes, asker: str = "") -> Kept:
        """Store under a new token for the network address `asker`. Raises MemoStoreFull if it uses too much space."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock()
        kept = Kept(token=token, expires_at=now + self._lifetime)
        with self._sessions.begin() as db:
            _purge(db, now)
            mark = self._checked(db, now, asker, len(document))
            row = MemoRow(
                token_hash=hashed(token), document=document, saved_at=now, expires_at=kept.expires_at, asker=mark
            )
            db.add(row)
        return kept

    def _checked(self, db: Session, now: datetime, asker: str, size: int, replaced: str = "") -> str:
        mark = self._seal(f"memo:{asker}") if asker else ""
        each, length = literal(1), func.length(col(MemoRow.document))
        lately = case((col(MemoRow.saved_at) > now - timedelta(hours=1), 1), else_=0)
        own = case((col(MemoRow.asker) == mark, 1), else_=0)
        sums = (func.coalesce(func.sum(what * whose), 0) for whose in (each, own) for what in (length, each, lately))
        found = db.execute(select(*sums).where(col(MemoRow.token_hash) != replaced)).one()
        room = ((BYTES, size), (self._capacity, 1), (self._per_hour, 1))
        for (limit, more), held, mine in zip(room[:1] if replaced else room, found[:3], found[3:], strict=False):
            left = limit - held - more
            # Even if many askers use all they can, as much space remains for the next one.
            if left < 0 or (mark and mine + more > left):
                raise MemoStoreFull(self._capacity)
        return mark

    def replace(self, token: str, document: bytes, asker: str = "") -> Kept:
        """Replace a document and restart its time. Raises MemoNotFound, and MemoStoreFull like `add`."""
        now = self._clock()
        kept = Kept(token=token, expires_at=now + self._lifetime)
        change = update(MemoRow).where(*_alive(token, now))
        with self._sessions.begin() as db:
            _purge(db, now)
            mark = self._checked(db, now, asker, len(document), replaced=hashed(token))
            done = db.execute(change.values(document=document, saved_at=now, expires_at=kept.expires_at, asker=mark))
            if not _count(done):
                raise MemoNotFound
        return kept

    def get(self, token: str) -> MemoRow:
        """Return the memo of a token; raises MemoNotFound."""
        with self._sessions.reading() as db:
            row: MemoRow | None = db.execute(select(MemoRow).where(*_alive(token, self._clock()))).scalar()
        if row is None:
            raise MemoNotFound
        return row

    def rewrite(self, part: bytes, change: Callable[[bytes], bytes]) -> None:
        """Change the documents that contain `part`, without changing their expiry."""
        with self._sessions.begin() as db:
            for row in db.scalars(select(MemoRow)):
                if part in row.document:
                    row.document = change(row.document)

    def delete(self, token: str) -> None:
        """Delete a memo at once; raises MemoNotFound."""
        with self._sessions.begin() as db:
            if not _count(db.execute(delete(MemoRow).where(*_alive(token, self._clock())))):
                raise MemoNotFound

    def purge(self) -> int:
        """Delete every expired memo and return their number."""
        with self._sessions.begin() as db:
            return _purge(db, self._clock())


def _purge(db: Session, now: datetime) -> int:
    return _count(db.execute(delete(MemoRow).where(col(MemoRow.expires_at) <= now)))


def _count(done: Result[Any]) -> int:
    return cast("CursorResult[Any]", done).rowcount


def _alive(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (col(MemoRow.token_hash) == hashed(token), col(MemoRow.expires_at) > now)
