# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of own versions that others hold and this node lacks.

While it is not empty, the way to the published line is closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.catalogue import CatalogueEntry
from app.catalogue.models import OWN, VersionRow
from app.catalogue.queries import good
from app.database import Sessions
from app.federation.models import LostState, LostVersion
from app.records.repository import PublishingStopped

Key: TypeAlias = tuple[str, int, str]
"""Record id, version and digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A record of which something is lost; `stuck` as in `LostState`."""

    record_id: str
    path: str
    stuck: bool


def lacks(own: Sequence[CatalogueEntry], ver: int, digest: str) -> bool:
    """Tell whether a version of which these are the good own ones is missing there.

    Below the newest a number that is free is a gap: nobody needs that version any more. One with another digest is not.
    """
    if any(entry.digest == digest and entry.ver >= ver for entry in own):
        return False
    return not own or ver > own[-1].ver or any(entry.ver == ver for entry in own)


class LostVersions:
    """Keeps the list. A row counts no more when its version has come back by any way, or is not needed any more."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def add(self, found: Iterable[LostVersion]) -> int:
        """Note versions and return how many were not known in any state."""
        wanted = {one.key: one for one in found}
        if not wanted:
            return 0
        with self._sessions.begin() as db:
            # In one order for all processes, so that no two wait for each other.
            return sum(_note(db, wanted[key]) for key in sorted(wanted))

    def knows(self, key: Key) -> bool:
        """Tell whether a version is in the list, in whatever state."""
        with self._sessions.reading() as db:
            return db.get(LostVersion, key) is not None

    def waiting(self) -> tuple[Waiting, ...]:
        """Return the records of which something is to come back, by folder."""
        columns = select(col(LostVersion.record_id), col(LostVersion.path), col(LostVersion.state)).where(_open())
        with self._sessions.reading() as db:
            rows = db.execute(columns.order_by(col(LostVersion.path), col(LostVersion.record_id))).all()
        paths: dict[str, str] = {row.record_id: row.path for row in rows}
        pressing = {row.record_id for row in rows if row.state != LostState.STUCK}
        return tuple(Waiting(record_id=one, path=paths[one], stuck=one not in pressing) for one in paths)

    def refuse_to_publish(self, paths: Collection[str]) -> None:
        """Raise PublishingStopped while versions are to come back; for a record that is stuck, in its folder alone.

        Asked before anything is published; costs one short query.
        """
        waiting = self.waiting()
        pressing = [one for one in waiting if not one.stuck]
        if pressing:
            raise PublishingStopped(len(pressing))
        for one in waiting:
            if one.path in paths:
                raise PublishingStopped(1, one.path)

    def all(self) -> tuple[LostVersion, ...]:
        """Return the versions that are to come back, by record and number."""
        wanted = (
            select(LostVersion)
            .where(_open())
            .order_by(col(LostVersion.record_id), col(LostVersion.ver), col(LostVersion.found_at))
        )
        with self._sessions.reading() as db:
            return tuple(db.scalars(wanted))

    def change(self, keys: Collection[Key], state: LostState) -> None:
        """Give versions a state."""
        with self._sessions.begin() as db:
            for record_id, ver, digest in keys:
                same = (
                    col(LostVersion.record_id) == record_id,
                    col(LostVersion.ver) == ver,
                    col(LostVersion.digest) == digest,
                )
                db.execute(update(LostVersion).where(*same).values(state=state))

    def forget_held(self) -> None:
        """Remove the rows of versions that are there again."""
        with self._sessions.begin() as db:
            db.execute(
                delete(LostVersion)
                .where(_held(), col(LostVersion.state).in_([LostState.LOST, LostState.STUCK]))
                .execution_options(synchronize_session=False)
            )


def _held() -> ColumnElement[bool]:
    return _has(col(VersionRow.digest) == col(LostVersion.digest), col(VersionRow.ver) >= col(LostVersion.ver))


def _passed() -> ColumnElement[bool]:
    """Return the condition for a number that is free below the newest own version, as `lacks` says it."""
    later = _has(good(), col(VersionRow.ver) > col(LostVersion.ver))
    return and_(later, ~_has(good(), col(VersionRow.ver) == col(LostVersion.ver)))


def _has(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    own = (col(VersionRow.origin) == OWN, col(VersionRow.record_id) == col(LostVersion.record_id))
    return select(col(VersionRow.seq)).where(*own, *which).exists()


def _open() -> ColumnElement[bool]:
    """Return the condition for what is not back; a decision that is being carried out is over when it says so.

    What was passed is told from the versions, not from a state: whoever brings one back may be killed before noting it.
    """
    missing = and_(col(LostVersion.state).in_([LostState.LOST, LostState.STUCK]), ~_held(), ~_passed())
    return or_(missing, col(LostVersion.state) == LostState.DECIDED)


def _note(db: Session, one: LostVersion) -> bool:
    """Note a version and tell whether it was not known."""
    if db.get(LostVersion, one.key) is not None:
        return False
    try:
        with db.begin_nested():
            db.add(one)
    except IntegrityError:
        # Another process has just noted the same.
        return False
    return True
