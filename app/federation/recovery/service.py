# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The use cases around lost versions: what is missing, what bringing it back would mean, and doing it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import structlog

from app.catalogue import CatalogueService
from app.catalogue.ledger import Progress
from app.federation.recovery.asked_peers import AskedPeers, PeerAnswers
from app.federation.recovery.cases import Case, judge
from app.federation.recovery.lost import LostVersions, Waiting
from app.federation.recovery.restoration import Restoration, RestoredRecord
from app.shared.errors import Conflict

_log = structlog.get_logger(__name__)


class NothingToKeep(Conflict):
    """This node has no version of its own of the record `name` (kind/slug) that could go on, or it lacks none of it."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPlan:
    """What is missing, and what would be done about it.

    `answers` say whom that was learned from. `behind`: peers have seen change numbers above this node's last one.
    """

    cases: tuple[Case, ...]
    answers: PeerAnswers
    behind: bool

    @property
    def versions(self) -> int:
        """Return how many versions are missing."""
        return sum(len(case.lost) for case in self.cases)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to do."""
        return not self.cases and not self.behind


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryReport:
    """What was done for each record, and what still waits."""

    records: tuple[RestoredRecord, ...]
    waiting: tuple[Waiting, ...] = field(default=())


class RecoveryService:
    """Finds and brings back what this node published and lost. One object per process, safe for all its threads."""

    def __init__(
        self,
        lost: LostVersions,
        peers: AskedPeers,
        restoring: Restoration,
        catalogue: CatalogueService,
        *,
        head: Callable[[], str],
        follow_up: Callable[[], object],
        complete: Callable[[], object],
    ) -> None:
        """`head` gives the newest commit; `follow_up` takes in what was brought back and kept, rows and cursors.

        `complete` is told once nothing is missing as far as anybody knows.
        """
        self._lost = lost
        self._peers = peers
        self._restoring = restoring
        self._catalogue = catalogue
        self._head = head
        self._follow_up = follow_up
        self._complete = complete

    def waiting(self) -> tuple[Waiting, ...]:
        """Return the records of which something is to come back; while there are any, publishing is stopped.

        One short query, without a look at other nodes.
        """
        return self._lost.waiting()

    def plan(self, show: Progress, keep: Collection[str] = ()) -> RecoveryPlan:
        """Ask all peers and return what is missing and what `recover` would do; changes nothing that is published.

        `keep` names records (kind/slug) whose own version goes on although others hold another one. Raises
        NothingToKeep.
        """
        self._catalogue.catch_up()
        answers = self._peers.ask(show)
        cases = tuple(self._cases(keep))
        settled = {case.name for case in cases if case.own}
        for name in keep:
            if name not in settled:
                raise NothingToKeep(name)
        return RecoveryPlan(cases=cases, answers=answers, behind=answers.seen_seq > self._catalogue.last_seq())

    def recover(self, plan: RecoveryPlan, show: Progress) -> RecoveryReport:
        """Bring back what a plan lists; what cannot come back waits, and publishing elsewhere goes on.

        Killed anywhere, the next time finishes it. Raises RepositoryBusy.
        """
        if plan.behind:
            self._catalogue.raise_above(plan.answers.seen_seq)
        records = tuple(self._restoring.restore(plan.cases, self._head, show))
        self._follow_up()
        self._lost.forget_held()
        waiting = self._lost.waiting()
        if not waiting and plan.answers.are_whole:
            self._complete()
        _log.warning("recovery.done", records=len(records), waiting=len(waiting))
        return RecoveryReport(records=records, waiting=waiting)

    def _cases(self, keep: Collection[str]) -> Iterator[Case]:
        for record_id, found in groupby(self._lost.all(), key=lambda one: one.statement.record_id):
            own = self._catalogue.versions(record_id)
            case = judge(tuple(found), own, keep)
            if case is not None:
                yield case


def states(waiting: Collection[Waiting]) -> Mapping[str, object]:
    """Return what a monitor is told: whether publishing is stopped, and how many records wait."""
    stopped = any(not one.stuck for one in waiting)
    return {"publishing": "stopped" if stopped else "open", "lost_records": len(waiting)}
