# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything around the files of other nodes' records, put together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.clock import Clock
from app.db import Sessions
from app.federation.harvest.files.keeping import FileKeeping
from app.federation.harvest.files.overview import FileOverview
from app.federation.harvest.files.queue import FileQueue
from app.federation.harvest.files.shelf import FileShelf
from app.federation.harvest.files.store import FileStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignFiles:
    """The parts. `limit` is how many bytes the files of one origin may take; 0 fetches none."""

    shelf: FileShelf
    queue: FileQueue
    keeping: FileKeeping
    overview: FileOverview
    limit: int


def open_files(folder: Path, *, limit: int, sessions: Sessions, clock: Clock) -> ForeignFiles:
    """Put the parts together; nothing is read or made."""
    store = FileStore(folder)
    return ForeignFiles(
        shelf=FileShelf(sessions, store),
        queue=FileQueue(sessions, clock),
        keeping=FileKeeping(sessions, store),
        overview=FileOverview(sessions),
        limit=limit,
    )
