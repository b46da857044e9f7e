# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Removes what nobody needs any more, and finds what is damaged or lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog
from sqlalchemy import delete, select, update
from sqlmodel import col

from app.db import Sessions
from app.federation.harvest.files.noting import in_parts
from app.federation.harvest.files.store import FileStore, StoreBusy
from app.federation.harvest.files.tables import AttemptRow, FileRow, FileState

_HELD = col(FileRow.state) == FileState.HELD.value
_DROPPED = col(FileRow.state) == FileState.DROPPED.value
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostFile:
    """A file that should be here and is not, or not as it was signed."""

    origin: str
    record_id: str
    ver: int
    name: str


class FileKeeping:
    """May run at any time, in several processes, and be killed anywhere."""

    def __init__(self, sessions: Sessions, store: FileStore) -> None:
        """Keep rows through `sessions` and bytes in `store`."""
        self._sessions = sessions
        self._store = store

    def sweep(self) -> None:
        """Remove the files of versions that are not kept any more; what fails is done by the next call."""
        with self._sessions.connected() as db:
            if db.scalar(select(col(FileRow.id)).where(_DROPPED).limit(1)) is None:
                return
        try:
            self._remove_dropped()
        except (OSError, StoreBusy) as error:
            # They are not given out any more whether or not they could be removed.
            _log.warning("files.not_removed", reason=type(error).__name__)

    def maintain(self) -> None:
        """Remove what a crash left, and want again what got lost; raises StoreBusy and OSError."""
        self.sweep()
        with self._store.exclusive():
            held = self._sizes()
            for name in [name for name in self._store.names() if name not in held]:
                self._store.remove(name)
            self._store.clear_left_overs()
        self._want_again([name for name, size in held.items() if self._store.size(name) != size])

    def examine(self) -> tuple[LostFile, ...]:
        """Read everything, return what is damaged or lost, and want it again: the next run fetches it anew.

        Raises StoreBusy and OSError.
        """
        lost = [name for name in self._sizes() if self._store.read(name) is None]
        columns = (col(FileRow.origin), col(FileRow.record_id), col(FileRow.ver), col(FileRow.name))
        with self._sessions.connected() as db:
            found = [
                LostFile(origin=origin, record_id=record_id, ver=ver, name=name)
                for part in in_parts(lost)
                for origin, record_id, ver, name in db.execute(
                    select(*columns).where(_HELD, col(FileRow.sha256).in_(part)).order_by(*columns)
                )
            ]
        self._want_again(lost)
        return tuple(found)

    def _sizes(self) -> dict[str, int]:
        with self._sessions.connected() as db:
            rows = db.execute(select(col(FileRow.sha256), col(FileRow.size)).where(_HELD).distinct())
            return {name: size for name, size in rows}  # noqa: C416 - rows are no pairs

    def _remove_dropped(self) -> None:
        with self._store.exclusive(), self._sessions.begin() as db:
            names = set(db.scalars(select(col(FileRow.sha256)).where(_DROPPED)))
            needed = {
                name
                for part in in_parts(names)
                for name in db.scalars(select(col(FileRow.sha256)).where(_HELD, col(FileRow.sha256).in_(part)))
            }
            for name in names - needed:
                self._store.remove(name)
            db.execute(delete(FileRow).where(_DROPPED).execution_options(synchronize_session=False))

    def _want_again(self, names: Collection[str]) -> None:
        if not names:
            return
        _log.warning("files.wanted_again", count=len(names))
        with self._store.exclusive(), self._sessions.begin() as db:
            for part in in_parts(names):
                same = (_HELD, col(FileRow.sha256).in_(part))
                db.execute(delete(AttemptRow).where(col(AttemptRow.file_id).in_(select(col(FileRow.id)).where(*same))))
                rows = update(FileRow).where(*same).values(state=FileState.WANTED.value, picture="")
                db.execute(rows.execution_options(synchronize_session=False))
            for name in names:
                self._store.remove(name)
