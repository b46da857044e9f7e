"""Runs what a node does by itself, one part after the other, and lets no part end the others."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from app.database.trouble import PASSING
from app.database.writer import RENEWED
from app.shared.clock import Clock, utc_now
from app.shared.errors import DomainError

REST = timedelta(minutes=5)
"""A part rests so long after a mistake of the program, which would otherwise be logged in each round."""
_log = structlog.get_logger(__name__)


class JobRunner:
    """Does parts of a round. Not to be shared between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before: dict[str, datetime] = {}

    def do(self, name: str, part: Callable[[], object]) -> bool:
        """Do a part unless it rests, and tell whether it went well; the log says what went wrong."""
        now, until = self._clock(), self._not_before.pop(name, None)
        if until and now < until <= now + REST:
            # One further ahead was set by a clock that was wrong.
            self._not_before[name] = until
            return False
        try:
            part()
        except (DomainError, *PASSING) as error:
            # It passes by itself, as a node that is just being filled does.
            _log.warning("rounds.interrupted", part=name, reason=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a mistake in one job must not end all others, for days unseen
            self._not_before[name] = now + REST
            _log.error("rounds.failed", part=name, incident=secrets.token_hex(4), exc_info=error)
        else:
            return True
        return False


class Beat:
    """A thread of its own that does the same again and again, so that nothing that takes long delays it.

    What fails is tried again the next time.
    """

    def __init__(self, work: Callable[[], object], pause: Callable[[], float] = lambda: RENEWED) -> None:
        """Do `work` now and then, `pause` seconds after it ended."""
        self._work = work
        self._pause = pause
        self._runner = JobRunner(utc_now)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, name="beat", daemon=True)

    def start(self) -> None:
        """Begin; call it after a fork. It ends with the process, or with `stop`."""
        self._thread.start()

    def is_over(self) -> bool:
        """Tell whether it was asked to end."""
        return self._over.is_set()

    def stop(self) -> None:
        """Begin nothing more, and wait for what is being done."""
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        while True:
            self._runner.do("beat", self._work)
            if self._over.wait(self._pause()):
                return
