"""Derived stores: their interface, and how they are kept up to date while the site runs, without delaying readers."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.catalogue.agreement import Difference
from app.catalogue.ledger import Progress, silent
from app.database.trouble import PASSING
from app.shared.confinement.background import Background
from app.shared.errors import DomainError

PATIENCE = 1.0
"""Seconds that a request waits for what was just published; the work continues without the request."""
FIRST_PAUSE = 5.0
"""Seconds after a failure before a request triggers a retry; each further failure doubles the pause."""
LONGEST_PAUSE = 60.0
_EXPECTED = (DomainError, *PASSING)
"""Failures to be expected; any other is a bug, so its traceback is logged."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Projection:
    """A store that can be rebuilt from its source.

    `follow` updates it, `forget` drops what depends on changed records (uid), `lacking` counts what it has not
    processed yet, and `agree` reads all of it and returns the faults.
    """

    name: str
    follow: Callable[[Progress], object] | None = None
    forget: Callable[[Collection[str]], object] = lambda _uids: None
    lacking: Callable[[], int] = lambda: 0
    agree: Callable[[Progress], Iterable[Difference]] = lambda _progress: ()


class Projections:
    """All derived stores of a machine, each after the stores that it depends on."""

    def __init__(self, head: Callable[[], str], prepare: Callable[[], object], stores: Sequence[Projection]) -> None:
        """`head` returns a cheap name for what is published; `prepare` is called before the first of the `stores`."""
        self.head = head
        self.stores = stores
        self._prepare = prepare

    def follow(self, steps: Callable[[str], Progress] = lambda _name: silent) -> None:
        """Update all stores, however long it takes; raises what the stores raise."""
        self._prepare()
        for store in self.stores:
            if store.follow:
                store.follow(steps(store.name))

    def forget(self, uids: Collection[str]) -> None:
        """Drop what depends on records that have changed."""
        for store in self.stores:
            store.forget(uids)


class Follower:
    """Calls `catch_up` if `head` has changed since the last call."""

    def __init__(
        self,
        head: Callable[[], str],
        catch_up: Callable[[], object],
        servable: Callable[[], bool] = lambda: False,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Compare the cheap `head()` before `catch_up`; `servable`: there is something to show before the first."""
        self._head = head
        self._catch_up = catch_up
        self._servable = servable
        self._seconds = seconds
        self._seen: str | None = None
        self._working = threading.Lock()
        self._background = Background[None]("follower")
        self._failure: Exception | None = None
        self._pause = 0.0
        self._not_before = 0.0

    @property
    def seen(self) -> str | None:
        """The head at the last successful update, None before the first."""
        return self._seen

    def is_current(self) -> bool:
        """Return whether nothing was published since then; raises what `head` raises."""
        return self._seen is not None and self._head() == self._seen

    def follow(self) -> bool:
        """Update if something was published; return whether it was. The next call repeats a failed update."""
        with self._working:
            head = self._head()
            if head == self._seen:
                return False
            self._catch_up()
            # Anything published meanwhile is found by the next call.
            self._seen, self._failure, self._pause = head, None, 0.0
            return True

    def begin(self) -> None:
        """Start an update in the background and return at once; raises what `head` raises."""
        if self._head() != self._seen and not self._pauses():
            self._background.start("", self._try)

    def follow_briefly(self) -> None:
        """Start an update in the background and wait at most `PATIENCE` for it.

        Calls made while an update runs, or during the pause after a failure, do not wait at all. Only while there is
        nothing to show does the call wait to the end and raise what `catch_up` raised.
        """
        if self._head() == self._seen:
            return
        if not self._pauses():
            work, is_new = self._background.start("", self._try)
            if not self._can_serve():
                work.over.wait()
            elif is_new:
                work.over.wait(PATIENCE)
        failure = self._failure
        if failure and not self._can_serve():
            raise failure.with_traceback(None)

    def _can_serve(self) -> bool:
        if self._seen is not None:
            return True
        try:
            return self._servable()
        except SQLAlchemyError:
            return False

    def _pauses(self) -> bool:
        return self._failure is not None and self._seconds() < self._not_before

    def _try(self) -> None:
        try:
            self.follow()
        except Exception as error:  # noqa: BLE001 - whatever it is, readers go on with what there is, and it is logged
            self._pause = min(max(FIRST_PAUSE, 2 * self._pause), LONGEST_PAUSE)
            self._not_before = self._seconds() + self._pause
            self._failure = error
            trace = not isinstance(error, _EXPECTED)
            _log.error("follower.failed", reason=type(error).__name__, again_in=self._pause, exc_info=trace)
