# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Brings the catalogue to what is published in git; may run at any time, twice, and be killed anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from app.catalogue.assessment import Assessed, Assessor, Identities
from app.catalogue.ledger import Ledger
from app.content.history import VersionRef
from app.content.service import ContentService

Progress = Callable[[int, int], None]
"""Called with the number of versions done and their total."""

_CHUNK = 200
_log = structlog.get_logger(__name__)


def silent(done: int, total: int) -> None:
    """Report to nobody."""


class CatchingUp:
    """Reads what git has published since the cursor and appends it.

    Rows and cursor move in one transaction per chunk. A killed run repeats at most one chunk, and a
    version that has its row already is passed over.
    """

    def __init__(self, content: ContentService, ledger: Ledger) -> None:
        """Read through `content` and write to `ledger`."""
        self._content = content
        self._ledger = ledger
        self._assessor = Assessor(content)

    def run(self, progress: Progress = silent) -> bool:
        """Append everything new and return whether anything was; builds anew when history was rewritten."""
        if self._ledger.cursor().position == self._content.head():
            return False
        with self._content.exclusive("catalogue"):
            head, position = self._content.head(), self._ledger.cursor().position
            pending = self._content.versions_since(position, head)
            if pending is None:
                _log.warning("catalogue.history_rewritten", position=position, head=head)
                self._rebuild(head, progress)
            elif position != head:
                self._append(pending, head, progress)
        return True

    def rebuild(self, progress: Progress = silent) -> None:
        """Read all versions again and mend every row that is wrong, missing or too many."""
        with self._content.exclusive("catalogue"):
            self._rebuild(self._content.head(), progress)

    def expected(self, head: str, progress: Progress = silent) -> list[Assessed]:
        """Return what the catalogue ought to hold at `head`, from git alone."""
        versions = self._content.versions_since(None, head) or ()
        identities = Identities()
        assessed: list[Assessed] = []
        for start in range(0, len(versions), _CHUNK):
            readings = [self._assessor.read(version) for version in versions[start : start + _CHUNK]]
            assessed.extend(self._assessor.judge(readings, identities))
            progress(len(assessed), len(versions))
        return assessed

    def _append(self, pending: Sequence[VersionRef], head: str, progress: Progress) -> None:
        for start in range(0, len(pending), _CHUNK):
            end = min(start + _CHUNK, len(pending))
            self._ledger.append(self._assessed(pending[start:end]), _complete(pending, start, end, head))
            progress(end, len(pending))
        if not pending:
            self._ledger.append((), head)

    def _assessed(self, chunk: Sequence[VersionRef]) -> list[Assessed]:
        readings = [self._assessor.read(version) for version in chunk]
        places = {(self._content.kind_of(version.path), version.path.partition("/")[2]) for version in chunk}
        ids = {reading.record_id for reading in readings if reading.record_id is not None}
        return self._assessor.judge(readings, self._ledger.identities(places, ids))

    def _rebuild(self, head: str, progress: Progress) -> None:
        done = self._ledger.replace(self.expected(head, progress), head)
        _log.warning("catalogue.rebuilt", kept=done.kept, added=done.added, removed=done.removed)


def _complete(pending: Sequence[VersionRef], start: int, end: int, head: str) -> str | None:
    """Return the last commit of which no version comes after `end`; None when the chunk completes none."""
    if end == len(pending):
        return head
    following = pending[end].commit
    done = (version.commit for version in reversed(pending[start:end]) if version.commit != following)
    return next(done, None)
