"""Derived stores: what each can do, and how all are kept up to date while the site runs, without readers waiting."""

from __future__ import annotations

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
"""Seconds for which a request waits for what was just published; the work goes on without it."""
FIRST_PAUSE = 5.0
"""Seconds after a failure before requests have it tried again; each further failure doubles them."""
LONGEST_PAUSE = 60.0
_EXPECTED = (DomainError, *PASSING)
"""What a node may meet; anything else is a mistake of the program, and the log shows where."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Projection:
    """A store that can be made again from what it is derived from.

    `follow` brings it up to date, `forget` drops what rests on changed records (uid), `lacking` counts what it has not
    taken in yet, and `agree` reads all of it and returns what is wrong.
    """

    name: str
    follow: Callable[[Progress], object] | None = None
    forget: Callable[[Collection[str]], object] = lambda _uids: None
    lacking: Callable[[], int] = lambda: 0
    agree: Callable[[Progress], Iterable[Difference]] = lambda _progress: ()


class Projections:
    """All derived stores of a machine, each after those that it rests on."""

    def __init__(self, head: Callable[[], str], prepare: Callable[[], object], stores: Sequence[Projection]) -> None:
        """`head` names what is published, cheaply; `prepare` comes before the first of the `stores` follows."""
        self.head = head
        self.stores = stores
        self._prepare = prepare

    def follow(self, steps: Callable[[str], Progress] = lambda _name: silent) -> None:
        """Bring everything up to what is published, however long it takes; raises what the stores raise."""
        self._prepare()
        for store in self.stores:
            if store.follow:
                store.follow(steps(store.name))

    def forget(self, uids: Collection[str]) -> None:
        """Drop what rests on records that have changed."""
        for store in self.stores:
            store.forget(uids)


class Follower:
    """Calls `catch_up` when `head` has moved since the last time."""

    def __init__(
        self,
        head: Callable[[], str],
        catch_up: Callable[[], object],
        servable: Callable[[], bool] = lambda: False,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Compare `head()`, which has to be cheap, before each call of `catch_up`.

        `servable` tells whether there is something to show before the first time of this process has succeeded.
        """
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
        """The head that everything has been brought up to, None before the first time of this process."""
        return self._seen

    def is_current(self) -> bool:
        """Tell whether nothing was published since then; raises what `head` raises."""
        return self._seen is not None and self._head() == self._seen

    def follow(self) -> bool:
        """Bring everything up to date if something was published; tell whether work was done.

        Waits as long as it takes. Raises what `head` and `catch_up` raise; the next call then tries again.
        """
        with self._working:
            head = self._head()
            if head == self._seen:
                return False
            self._catch_up()
            # Whatever was published during the work is found by the next call.
            self._seen, self._failure, self._pause = head, None, 0.0
            return True

    def begin(self) -> None:
        """Have everything brought up to date in the background, and wait for nothing; raises what `head` raises."""
        if self._head() != self._seen and not self._pauses():
            self._background.start("", self._try)

    def follow_briefly(self) -> None:
        """Have everything brought up to date in the background, and wait for it for `PATIENCE` at most.

        Whoever comes while the work is going on does not wait at all, nor during the pause after a failure. Only while
        there is nothing to show does it wait to the end and raise what `catch_up` raised.
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
