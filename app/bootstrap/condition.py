# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a node is: disk, outbox and rounds, for monitors and for `doctor`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col

from app.bootstrap.scheduler import FORGE
from app.bootstrap.services import Services
from app.db.schedule import JobRow
from app.review.models import Message, Notice

FULL = 32 * 1024 * 1024
"""Bytes; with less than this free nothing can be relied on to be written."""
LOW = 512 * 1024 * 1024
"""Bytes; with less than this free somebody should make room."""
LATE = timedelta(hours=2)
"""So long may a message wait or a duty be overdue before somebody should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk under the data folder; `free` in bytes."""

    free: int
    writable: bool

    @property
    def state(self) -> str:
        """One word: ok, low, full or read_only."""
        if not self.writable:
            return "read_only"
        return "full" if self.free < FULL else "low" if self.free < LOW else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """`outbox` is the age of the oldest message that waits; `late` names duties that nobody has done in time."""

    outbox: timedelta
    late: tuple[str, ...]


def disk_of(folder: Path) -> Disk:
    """Look at the disk under a folder without writing to it."""
    found = os.statvfs(folder)
    writable = not found.f_flag & os.ST_RDONLY and os.access(folder, os.W_OK)
    return Disk(free=found.f_bavail * found.f_frsize, writable=writable)


def rounds_of(services: Services) -> Rounds:
    """Look at what goes on by itself; without a mail server messages are meant to wait. Raises DatabaseError."""
    now = services.clock()
    with services.sessions.reading() as db:
        oldest = None
        if services.settings.smtp_host:
            waiting = select(func.min(col(Notice.at))).join(Message, col(Message.notice_id) == col(Notice.id))
            oldest = db.scalar(waiting.where(col(Message.due_at).is_not(None)))
        late = select(col(JobRow.name)).where(col(JobRow.next_at) < now - LATE).order_by(col(JobRow.name))
        # The times of a mirror that was given up stay in the database.
        names = tuple(name for name in db.scalars(late) if name != FORGE.name or services.settings.mirror_url)
    return Rounds(outbox=now - _aware(oldest, now) if oldest else timedelta(), late=names)


def _aware(moment: datetime, now: datetime) -> datetime:
    # A minimum comes from SQLite without the column's own type.
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
