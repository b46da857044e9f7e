# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps memos under links that nobody can guess, and only for a time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Result, delete, func, select, update
from sqlmodel import Session, col

from app.database import Sessions
from app.identity.secret import hashed
from app.kickoff.memo.errors import MemoNotFound, MemoStoreFull
from app.kickoff.memo.models import MemoRow
from app.shared.clock import Clock

TOKEN_BYTES = 32
CAPACITY = 10_000
"""Memos kept at once: nobody needs an account to save one, so something else has to bound the disk."""
BYTES = 100 * 1024 * 1024
"""Of all memos together; one of a usual search has about 30 KB."""
PER_HOUR = 200
"""Memos saved, for the first time or again; a node of a whole state has a few dozen on its busiest day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Until when a memo is kept (UTC), and the token of its link."""

    token: str
    expires_at: datetime


class MemoStore:
    """Stores documents as they are. A memo whose time is over is not found, even before it is purged."""

    def __init__(
        self, sessions: Sessions, clock: Clock, days: int, capacity: int = CAPACITY, per_hour: int = PER_HOUR
    ) -> None:
        """Keep at most `capacity` documents, each for `days` after it was saved last, and `per_hour` new ones."""
        self._sessions = sessions
        self._clock = clock
        self._lifetime = timedelta(days=days)
        self._capacity = capacity
        self._per_hour = per_hour

    def add(self, document: bytes) -> Kept:
        """Keep a document under a new token; raises MemoStoreFull."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock()
        kept = Kept(token=token, expires_at=now + self._lifetime)
        with self._sessions.begin() as db:
            _purge(db, now)
            self._check_room(db, now)
            row = MemoRow(token_hash=hashed(token), document=document, saved_at=now, expires_at=kept.expires_at)
            db.add(row)
        return kept

    def _check_room(self, db: Session, now: datetime) -> None:
        held = select(func.count(col(MemoRow.token_hash)), func.sum(func.length(col(MemoRow.document))))
        number, size = db.execute(held).one()
        lately = select(func.count()).where(col(MemoRow.saved_at) > now - timedelta(hours=1))
        if number >= self._capacity or (size or 0) > BYTES or (db.scalar(lately) or 0) >= self._per_hour:
            raise MemoStoreFull(self._capacity)

    def replace(self, token: str, document: bytes) -> Kept:
        """Keep another document under the same link and let its time begin anew.

        Raises MemoNotFound, and MemoStoreFull where all memos together would take too much room.
        """
        now = self._clock()
        kept = Kept(token=token, expires_at=now + self._lifetime)
        change = update(MemoRow).where(*_alive(token, now))
        with self._sessions.begin() as db:
            _purge(db, now)
            others = select(func.sum(func.length(col(MemoRow.document)))).where(
                col(MemoRow.token_hash) != hashed(token)
            )
            if (db.scalar(others) or 0) + len(document) > BYTES:
                raise MemoStoreFull(self._capacity)
            done = db.execute(change.values(document=document, saved_at=now, expires_at=kept.expires_at))
            if not _count(done):
                raise MemoNotFound
        return kept

    def get(self, token: str) -> MemoRow:
        """Return what is kept under a token; raises MemoNotFound."""
        with self._sessions.reading() as db:
            row: MemoRow | None = db.execute(select(MemoRow).where(*_alive(token, self._clock()))).scalar()
        if row is None:
            raise MemoNotFound
        return row

    def delete(self, token: str) -> None:
        """Forget a memo at once; raises MemoNotFound."""
        with self._sessions.begin() as db:
            if not _count(db.execute(delete(MemoRow).where(*_alive(token, self._clock())))):
                raise MemoNotFound

    def purge(self) -> int:
        """Remove every memo whose time is over and return how many there were."""
        with self._sessions.begin() as db:
            return _purge(db, self._clock())


def _purge(db: Session, now: datetime) -> int:
    return _count(db.execute(delete(MemoRow).where(col(MemoRow.expires_at) <= now)))


def _count(done: Result[Any]) -> int:
    return cast("CursorResult[Any]", done).rowcount


def _alive(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (col(MemoRow.token_hash) == hashed(token), col(MemoRow.expires_at) > now)
