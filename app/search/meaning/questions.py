"""Vectors of questions: recent ones are cached, and an embedder that does not answer is skipped for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import structlog

from app.search.meaning.embedder import Embedder, EmbedderUnavailable, TextsRefused

if TYPE_CHECKING:
    from numpy.typing import NDArray

CACHE_SIZE = 500
"""Questions whose vectors are cached."""
PAUSE = 30.0
"""Seconds for which an embedder that did not answer is not called; searches use words meanwhile."""
_log = structlog.get_logger(__name__)
ASKED = tuple(Path(__file__).with_name("questions.txt").read_text("utf-8").splitlines())
"""Questions about anything, whole ones and single words: the mean of their vectors is what all questions share.

To a model any two questions are much alike, because both are questions of a town hall. Without the shared part, the
rest shows better which record a question is about. The choice matters little: any 16 of each sort do.
"""


class Questions:
    """Opens the embedder at its first use. Safe for all threads of a process."""

    def __init__(self, open_embedder: Callable[[], Embedder], now: Callable[[], float] = time.monotonic) -> None:
        self._open = open_embedder
        self._now = now
        self._opened: Embedder | None = None
        self._asked_again = 0.0
        self.trouble = ""
        """Why questions got no vector the last time, "" where they get one."""
        self._remembered = lru_cache(maxsize=CACHE_SIZE)(self._asked)

    @property
    def embedder(self) -> Embedder:
        """Return the embedder; raises EmbedderUnavailable."""
        # Two threads may open it at once; the model is memory-mapped, so that costs little.
        self._opened = self._opened or self._open()
        return self._opened

    @cached_property
    def common(self) -> NDArray[np.float32]:
        """Return the mean vector of all questions in ASKED; raises EmbedderUnavailable."""
        vectors = [self.embedder.query(text) for text in ASKED]
        return np.asarray(np.mean(vectors, axis=0), dtype=np.float32)

    def vector(self, text: str) -> NDArray[np.float32] | None:
        """Return the vector of a question, None if unavailable. An outage is logged once, the text never."""
        if self.trouble and self._now() < self._asked_again:
            return None
        try:
            vector = self._taken(text)
        except EmbedderUnavailable as error:
            if not self.trouble:
                _log.warning("meaning.unavailable", model=error.name, reason=error.reason)
            self.trouble, self._asked_again = error.reason, self._now() + PAUSE
            return None
        if self.trouble:
            _log.warning("meaning.available_again")
            self.trouble = ""
        return vector

    def _taken(self, text: str) -> NDArray[np.float32] | None:
        try:
            return self._remembered(text)
        except TextsRefused:
            # A text refused for its length, for example, does not affect other texts, unless everything is refused.
            self._asked(ASKED[0])
            return None

    def _asked(self, text: str) -> NDArray[np.float32]:
        return self.embedder.query(text)
