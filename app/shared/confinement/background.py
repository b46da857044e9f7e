"""What takes seconds and whole answers wait for, such as reading all records, done without holding their threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

import structlog

from app.shared.confinement.places import Busy

PATIENCE = 1.0
"""Seconds after its beginning for which somebody waits for the work."""
_RETRY_AFTER = 5
Value = TypeVar("Value")
_log = structlog.get_logger(__name__)


class StillReading(Busy):
    """What was asked for is being put together; who asks again in some seconds finds it."""


@dataclass(slots=True, eq=False)
class Work(Generic[Value]):
    """Something that is being made, or was: `over` is set once `value` or `error` is there."""

    key: Hashable
    until: float
    over: Event = field(default_factory=Event)
    value: Value | None = None
    error: BaseException | None = None


class Background(Generic[Value]):
    """Does one thing at a time in a thread of its own, for all who ask for the same meanwhile; it keeps no result."""

    def __init__(self, name: str) -> None:
        """`name` is that of the thread."""
        self._name = name
        self._beginning = Lock()
        self._work: Work[Value] | None = None

    def call(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what `make` returns, or raise what it raises; `key` says what it makes.

        Raises StillReading where it takes longer than `PATIENCE` from its beginning, or something else is being made.
        """
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
        """Have it made, and return it without waiting; or what is being made already, with False."""
        with self._beginning:
            if self._work is not None:
                return self._work, False
            work = Work[Value](key, time.monotonic() + PATIENCE)
            Thread(target=self._do, args=(work, make), name=self._name, daemon=True).start()
            # Kept only now: where no thread can be started, nobody would ever end it, and all would wait for it.
            self._work = work
            return work, True

    def _do(self, work: Work[Value], make: Callable[[], Value]) -> None:
        try:
            work.value = make()
        except BaseException as error:  # noqa: BLE001 - who waits for it is told, whatever it is
            work.error = error
            _log.info("background.failed", what=self._name, reason=type(error).__name__)
        finally:
            with self._beginning:
                self._work = None
            work.over.set()
