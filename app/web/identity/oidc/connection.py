"""Asking a provider, with bounds on number, time, size and detours, so that threads remain for readers.

Everybody can make a node ask a provider, and a provider that hangs holds a thread for seconds each time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session

from app.identity.providers.check import guard
from app.shared.clock import Clock

PAUSE = timedelta(seconds=10)
"""How long a provider is left alone after it gave no answer."""
TIMEOUT = 5.0
"""Seconds until the connection stands, and between two pieces of the answer."""
DEADLINE = 8.0
"""Seconds for the whole answer: a provider that drips must not hold a thread."""
LARGEST = 512 * 1024
"""Bytes of an answer."""


class NotAsked(requests.RequestException):
    """The provider was left alone: too many requests are under way, or it gave no answer just now."""


def places(threads: int) -> BoundedSemaphore:
    """Return the places for requests of one process to all providers: half of its `threads`."""
    return BoundedSemaphore(max(1, threads // 2))


class ProviderLine:
    """The line to one provider. Safe to share between threads."""

    def __init__(self, places: BoundedSemaphore, clock: Clock) -> None:
        self._places = places
        self._clock = clock
        self._failed_at = datetime.min.replace(tzinfo=clock().tzinfo)

    def failed(self) -> None:
        """Remember that the provider gave no answer, or none that can be used."""
        self._failed_at = self._clock()

    def has_failed(self) -> bool:
        """Tell whether it is left alone because of that."""
        return self._clock() - self._failed_at < PAUSE

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a place for one request; raises NotAsked at once, since waiting would hold a thread.

        An exception of requests that passes through is remembered as a failure.
        """
        if self.has_failed() or not self._places.acquire(blocking=False):
            raise NotAsked
        try:
            yield
        except requests.RequestException:
            self.failed()
            raise
        finally:
            self._places.release()


class BoundedSession(OAuth2Session):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's client for requests to a provider. What exceeds a bound is a requests.RequestException."""

    def __init__(self, *args: Any, line: ProviderLine, **kwargs: Any) -> None:
        super().__init__(*args, default_timeout=TIMEOUT, **kwargs)
        guard(self)
        self._line = line
        # A redirect would carry code and verifier to an address that the provider's own document does not name.
        self.max_redirects = 0

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send a request and read the whole answer within the bounds."""
        with self._line.held():
            return self._read(request, **kwargs)

    def _read(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        started = time.monotonic()
        answer: requests.Response = super().send(request, **{**kwargs, "stream": True})
        content = b""
        for piece in answer.iter_content(16 * 1024):
            content += piece
            if len(content) > LARGEST:
                raise requests.exceptions.ContentDecodingError("the answer is too long")
            if time.monotonic() - started > DEADLINE:
                raise requests.exceptions.ReadTimeout("the answer takes too long")
        # As requests itself keeps what it has read; it has no public way for it.
        answer._content = content  # noqa: SLF001
        return answer
