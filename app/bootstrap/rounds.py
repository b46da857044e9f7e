# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a running node does by itself now and then: send messages, remind of what is overdue, pack the repository."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError

from app.clock import Clock
from app.errors import DomainError
from app.review.mirroring import MirrorService
from app.review.service import ReviewService

_SECONDS = 15.0
_FORGE_EVERY = timedelta(minutes=5)
_log = structlog.get_logger(__name__)


class Rounds:
    """A thread that goes round until the process ends. Several processes may each have one."""

    def __init__(
        self,
        review: ReviewService,
        maintain: Callable[[], object],
        clock: Clock,
        *,
        mirror: MirrorService | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        """Go round every `seconds`, and call `maintain` once a day; `clock` says which day it is."""
        self._mirror = mirror
        self._mirrored: datetime | None = None
        self._review = review
        self._maintain = maintain
        self._clock = clock
        self._seconds = seconds
        self._over = threading.Event()
        self._reminded: date | None = None
        self._thread = threading.Thread(target=self._go, name="rounds", daemon=True)

    def start(self) -> None:
        """Begin; call it after a fork."""
        self._thread.start()

    def stop(self) -> None:
        """End and wait for what is being sent."""
        self._over.set()
        self._thread.join()

    def once(self) -> None:
        """Go round once."""
        self._review.courier.deliver()
        today = self._clock().date()
        if self._reminded != today:
            self._review.overdue.remind(today)
            self._maintain()
            self._reminded = today
        self._visit_forge()

    def _visit_forge(self) -> None:
        now = self._clock()
        if self._mirror is not None and (self._mirrored is None or now - self._mirrored >= _FORGE_EVERY):
            self._mirrored = now
            self._mirror.run()

    def _go(self) -> None:
        # This process may stand in for one that was killed in the middle of something.
        self._guarded(self._review.reconciliation.run)
        while not self._over.wait(self._seconds):
            self._guarded(self.once)

    def _guarded(self, part: Callable[[], object]) -> None:
        try:
            part()
        except (DomainError, OperationalError, OSError) as error:
            # A busy database, a full disk or a node that is being filled is no reason to stop going round.
            _log.warning("rounds.interrupted", reason=type(error).__name__)
