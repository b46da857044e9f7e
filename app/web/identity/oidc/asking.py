# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many requests to providers one process has at a time, so that threads remain for readers.

Everybody can make a node ask a provider, and a provider that hangs holds a thread for seconds each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import BoundedSemaphore

import requests

from app.clock import Clock

PAUSE = timedelta(seconds=10)
"""How long a provider is left alone after it gave no answer."""


class NotAsked(requests.RequestException):
    """The provider was left alone: too many requests are under way, or it gave no answer just now."""


def places(threads: int) -> BoundedSemaphore:
    """Return the places for requests of one process to all providers: half of its `threads`."""
    return BoundedSemaphore(max(1, threads // 2))


class Line:
    """The line to one provider. Safe to share between threads."""

    def __init__(self, places: BoundedSemaphore, clock: Clock) -> None:
        self._places = places
        self._clock = clock
        self._failed_at = datetime.min.replace(tzinfo=clock().tzinfo)

    def failed(self) -> None:
        """Remember that the provider gave no answer, or none that can be used."""
        self._failed_at = self._clock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a place for one request; raises NotAsked at once, since waiting would hold a thread.

        An exception of requests that passes through is remembered as a failure.
        """
        if self._clock() - self._failed_at < PAUSE or not self._places.acquire(blocking=False):
            raise NotAsked
        try:
            yield
        except requests.RequestException:
            self.failed()
            raise
        finally:
            self._places.release()
