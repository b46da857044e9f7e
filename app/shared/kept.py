"""In-memory caches: for one value, or for the most recently used ones."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Caches one value together with the state it was computed from. One thread computes; others wait for it."""

    def __init__(self) -> None:
        self.held: tuple[Hashable, Value] | None = None
        """The state and the value computed last, None before the first call."""
        self._making = Lock()

    def get(self, state: Callable[[], Hashable], make: Callable[[], Value]) -> Value:
        """Return the value for the current state (cheap, computed on each call); raises what either function raises."""
        held = self.held
        if held is not None and held[0] == state():
            return held[1]
        with self._making:
            # Read the state before computing: if it changes meanwhile, the value belongs to the old state.
            now = state()
            if self.held is None or self.held[0] != now:
                self.held = now, make()
            return self.held[1]


class Recent(Generic[Key, Value]):
    """The most recently used values, whose weights add up to at most `limit`. Thread-safe."""

    def __init__(self, limit: int, weigh: Callable[[Value], int] = lambda _value: 1) -> None:
        """`weigh` returns the weight of a value, such as its bytes; by default every value weighs 1."""
        self._limit = limit
        self._weigh = weigh
        self._weight = 0
        self._state: Hashable = None
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    @property
    def weight(self) -> int:
        """The total weight of all cached values."""
        return self._weight

    def __contains__(self, key: Key) -> bool:
        """Return whether a value is cached, without counting this as use."""
        return key in self._values

    def hold_for(self, state: Hashable) -> None:
        """Empty the cache if `state` changed. Keys have to include it: another thread may still add old values."""
        with self._lock:
            if state != self._state:
                self._state = state
                self._values.clear()
                self._weight = 0

    def find(self, key: Key) -> Value | None:
        """Return the value under `key`, None if there is none."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def get(self, key: Key, make: Callable[[], Value], is_sure: Callable[[], bool] = lambda: True) -> Value:
        """Return the value under `key`, computing it if needed; a new value is cached if `is_sure` returns True."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        if is_sure():
            self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Cache a value and drop the least recently used ones to make room; a value above the limit is not cached."""
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
