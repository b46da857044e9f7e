# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits, why, for whom and for how long: proposals to decide on, records to look at again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.catalogue import CatalogueEntry, CatalogueService
from app.content.problem import InvalidRecord, Severity
from app.content.schema import SchemaSet
from app.identity import Action, Person, Subject
from app.review.context import ReviewContext
from app.review.model.proposal import Proposal
from app.review.model.workflow import OPEN_STATES, ProposalState
from app.review.models import ProposalRow, RemarkRow, RevisionRow
from app.review.notices.audience import authors_of
from app.review.notices.notice import NoticeKind
from app.review.proposals.values import problems_from, proposal_of
from app.review.subject import organisations_of, regions_of, subject_of_record


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which proposals to list; empty means all. `topics` and `regions` (states such as "HE") match any of theirs."""

    states: frozenset[ProposalState] = frozenset()
    kinds: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One line of the queue. `age` is how long it has been in its state; `waits_for` is "author", "curator" or ""."""

    proposal: Proposal
    age: timedelta
    waits_for: str
    open_remarks: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueRecord:
    """A published record whose `review_by` has passed `days` ago.

    `topics`, `states` and `organisations` say who looks after it.
    """

    kind: str
    slug: str
    record_id: str
    title: str
    review_by: str
    days: int
    topics: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


class ProposalQueue:
    """Lists open proposals, what has waited longest first."""

    def __init__(self, desk: ReviewContext) -> None:
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
        problems = problems_from(db.get_one(RevisionRow, (row.id, row.rounds)).problems)
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


DUE_DAYS = 60
"""So many days before `review_by` its authors are reminded."""
ARCHIVE_DAYS = 730
"""So many days after it, a record that nobody confirmed counts as archived: it stays readable, and says so."""


class Freshness(StrEnum):
    """Whether somebody has looked at a record lately."""

    CURRENT = "current"
    DUE = "due"
    OVERDUE = "overdue"
    ARCHIVED = "archived"


def freshness(review_by: str, today: date) -> Freshness:
    """Return how a record stands whose next look is due by `review_by` (YYYY-MM-DD)."""
    late = days_late(review_by, today)
    if late > ARCHIVE_DAYS:
        return Freshness.ARCHIVED
    if late > 0:
        return Freshness.OVERDUE
    return Freshness.DUE if late >= -DUE_DAYS else Freshness.CURRENT


def days_late(review_by: str, today: date) -> int:
    """Return how many days ago `review_by` was; negative before it."""
    return (today - date.fromisoformat(review_by)).days


_STAGES = (-DUE_DAYS, 1, 180)
"""Days from `review_by` from which on a reminder goes out, each once."""


class OverdueRecords:
    """Lists own records by how long ago somebody should have looked at them."""

    def __init__(self, desk: ReviewContext, catalogue: CatalogueService, schemas: SchemaSet) -> None:
        """Read from `catalogue`; kinds that are not listed never become overdue."""
        self._desk = desk
        self._catalogue = catalogue
        self._kinds = frozenset(kind.name for kind in schemas.kinds if kind.listed)
        self._seen: tuple[int, tuple[OverdueRecord, ...]] = (-1, ())

    def overdue(self, today: date, *, including_due: bool = False) -> tuple[OverdueRecord, ...]:
        """Return the records that are overdue, the longest first; with `including_due` also those that soon will be.

        `days` is negative before the day.
        """
        wanted = (Freshness.OVERDUE, Freshness.ARCHIVED, *((Freshness.DUE,) if including_due else ()))
        found = [self._on(record, today) for record in self._records()]
        late = [record for record in found if freshness(record.review_by, today) in wanted]
        return tuple(sorted(late, key=lambda record: (-record.days, record.kind, record.slug)))

    def remind(self, today: date) -> int:
        """Tell authors and curators of records that are or soon will be overdue; return how many were told.

        Each is told once per stage and date, however often this runs.
        """
        told = 0
        for record in self.overdue(today, including_due=True):
            stage = max(stage for stage in _STAGES if record.days >= stage)
            told += self._remind(record, stage)
        return told

    def _remind(self, record: OverdueRecord, stage: int) -> int:
        once = f"review:{record.record_id}:{record.review_by}:{stage}"
        params = {"title": record.title, "kind": record.kind, "slug": record.slug, "review_by": record.review_by}
        matter = subject_of_record(self._catalogue.record(self._catalogue.head(record.record_id)))
        curators = frozenset(self._desk.people.curators(matter))
        with self._desk.sessions.reading() as db:
            people = authors_of(db, record.kind, record.slug) | curators
        kinds = {person: self._kind(person, matter, curators) for person in sorted(people)}
        with self._desk.sessions.begin() as db:
            return sum(self._desk.notices.add(db, person, kind, params, once=once) for person, kind in kinds.items())

    def _kind(self, person: str, matter: Subject, curators: frozenset[str]) -> NoticeKind:
        """Return what to tell: the button „Stimmt noch“ is promised only to those who will find it."""
        has_button = person in curators or self._desk.people.may(person, Action.CONFIRM, matter)
        return NoticeKind.REVIEW_DUE if has_button else NoticeKind.REVIEW_WANTED

    def _records(self) -> tuple[OverdueRecord, ...]:
        seq, records = self._seen
        if seq != self._catalogue.last_seq():
            seq = self._catalogue.last_seq()
            heads = (entry for entry in self._catalogue.heads() if not entry.origin and entry.kind in self._kinds)
            records = tuple(record for entry in heads if (record := self._read(entry)))
            self._seen = (seq, records)
        return records

    def _read(self, entry: CatalogueEntry) -> OverdueRecord | None:
        try:
            record = self._catalogue.record(entry)
        except InvalidRecord:
            return None
        return OverdueRecord(
            kind=record.kind,
            slug=record.slug,
            record_id=record.id,
            title=record.title,
            review_by=record.review_by,
            days=0,
            topics=record.topics,
            states=regions_of(record),
            organisations=organisations_of(record),
        )

    def _on(self, record: OverdueRecord, today: date) -> OverdueRecord:
        return replace(record, days=days_late(record.review_by, today))
