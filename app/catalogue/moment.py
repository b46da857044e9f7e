"""The state that an answer is made of: of the catalogue while it is made, and one name for that of the whole node."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Hashable, Sequence

from app.database import Sessions


class Moment(threading.local):
    """The last change number as a thread has seen it since it began to answer; outside of an answer none is kept.

    A page asks for it a dozen times, and each question takes a tenth of a millisecond; besides, all of its parts then
    say the same.
    """

    def __init__(self) -> None:
        self._holds = False
        self._seq: int | None = None
        self.is_whole = True
        """False for an answer that lacks something which may be back at any time, without a change: keep it nowhere."""

    def begin(self) -> None:
        """Begin an answer."""
        self._holds, self._seq, self.is_whole = True, None, True

    def end(self) -> None:
        """End it."""
        self._holds, self._seq, self.is_whole = False, None, True

    def lack(self) -> None:
        """Note that the answer lacks something, such as a record that is damaged."""
        self.is_whole = not self._holds

    def renew(self) -> None:
        """Look again at the next question: something has changed."""
        self._seq = None

    def seq(self, ask: Callable[[], int]) -> int:
        """Return the change number of this moment; `ask` looks it up."""
        if not self._holds:
            return ask()
        if self._seq is None:
            self._seq = ask()
        return self._seq


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
