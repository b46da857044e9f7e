"""What goes round does one part after the other, and none of them ends it."""

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
"""So long a part rests after a mistake of the program, which would stand in the log with each round otherwise."""
_log = structlog.get_logger(__name__)


class Guard:
    """Does parts of a round. Not to be shared between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before: dict[str, datetime] = {}

    def do(self, name: str, part: Callable[[], object]) -> bool:
        """Do a part unless it rests, and tell whether that went well; what keeps it from it stands in the log."""
        now, until = self._clock(), self._not_before.pop(name, None)
        if until and now < until <= now + REST:
            # One further ahead was set by a clock that was wrong.
            self._not_before[name] = until
            return False
        try:
            part()
        except (DomainError, *PASSING) as error:
            # It passes by itself, as does that a node is being filled.
            _log.warning("rounds.interrupted", part=name, reason=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a mistake in one duty must not end all others, for days unseen
            self._not_before[name] = now + REST
            _log.error("rounds.failed", part=name, incident=secrets.token_hex(4), exc_info=error)
        else:
            return True
        return False


class Beat:
    """Does the same every few seconds: says that a machine still writes, or looks what is new.

    It has a thread of its own, so that nothing that takes long delays it. What fails is tried again the next time.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._guard = Guard(utc_now)
        self._over = threading.Event()

    def start(self) -> None:
        """Begin; call it after a fork. It ends with the process, or with `stop`."""
        threading.Thread(target=self._go, name="beat", daemon=True).start()

    def stop(self) -> None:
        """Begin nothing more."""
        self._over.set()

    def _go(self) -> None:
        while True:
            self._guard.do("beat", self._work)
            if self._over.wait(RENEWED):
                return
