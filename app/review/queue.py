"""What waits, why, for whom and for how long: proposals to decide on, records to look at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlmodel import Session, UTCDateTime, col

from app.identity import Action, Person
from app.records.problem import Severity
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.models import NoticeKind, Proposal, Remark
from app.review.notices.audience import authors_of
from app.review.permissions import subject_of_record
from app.review.workflow import OPEN_STATES, ProposalState
from app.search.document import HERE, ORIGIN, REVIEW_BY, parts_of
from app.search.query import SearchQuery, SearchResult


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
class Waiting:
    """How many proposals wait in one state; the first of them has done so `since`."""

    number: int
    since: datetime


class ProposalQueue:
    """Lists open proposals, what has waited longest first."""

    def __init__(self, context: ReviewContext) -> None:
        self._context = context

    def queue(self, person: Person, wanted: QueueFilter | None = None) -> tuple[QueueItem, ...]:
        """Return the proposals on which a curator may decide, own words apart; open ones unless states are named."""
        with self._context.sessions.reading() as db:
            rows = self._rows(db, wanted or QueueFilter())
            seen = [row for row in rows if self._context.change(row).allows(person, Action.CURATE)]
            return tuple(self._item(db, row) for row in seen)

    def waiting(self) -> Mapping[ProposalState, Waiting]:
        """Return how many open proposals there are in each state, and since when the oldest has been in it."""
        found = select(col(Proposal.state), func.count(), func.min(col(Proposal.changed_at), type_=UTCDateTime()))
        grouped = found.where(col(Proposal.state).in_(OPEN_STATES)).group_by(col(Proposal.state))
        with self._context.sessions.reading() as db:
            return {state: Waiting(number=number, since=since) for state, number, since in db.execute(grouped)}

    def mine(self, person: Person) -> tuple[QueueItem, ...]:
        """Return all proposals that a person sent, the one changed last first."""
        found = QueueFilter(author=person.id, states=frozenset(ProposalState))
        with self._context.sessions.reading() as db:
            return tuple(self._item(db, row) for row in reversed(self._rows(db, found)))

    def of_record(self, person: Person, kind: str, slug: str) -> tuple[QueueItem, ...]:
        """Return the open proposals for a record that a person may see."""
        with self._context.sessions.reading() as db:
            rows = self._context.store.open_at(db, slug, kind)
            writers = {row.id: self._context.store.writers(db, row.id) | {row.author} for row in rows}
            seen = [row for row in rows if self._context.change(row, writers[row.id]).concerns(person)]
            return tuple(self._item(db, row) for row in seen)

    def _rows(self, db: Session, wanted: QueueFilter) -> list[Proposal]:
        states = wanted.states or OPEN_STATES
        found = select(Proposal).where(col(Proposal.state).in_(states))
        if wanted.kinds:
            found = found.where(col(Proposal.kind).in_(wanted.kinds))
        if wanted.author is not None:
            found = found.where(col(Proposal.author) == wanted.author)
        rows = db.scalars(found.order_by(col(Proposal.changed_at), col(Proposal.id)))
        return [row for row in rows if _touches(row.topics, wanted.topics) and _touches(row.regions, wanted.regions)]

    def _item(self, db: Session, row: Proposal) -> QueueItem:
        open_remarks = select(func.count(col(Remark.id))).where(
            col(Remark.proposal_id) == row.id, col(Remark.resolved_at).is_(None)
        )
        problems = self._context.store.newest_revision(db, row).problems
        return QueueItem(
            proposal=row,
            age=self._context.clock() - row.changed_at,
            waits_for=row.state.waits_for,
            open_remarks=db.execute(open_remarks).scalar() or 0,
            warnings=sum(problem.severity is Severity.WARNING for problem in problems),
        )


def _touches(listed: tuple[str, ...], wanted: frozenset[str]) -> bool:
    return not wanted or not wanted.isdisjoint(listed)


DUE_DAYS = 60
"""Days before `review_by` on which its authors are reminded."""
ARCHIVE_DAYS = 730
"""Days after `review_by` until a record that nobody confirmed counts as archived: it stays readable, and says so."""


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


Search = Callable[[SearchQuery], SearchResult]
_MAX_RECORDS = 1_000_000


class OverdueRecords:
    """Lists own records by how long ago somebody should have looked at them."""

    def __init__(self, context: ReviewContext, search: Search) -> None:
        """Read what the `search` says is overdue; kinds that are not listed never become so."""
        self._context = context
        self._search = search

    def overdue(self, today: date, *, including_due: bool = False) -> tuple[Record, ...]:
        """Return the records that are overdue, the longest first; with `including_due` also those that soon will be.

        Raises Unavailable.
        """
        wanted = (Freshness.OVERDUE, Freshness.ARCHIVED, *((Freshness.DUE,) if including_due else ()))
        counted = self._search(SearchQuery(filters={ORIGIN: (HERE,)}, size=1, counted=(REVIEW_BY,)))
        known = (value.value for facet in counted.facets for value in facet.values if value.count)
        days = tuple(day for day in known if freshness(day, today) in wanted)
        if not days:
            return ()
        catalogue = self._context.catalogue
        # A page has 100 at most.
        found = self._search(
            SearchQuery(filters={ORIGIN: (HERE,), REVIEW_BY: days}, size=1, named=_MAX_RECORDS, counted=())
        )
        visible = catalogue.visible()
        entries = catalogue.in_turn(entry for uid in found.uids if (entry := visible.get(parts_of(uid)[1])))
        late = [record for entry in entries if (record := catalogue.readable(entry))]
        return tuple(sorted(late, key=lambda record: (record.review_by, record.kind, record.slug)))

    def remind(self, today: date) -> int:
        """Tell authors and curators of records that are or soon will be overdue; return how many were told.

        Each is told once per stage and date, however often this runs.
        """
        told = 0
        for record in self.overdue(today, including_due=True):
            stage = max(stage for stage in _STAGES if days_late(record.review_by, today) >= stage)
            once = f"review:{record.id}:{record.review_by}:{stage}"
            params = {"title": record.title, "kind": record.kind, "slug": record.slug, "review_by": record.review_by}
            subject = subject_of_record(record)
            curators = frozenset(self._context.people.curators(subject))
            with self._context.sessions.reading() as db:
                people = sorted(authors_of(db, record.kind, record.slug) | curators)
            # The button „Stimmt noch“ is promised only to those who will find it.
            kinds = {
                person: NoticeKind.REVIEW_DUE
                if person in curators or self._context.people.may(person, Action.CONFIRM, subject)
                else NoticeKind.REVIEW_WANTED
                for person in people
            }
            with self._context.sessions.begin() as db:
                add = self._context.notices.add
                told += sum(add(db, person, kind, params, once=once) for person, kind in kinds.items())
        return told
