"""Progress of long work: a line that rewrites itself for people, a few plain lines for logs."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_REDRAWS = 0.1


class ProgressLine:
    """Callable as `progress(done, total)`; writes to standard error so that results stay clean.

    Work that is over within the first moments is not reported at all.
    """

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self._label = label.capitalize()
        self._stream = stream if stream is not None else sys.stderr
        self._terminal = self._stream.isatty()
        self._pause = _SECONDS_BETWEEN_REDRAWS if self._terminal else _SECONDS_BETWEEN_LINES
        self._next = time.monotonic() + self._pause
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are finished, at most as often as a reader can follow."""
        now = time.monotonic()
        finished = done >= total
        if (now < self._next and not finished) or (finished and not self._drawn):
            return
        self._next = now + self._pause
        self._drawn = True
        self._write(f"{self._label}: {done} of {total}", finished=finished)

    def _write(self, text: str, *, finished: bool) -> None:
        if self._terminal:
            self._stream.write(f"\r\033[K{text}" + ("\n" if finished else ""))
        else:
            self._stream.write(text + "\n")
        self._stream.flush()
