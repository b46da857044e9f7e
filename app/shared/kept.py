"""Keeps in memory what is dear to make: one value, or those that were asked for last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A value and the state of what it was made of. One thread makes it; the others wait for it."""

    def __init__(self) -> None:
        self.held: tuple[Hashable, Value] | None = None
        """The state and the value that were made last, None before the first question."""
        self._making = Lock()

    def get(self, state: Callable[[], Hashable], make: Callable[[], Value]) -> Value:
        """Return the value for the present state, which is asked each time and has to be cheap."""
        held = self.held
        if held is not None and held[0] == state():
            return held[1]
        with self._making:
            # Asked before it is made: a change in between makes it an old value, which must not pass as the newest.
            now = state()
            if self.held is None or self.held[0] != now:
                self.held = now, make()
            return self.held[1]

    def forget(self) -> None:
        """Make it anew at the next question."""
        self.held = None


class Recent(Generic[Key, Value]):
    """The values that were asked for last, which weigh up to `limit` together. Safe to share between threads."""

    def __init__(self, limit: int, weigh: Callable[[Value], int] = lambda _value: 1) -> None:
        """`weigh` says what a value counts, such as its bytes; without it each counts one."""
        self._limit = limit
        self._weigh = weigh
        self._weight = 0
        self._state: Hashable = None
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    @property
    def weight(self) -> int:
        """What all kept values count together."""
        return self._weight

    def __contains__(self, key: Key) -> bool:
        """Tell whether a value is kept, without making it last any longer."""
        return key in self._values

    def hold_for(self, state: Hashable) -> None:
        """Forget everything where `state` is not what it was: nobody will ask for what belongs to an earlier one.

        The state belongs into the key as well, for another thread may be about to keep something for the earlier one.
        """
        with self._lock:
            if state != self._state:
                self._state = state
                self._values.clear()
                self._weight = 0

    def find(self, key: Key) -> Value | None:
        """Return the value under `key`, None when it is not there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def get(self, key: Key, make: Callable[[], Value], is_sure: Callable[[], bool] = lambda: True) -> Value:
        """Return the value under `key`, making it when it is not there; kept if it `is_sure` then."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        if is_sure():
            self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keep a value; those that were not asked for the longest make room for it, unless it is too heavy alone."""
        weight = self._weigh(value)
        with self._lock:
            if key in self._values:
                self._weight -= self._weigh(self._values.pop(key))
            if weight > self._limit:
                return
            self._values[key] = value
            self._weight += weight
            while self._weight > self._limit and self._values:
                self._weight -= self._weigh(self._values.popitem(last=False)[1])
