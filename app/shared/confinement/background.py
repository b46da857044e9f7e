"""Runs work of several seconds, such as reading all records, in a thread of its own, so that requests need not wait."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

import structlog

from app.shared.confinement.places import Busy

PATIENCE = 1.0
"""Seconds after the start of the work for which a request waits for its result."""
_RETRY_AFTER = 5
Value = TypeVar("Value")
_log = structlog.get_logger(__name__)


class StillReading(Busy):
    """The result is being computed; a retry after some seconds will find it."""


@dataclass(slots=True, eq=False)
class Work(Generic[Value]):
    """Work in progress or finished: `over` is set once `value` or `error` is."""

    key: Hashable
    until: float
    over: Event = field(default_factory=Event)
    value: Value | None = None
    error: BaseException | None = None


class Background(Generic[Value]):
    """Runs one piece of work at a time in its own thread, shared by all callers that ask for it; caches no result."""

    def __init__(self, name: str) -> None:
        """Give the thread this name."""
        self._name = name
        self._beginning = Lock()
        self._work: Work[Value] | None = None

    def call(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what `make` returns or raises. Raises StillReading after `PATIENCE`, or if other work runs."""
        until = time.monotonic() + PATIENCE
        while True:
            work, _is_new = self.start(key, make)
            if not work.over.wait(max(0.0, min(until, work.until) - time.monotonic())):
                raise StillReading(_RETRY_AFTER)
            if work.key == key:
                if work.error:
                    raise work.error.with_traceback(None)
                return work.value  # type: ignore[return-value]  # without an error it is there

    def start(self, key: Hashable, make: Callable[[], Value]) -> tuple[Work[Value], bool]:
        """Start the work and return it with True; if some work is running already, return that with False."""
        with self._beginning:
            if self._work is not None:
                return self._work, False
            work = Work[Value](key, time.monotonic() + PATIENCE)
            Thread(target=self._do, args=(work, make), name=self._name, daemon=True).start()
            # Set only after the thread has started: if that fails, nobody would ever finish the work that others wait
            # for.
            self._work = work
            return work, True

    def _do(self, work: Work[Value], make: Callable[[], Value]) -> None:
        try:
            work.value = make()
        except BaseException as error:  # noqa: BLE001 - callers that wait get every error
            work.error = error
            _log.info("background.failed", what=self._name, reason=type(error).__name__)
        finally:
            with self._beginning:
                self._work = None
            work.over.set()
