# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which files to ask a peer for now, and what to do after asking in vain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col

from app.clock import Clock
from app.db import Sessions
from app.federation.harvest.files.tables import AttemptRow, FileRow, FileState
from app.federation.harvest.files.values import FileReason, WantedFile
from app.federation.harvest.tables import ForeignRow, IssuerRow, StatementRow
from app.federation.issuer import Issuer

FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
ROOM_PAUSE = timedelta(hours=1)
"""Doubled with every attempt, at most a day; where only room is missing, it is looked for every hour."""

_MOST_DOUBLINGS = 10

NEWEST = and_(
    col(FileRow.origin) == col(ForeignRow.origin),
    col(FileRow.record_id) == col(ForeignRow.record_id),
    col(FileRow.ver) == col(ForeignRow.ver),
)
VISIBLE = and_(
    ~col(ForeignRow.withdrawn),
    ~col(ForeignRow.hidden),
    ~col(ForeignRow.distrusted),
    col(FileRow.origin).not_in(select(col(IssuerRow.origin)).where(col(IssuerRow.blocked))),
)
"""Files of the newest versions, and those of records that readers see."""

_SAME_STATEMENT = and_(
    col(StatementRow.origin) == col(FileRow.origin),
    col(StatementRow.record_id) == col(FileRow.record_id),
    col(StatementRow.ver) == col(FileRow.ver),
)
_NOT_HERE = col(FileRow.state).in_((FileState.WANTED.value, FileState.REFUSED.value))


class FileQueue:
    """The files that are missing. `origin` is that of the peer's own records; None asks for those of all nodes."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        """Keep rows through `sessions`."""
        self._sessions = sessions
        self._clock = clock

    def is_empty(self) -> bool:
        """Tell whether no file at all is missing; asked with every look at a peer."""
        with self._sessions.connected() as db:
            return db.scalar(select(col(FileRow.id)).where(_NOT_HERE).limit(1)) is None

    def due(self, peer: Issuer, origin: str | None, passed_over: Collection[str], limit: int) -> tuple[WantedFile, ...]:
        """Return files to ask `peer` for, those of origins `passed_over` left out."""
        failed = and_(col(AttemptRow.file_id) == col(FileRow.id), col(AttemptRow.peer) == peer.address)
        wanted = (
            select(
                col(FileRow.id),
                col(FileRow.origin),
                col(FileRow.record_id),
                col(ForeignRow.digest),
                col(StatementRow.via),
                col(FileRow.name),
                col(FileRow.sha256),
                col(FileRow.size),
            )
            .join(ForeignRow, NEWEST)
            .join(StatementRow, _SAME_STATEMENT)
            .outerjoin(AttemptRow, failed)
            .where(col(FileRow.state) == FileState.WANTED.value, VISIBLE, *_of(origin))
            .where(or_(col(AttemptRow.next_at).is_(None), col(AttemptRow.next_at) <= self._clock()))
            .where(col(FileRow.origin).not_in(passed_over))
            .order_by(col(FileRow.origin), col(FileRow.id))
        )
        with self._sessions.connected() as db:
            return tuple(
                WantedFile(**{**row._mapping, "via": Issuer(row.via)})  # noqa: SLF001 - the public way to a row as a mapping
                for row in db.execute(wanted.limit(limit))
            )

    def missing(self, origin: str | None) -> int:
        """Return how many files are not here, those that exceed a limit included."""
        counted = select(func.count()).select_from(FileRow).join(ForeignRow, NEWEST)
        with self._sessions.connected() as db:
            return db.scalar(counted.where(_NOT_HERE, VISIBLE, *_of(origin))) or 0

    def failed(self, wanted: WantedFile, peer: Issuer, reason: str) -> None:
        """Note that a peer could not give a file; it is asked again after a pause."""
        try:
            self._note(wanted, peer, reason)
        except (IntegrityError, StaleDataError):
            # Another process has noted the same just now, or its version was replaced and the row is gone.
            return

    def _note(self, wanted: WantedFile, peer: Issuer, reason: str) -> None:
        with self._sessions.begin() as db:
            if db.get(FileRow, wanted.id) is None:
                # Its version was replaced while it was fetched.
                return
            row = db.get(AttemptRow, (wanted.id, peer.address)) or AttemptRow(
                file_id=wanted.id, peer=peer.address, tries=0, reason=reason, next_at=self._clock()
            )
            row.tries, row.reason = row.tries + 1, reason[:32]
            row.next_at = self._clock() + _pause(reason, row.tries)
            db.add(row)


def _of(origin: str | None) -> Iterator[ColumnElement[bool]]:
    if origin is not None:
        yield col(FileRow.origin) == origin


def _pause(reason: str, tries: int) -> timedelta:
    if reason in {FileReason.ORIGIN_FULL, FileReason.NO_SPACE}:
        return ROOM_PAUSE
    factor: int = 1 << min(tries, _MOST_DOUBLINGS)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)
