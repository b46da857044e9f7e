"""Asks the one service that the operator has entered, through the same door as everything else."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

from app.federation.fetching.fetcher import Door, Question
from app.federation.fetching.port import Limits
from app.federation.fetching.target import EnteredAddress


class EnteredService:
    """A service of the operator's own. Safe to share between threads."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        authorities: Path | None = None,
    ) -> None:
        """Send to `url` and nowhere else, with `headers`; raises FetchRefused for what is no web address."""
        self._rules = EnteredAddress(url)
        self._target = self._rules.target
        self._headers = dict(headers)
        self._door = Door(socket.getaddrinfo, authorities)

    def post(self, body: bytes, limits: Limits) -> bytes:
        """Return the body of the answer; raises FetchFailed and FetchRefused."""
        question = Question(limits=limits, method="POST", headers=self._headers, body=body)
        return self._door.ask(self._target, self._rules, question).body
