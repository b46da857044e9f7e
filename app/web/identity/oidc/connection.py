# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asking a provider, with bounds on time, size and detours."""

from __future__ import annotations

import time
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session

from app.web.identity.oidc.asking import Line

TIMEOUT = 5.0
"""Seconds until the connection stands, and between two pieces of the answer."""
DEADLINE = 8.0
"""Seconds for the whole answer: a provider that drips must not hold a thread."""
LARGEST = 512 * 1024
"""Bytes of an answer."""


class BoundedSession(OAuth2Session):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's client for requests to a provider. What exceeds a bound is a requests.RequestException."""

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, default_timeout=TIMEOUT, **kwargs)
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
