"""The state behind an answer: the catalogue's change number while it is made, and a name for the whole node's state."""

import hashlib
import threading
from collections.abc import Callable, Hashable, Sequence

from app.database import Sessions


class Moment(threading.local):
    """The change number that a thread saw when it began its answer; nothing is kept outside an answer.

    A page asks for it a dozen times at a tenth of a millisecond each; keeping it also makes all parts of the page
    consistent.
    """

    def __init__(self) -> None:
        self._holds = False
        self._seq: int | None = None
        self.is_whole = True
        """False if the answer lacks something that may return without a new change number; it is then not cached."""

    def begin(self) -> None:
        """Start an answer."""
        self._holds, self._seq, self.is_whole = True, None, True

    def end(self) -> None:
        """End the answer."""
        self._holds, self._seq, self.is_whole = False, None, True

    def lack(self) -> None:
        """Note that the answer lacks something, such as a damaged record."""
        self.is_whole = not self._holds

    def renew(self) -> None:
        """Look up the number again at the next question, because something has changed."""
        self._seq = None

    def seq(self, ask: Callable[[], int]) -> int:
        """Return the change number of this answer; `ask` looks it up."""
        if not self._holds:
            return ask()
        if self._seq is None:
            self._seq = ask()
        return self._seq


Part = Callable[[], Hashable]
"""Returns the state of something that pages show; equal in all processes that see the same state."""
_LENGTH = 20


class NodeState:
    """A name derived from the state of everything that pages show. Thread-safe."""

    def __init__(self, sessions: Sessions, stored: Sequence[Part], beside: Sequence[Part]) -> None:
        """`stored` parts are in the database and asked only after it changed; parts `beside` it are always asked."""
        self._mark = sessions.mark
        self._stored = stored
        self._beside = beside
        self._known: tuple[Hashable, Hashable, str] = (None, None, "")

    def name(self) -> str:
        """Return a name, the same in all processes and never newer than what is read afterwards; takes microseconds."""
        # Read the mark first, so that anything written meanwhile is noticed at the next call.
        mark, beside = self._mark(), tuple(part() for part in self._beside)
        known = self._known
        if known[:2] != (mark, beside):
            said = repr((tuple(part() for part in self._stored), beside))
            known = self._known = mark, beside, hashlib.sha256(said.encode()).hexdigest()[:_LENGTH]
        return known[2]
