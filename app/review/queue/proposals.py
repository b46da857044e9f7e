# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lists of proposals with their age."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.content.problem import Severity
from app.identity import Action, Person
from app.review.desk import Desk
from app.review.model.queue import QueueFilter, QueueItem
from app.review.model.workflow import OPEN_STATES, ProposalState
from app.review.proposals.values import problems_from, proposal_of
from app.review.tables.proposal import ProposalRow, RemarkRow, RoundRow


class ProposalQueue:
    """Lists open proposals, what has waited longest first."""

    def __init__(self, desk: Desk) -> None:
        """Read through `desk`."""
        self._desk = desk

    def queue(self, person: Person, wanted: QueueFilter | None = None) -> tuple[QueueItem, ...]:
        """Return the proposals on which a curator may decide, own words apart; open ones unless states are named."""
        with self._desk.sessions.reading() as db:
            rows = self._rows(db, wanted or QueueFilter())
            seen = [row for row in rows if self._desk.changes.of(row).allows(person, Action.CURATE)]
            return tuple(self._item(db, row) for row in seen)

    def mine(self, person: Person) -> tuple[QueueItem, ...]:
        """Return all proposals that a person sent, the one changed last first."""
        found = QueueFilter(author=person.id, states=frozenset(ProposalState))
        with self._desk.sessions.reading() as db:
            return tuple(self._item(db, row) for row in reversed(self._rows(db, found)))

    def of_record(self, person: Person, kind: str, slug: str) -> tuple[QueueItem, ...]:
        """Return the open proposals for a record that a person may see."""
        with self._desk.sessions.reading() as db:
            rows = self._desk.store.open_at(db, slug, kind)
            seen = [row for row in rows if self._desk.changes.of(row, self._writers(db, row)).concerns(person)]
            return tuple(self._item(db, row) for row in seen)

    def _writers(self, db: Session, row: ProposalRow) -> frozenset[str]:
        return self._desk.store.writers(db, row.id) | {row.author}

    def _rows(self, db: Session, wanted: QueueFilter) -> list[ProposalRow]:
        states = wanted.states or OPEN_STATES
        found = select(ProposalRow).where(col(ProposalRow.state).in_([state.value for state in states]))
        if wanted.kinds:
            found = found.where(col(ProposalRow.kind).in_(wanted.kinds))
        if wanted.author is not None:
            found = found.where(col(ProposalRow.author) == wanted.author)
        rows = db.scalars(found.order_by(col(ProposalRow.changed_at), col(ProposalRow.id)))
        return [row for row in rows if _touches(row.topics, wanted.topics) and _touches(row.regions, wanted.regions)]

    def _item(self, db: Session, row: ProposalRow) -> QueueItem:
        open_remarks = select(func.count(col(RemarkRow.id))).where(
            col(RemarkRow.proposal_id) == row.id, col(RemarkRow.resolved_at).is_(None)
        )
        problems = problems_from(db.get_one(RoundRow, (row.id, row.rounds)).problems)
        proposal = proposal_of(row)
        return QueueItem(
            proposal=proposal,
            age=self._desk.clock() - row.changed_at,
            waits_for=proposal.state.waits_for,
            open_remarks=db.execute(open_remarks).scalar() or 0,
            warnings=sum(problem.severity is Severity.WARNING for problem in problems),
        )


def _touches(listed: str, wanted: frozenset[str]) -> bool:
    return not wanted or not wanted.isdisjoint(json.loads(listed))
