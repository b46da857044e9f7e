# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many files of each node are here, how many are missing, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, case, func, select
from sqlmodel import col

from app.content.repository import FILE_LIMIT
from app.db import Sessions
from app.federation.harvest.files.queue import NEWEST, VISIBLE
from app.federation.harvest.files.tables import AttemptRow, FileRow, FileState
from app.federation.harvest.files.values import FileCounts, FileReason
from app.federation.harvest.tables import ForeignRow

_WHY_REFUSED = case((col(FileRow.size) > FILE_LIMIT, FileReason.TOO_LARGE.value), else_=FileReason.TOO_MANY.value)
_Counts: TypeAlias = dict[str, int]


class FileOverview:
    """Counts by the short name of the origin. Files of records out of sight are neither here nor missing."""

    def __init__(self, sessions: Sessions) -> None:
        """Read through `sessions`."""
        self._sessions = sessions

    def by_origin(self) -> Mapping[str, FileCounts]:
        """Return the counts of every origin that has files."""
        with self._sessions.connected() as db:
            shown, sizes, reasons = _shown(db), _sizes(db), _reasons(db)
        return {
            origin: FileCounts(
                held=counts.get(FileState.HELD, 0),
                size=sizes.get(origin, 0),
                missing=counts.get(FileState.WANTED, 0) + counts.get(FileState.REFUSED, 0),
                reasons=reasons.get(origin, {}),
            )
            for origin, counts in shown.items()
        }


def _shown(db: Connection) -> Mapping[str, _Counts]:
    counted = select(col(FileRow.origin), col(FileRow.state), func.count()).join(ForeignRow, NEWEST).where(VISIBLE)
    return _grouped(db.execute(counted.group_by(col(FileRow.origin), col(FileRow.state))).all())


def _sizes(db: Connection) -> _Counts:
    """Return the bytes on the disk, those of earlier versions and of records out of sight included."""
    held = select(col(FileRow.origin), col(FileRow.sha256), col(FileRow.size)).where(
        col(FileRow.state) == FileState.HELD.value
    )
    content = held.distinct().subquery()
    summed = select(content.c.origin, func.sum(content.c.size)).group_by(content.c.origin)
    return {row[0]: row[1] for row in db.execute(summed)}


def _reasons(db: Connection) -> Mapping[str, _Counts]:
    """Return why files are missing: what peers answered, and limits beyond which nobody is asked."""
    number = func.count(col(FileRow.id).distinct())
    tried = (
        select(col(FileRow.origin), col(AttemptRow.reason), number)
        .join(AttemptRow, col(AttemptRow.file_id) == col(FileRow.id))
        .join(ForeignRow, NEWEST)
        .where(VISIBLE, col(FileRow.state) == FileState.WANTED.value)
        .group_by(col(FileRow.origin), col(AttemptRow.reason))
    )
    refused = (
        select(col(FileRow.origin), _WHY_REFUSED, number)
        .join(ForeignRow, NEWEST)
        .where(VISIBLE, col(FileRow.state) == FileState.REFUSED.value)
        .group_by(col(FileRow.origin), _WHY_REFUSED)
    )
    return _grouped([*db.execute(tried), *db.execute(refused)])


def _grouped(rows: Iterable[Any]) -> Mapping[str, _Counts]:
    found: dict[str, _Counts] = {}
    for origin, name, number in rows:
        found.setdefault(origin, {})[name] = number
    return found
