"""One state of the catalogue for all that an answer is made of, and whether that answer lacks anything of it."""

from __future__ import annotations

import threading
from collections.abc import Callable


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
