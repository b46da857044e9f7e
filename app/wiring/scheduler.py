"""What a running node does by itself now and then: send messages, remind of what is overdue, pack the repository."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from functools import partial
from typing import TYPE_CHECKING

from app.database.last_results import check_database
from app.database.schedule import Job, Schedule
from app.review.by_git.mirror import MirrorService
from app.review.service import ReviewService
from app.shared.clock import Clock
from app.wiring.following import Following
from app.wiring.guard import Guard
from app.wiring.meaning import Stop
from app.wiring.personal import Personal

if TYPE_CHECKING:
    from app.wiring.services import Services

_SECONDS = 15.0
_FORGE_EVERY = timedelta(minutes=5)
_SLICE = 5.0
"""Seconds in one go; messages wait no longer for it."""


def _next_day(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), day_time(), UTC)


# The leases are longer than git is given for all of it.
FORGE = Job(name="forge", following=lambda now: now + _FORGE_EVERY, lease=timedelta(minutes=20))
REMINDERS = Job(name="reminders", following=_next_day, lease=timedelta(hours=1))
ERASURE = Job(
    name="erasure",
    following=lambda now: now + timedelta(minutes=1),
    lease=timedelta(hours=2),
    # Each attempt goes through all objects of git and writes the database anew.
    longest_retry=timedelta(hours=6),
)
FOLLOWING = Job(name="following", following=lambda now: now + timedelta(minutes=1), lease=timedelta(minutes=30))
RETENTION = Job(name="retention", following=_next_day, lease=timedelta(hours=2))
MAINTENANCE = Job(name="maintenance", following=_next_day, lease=timedelta(hours=6))


class Scheduler:
    """A thread that goes round until the process ends.

    Several processes may each have one: messages are sent by whoever comes first, and what is due now and then is done
    once per node.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that goes round
        self,
        review: ReviewService,
        maintain: Callable[[], object],
        schedule: Schedule,
        clock: Clock,
        *,
        mirror: MirrorService | None = None,
        personal: Personal | None = None,
        following: Following | None = None,
        compute: Callable[[Stop], bool] = lambda _stop: False,
        may: Callable[[], object] = lambda: None,
        keep_files: Callable[[], object] = lambda: None,
        tidy: Callable[[], object] = lambda: None,
        seconds: float = _SECONDS,
    ) -> None:
        """Go round every `seconds`, and call `maintain` once a day; `clock` says which day it is.

        `may` raises where another machine does all this; `keep_files` keeps files for all machines that could not be
        kept when they were published, and `tidy` does what the index would else do while somebody publishes.

        `compute` works on what takes long until it is told to stop, and tells whether more is left.
        """
        self._mirror = mirror
        self._personal = personal
        self._following = following
        self._compute = compute
        self._may = may
        self._keep_files = keep_files
        self._tidy = tidy
        self._is_busy = False
        self.guard = Guard(clock)
        self._schedule = schedule
        self._review = review
        self._maintain = maintain
        self._clock = clock
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, name="rounds", daemon=True)

    def start(self) -> None:
        """Begin; call it after a fork."""
        self._thread.start()

    def stop(self) -> None:
        """End and wait for what is being sent."""
        self._over.set()
        self._thread.join()

    def once(self) -> None:
        """Go round once; what fails keeps nothing else from being done."""
        do = self.guard.do
        if not do("writer", self._may):
            return
        do("reconciliation", self._review.reconciliation.follow)
        do("files", self._keep_files)
        do("messages", self._review.mail.deliver)
        do("index", self._tidy)
        do("confirmations", self._review.confirmations.purge)
        if self._following is not None:
            do("subscriptions", self._following.subscriptions.purge)
            self._when_due(FOLLOWING, self._following.notifier.run)
        self._when_due(REMINDERS, lambda: self._review.overdue.remind(self._clock().date()))
        self._when_due(MAINTENANCE, self._maintain)
        if self._personal is not None:
            self._when_due(RETENTION, self._personal.retention.run)
            self._when_due(ERASURE, self._personal.erasure.go_on)
        if self._mirror is not None:
            self._when_due(FORGE, self._mirror.run)
        do("derived", self._derive)

    def _when_due(self, job: Job, deed: Callable[[], object]) -> None:
        self.guard.do(job.name, lambda: self._schedule.run(job, deed))

    def _derive(self) -> None:
        """Compute for some seconds, and go round again at once while there is more to do."""
        until = time.monotonic() + _SLICE
        self._is_busy = False
        self._is_busy = self._compute(lambda: self._over.is_set() or time.monotonic() > until)

    def _go(self) -> None:
        # This process may stand in for one that was killed in the middle of something.
        if self.guard.do("writer", self._may):
            self.guard.do("reconciliation", self._review.reconciliation.follow)
        while not self._over.wait(0 if self._is_busy else self._seconds):
            self.once()


def scheduler_of(services: Services, compute: Callable[[Stop], bool]) -> Scheduler:
    """Return what goes round for a node; `compute` works on what takes long, see `Scheduler`."""
    return Scheduler(
        services.review,
        partial(maintain, services),
        services.schedule,
        services.clock,
        mirror=services.mirror,
        personal=services.privacy,
        following=services.following,
        compute=compute,
        may=services.lease.hold,
        keep_files=services.own_files.follow if services.own_files else lambda: None,
        tidy=services.search.tidy,
    )


def maintain(services: Services) -> None:
    """Pack the repository, remove what was left behind, check the database, finish what a killed process began."""
    services.repository.maintain()
    services.public_copy.empty_inbox()
    services.harvest.forget_departed()
    services.harvest.files.held.maintain()
    check_database(services.sessions, services.results)
    # A web worker that is killed alone is replaced without a start of the node, which would do this.
    services.review.reconciliation.run()
