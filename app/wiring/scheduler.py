"""Regular work of a running node: send messages, send reminders about overdue records, pack the repository."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from hashlib import sha256

from app.database.jobs import Beat, Job, JobRunner, check_database
from app.federation.harvest.models import EQUIVOCATION, Freshness, Node, NodeState
from app.federation.harvest.origins import readable
from app.identity import RoleKind
from app.review.models import NoticeKind
from app.wiring.meaning import Stop
from app.wiring.services import Services

_SECONDS = 15.0
_FORGE_EVERY = timedelta(minutes=5)
_SLICE = 5.0
"""Seconds of computing at a time; messages wait no longer than this."""


def _next_day(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), day_time(), UTC)


# The leases are longer than the time limits of git.
FORGE = Job(name="forge", following=lambda now: now + _FORGE_EVERY, lease=timedelta(minutes=20))
REMINDERS = Job(name="reminders", following=_next_day, lease=timedelta(hours=1))
STILL_TRUE = Job(name="still_true", following=_next_day, lease=timedelta(hours=1))
PLANS = Job(name="plans", following=_next_day, lease=timedelta(hours=1))
ERASURE = Job(
    name="erasure",
    following=lambda now: now + timedelta(minutes=1),
    lease=timedelta(hours=2),
    # Each attempt reads all objects of git and rewrites the database.
    longest_retry=timedelta(hours=6),
)
FOLLOWING = Job(name="following", following=lambda now: now + timedelta(minutes=1), lease=timedelta(minutes=30))
RETENTION = Job(name="retention", following=_next_day, lease=timedelta(hours=2))
MAINTENANCE = Job(name="maintenance", following=_next_day, lease=timedelta(hours=6))


class Scheduler:
    """Runs the regular work in a loop; several processes may, because each due job runs once per node."""

    def __init__(self, services: Services, compute: Callable[[Stop], bool], seconds: float = _SECONDS) -> None:
        """Run the work every `seconds`. `compute` runs until its argument is true; returns whether work is left."""
        self._services = services
        self._compute = compute
        self._is_busy = False
        self._has_begun = False
        self.runner = JobRunner(services.clock)
        self._beat = Beat(self._go, lambda: 0 if self._is_busy else seconds)

    def start(self) -> None:
        """Start the loop; call this after a fork."""
        self._beat.start()

    def stop(self) -> None:
        """Stop the loop, and wait for the work that is running."""
        self._beat.stop()

    def _go(self) -> None:
        if self._has_begun:
            return self.once()
        self._has_begun = True
        # This process may replace one that was killed in the middle of its work.
        if self.runner.do("writer", self._services.lease.hold):
            self.runner.do("reconciliation", self._services.review.reconciliation.follow)
        return None

    def once(self) -> None:
        """Run everything once; if one part fails, the others still run."""
        services, do = self._services, self.runner.do
        review, following, privacy = services.review, services.following, services.privacy
        if not do("writer", services.lease.hold):
            return
        do("reconciliation", review.reconciliation.follow)
        if services.own_files:
            do("files", services.own_files.follow)
        do("corrections", review.corrections.take_in)
        do("alarms", lambda: tell_of_two_lists(services))
        do("webhooks", lambda: tell_of_stopped_webhooks(services))
        do("responses", review.responses.tell_arrivals)
        do("messages", review.mail.deliver)
        do("index", services.search.tidy)
        do("confirmations", review.confirmations.purge)
        do("subscriptions", following.subscriptions.purge)
        self._when_due(FOLLOWING, following.notifier.run)
        self._when_due(REMINDERS, lambda: review.overdue.remind(services.clock().date()))
        self._when_due(STILL_TRUE, services.still_true.run)
        self._when_due(PLANS, review.responses.planning.run)
        self._when_due(MAINTENANCE, lambda: maintain(services))
        self._when_due(RETENTION, privacy.retention.run)
        self._when_due(ERASURE, privacy.erasure.go_on)
        if services.mirror is not None:
            self._when_due(FORGE, services.mirror.run)
        do("derived", self._derive)

    def _when_due(self, job: Job, deed: Callable[[], object]) -> None:
        self.runner.do(job.name, lambda: self._services.schedule.run(job, deed))

    def _derive(self) -> None:
        """Compute for some seconds; while more is left, the next round starts at once."""
        until = time.monotonic() + _SLICE
        self._is_busy = False
        self._is_busy = self._compute(lambda: self._beat.is_over() or time.monotonic() > until)


def maintain(services: Services) -> None:
    """Pack the repository, remove leftovers, check the database, and finish what a killed process had begun."""
    services.repository.maintain()
    services.public_copy.empty_inbox()
    tell_of_silence(services)
    services.harvest.moderation.age()
    services.harvest.let_wait_no_longer()
    # Where its place could not be reached at the start, the list begins now.
    services.federation.listing.ensure()
    services.federation.listing.renew(services.harvest.seen())
    services.harvest.files.maintain()
    check_database(services.sessions, services.results)
    # A web worker killed alone is replaced without a start of the node, which would otherwise do this.
    services.review.reconciliation.run()
    # A crash between the steps of an exclusion would leave its copies.
    services.harvest.associations.settle()


def tell_of_silence(services: Services) -> None:
    """Tell the operators of sites that have just fallen silent, each time once."""
    silent = [
        (node, node.confirmed_at)
        for node, fresh in services.harvest.nodes.aged()
        if node.confirmed_at and node.state is NodeState.ACTIVE and fresh is Freshness.UNCONFIRMED
    ]
    for node, since in silent:
        _tell_operators(services, node, NoticeKind.SITE_SILENT, since.date().isoformat())


def tell_of_two_lists(services: Services) -> None:
    """Tell the operators of sites that have signed two lists under one number, once for each number."""
    for node in services.harvest.nodes.all():
        if node.error == EQUIVOCATION:
            _tell_operators(services, node, NoticeKind.SITE_TWO_LISTS, str(node.list_version))


def tell_of_stopped_webhooks(services: Services) -> None:
    """Tell the operators of programs to which no event is sent any more, each time once."""
    for hook in services.webhooks.all():
        if hook.stopped_at:
            params = {"title": hook.address, "reason": hook.failure, "number": str(hook.id)}
            once = f"webhook:{hook.id}:{hook.stopped_at.isoformat()}"
            _tell(services, NoticeKind.WEBHOOK_STOPPED, {**params, "href": f"{services.settings.issuer}/betrieb"}, once)


def _tell_operators(services: Services, node: Node, kind: NoticeKind, about: str) -> None:
    """Tell all operators of a site, once `about` the same day or number."""
    href = f"{services.settings.issuer}/betrieb#partner"
    params = {"title": readable(node.name) or node.origin, "day": about, "href": href}
    _tell(services, kind, params, f"{kind.value}:{sha256(node.origin.encode()).hexdigest()[:16]}:{about}")


def _tell(services: Services, kind: NoticeKind, params: Mapping[str, str], once: str) -> None:
    notices = services.review.notices
    with services.sessions.begin() as db:
        for person in services.identity.people.with_role(RoleKind.OPERATOR):
            notices.add(db, person.id, kind, params, once=once)
        notices.tell_programs(db, kind, params, once=once)
