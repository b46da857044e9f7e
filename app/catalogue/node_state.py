"""One short name for the state of the node: as long as it stays, every page that is the same for all stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Sequence

from app.database import Sessions

Part = Callable[[], Hashable]
"""Names the state of something that pages show, alike in every process that sees the same."""
_LENGTH = 20


class NodeState:
    """Derived from everything that pages show. Safe for all threads of a process."""

    def __init__(self, sessions: Sessions, stored: Sequence[Part], beside: Sequence[Part]) -> None:
        """`stored` parts lie in the database, and are asked when that has changed; those `beside` it are always."""
        self._mark = sessions.mark
        self._stored = stored
        self._beside = beside
        self._known: tuple[Hashable, Hashable, str] = (None, None, "")

    def name(self) -> str:
        """Return the name, the same in all processes; whatever is read from now on is no older than what it stands for.

        Takes some microseconds where nothing was written since the last time.
        """
        # Looked at first: what is written in between is seen the next time.
        mark, beside = self._mark(), tuple(part() for part in self._beside)
        known = self._known
        if known[:2] != (mark, beside):
            said = repr((tuple(part() for part in self._stored), beside))
            known = self._known = mark, beside, hashlib.sha256(said.encode()).hexdigest()[:_LENGTH]
        return known[2]
