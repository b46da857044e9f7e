"""Lists of what is waiting, for whom and since when: proposals to decide on, records to review again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain

from sqlalchemy import func, select
from sqlmodel import Session, UTCDateTime, col

from app.identity import Action, Person
from app.records.checks.persons import CONCERNS
from app.records.problem import Severity
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.models import NoticeKind, Proposal, Remark
from app.review.notices.audience import authors_of
from app.review.permissions import needs_two, subject_of_record
from app.review.text.record_text import RecordText
from app.review.workflow import OPEN_STATES, ProposalState
from app.search.document import HERE, ORIGIN, REVIEW_BY, parts_of
from app.search.query import SearchQuery, SearchResult

_SMALL = 2
"""Number of fields up to which an edit is small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which proposals to list: any of `topics` and of `regions` (such as "HE"), with all `words` in the title."""

    states: frozenset[ProposalState] = frozenset()
    topics: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    author: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One line of the queue. `age` is the time in the current state; `waits_for` is "author", "curator" or "".

    `changed` are the keys of what an open edit changes, `claimed_by` is the id of the curator who looks after it.
    `is_small`: it waits for a curator, changes one or two fields, and has no open remarks or warnings to confirm.
    """

    proposal: Proposal
    age: timedelta
    waits_for: str
    open_remarks: int
    warnings: int
    changed: tuple[str, ...]
    claimed_by: str
    is_small: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The number of proposals that wait in one state, and the time `since` when the oldest has waited."""

    number: int
    since: datetime


class ProposalQueue:
    """Lists open proposals, longest waiting first, each followed by all others on the same record."""

    def __init__(self, context: ReviewContext) -> None:
        self._context = context

    def queue(self, person: Person, wanted: QueueFilter | None = None) -> tuple[QueueItem, ...]:
        """Return the proposals of others that a curator may decide on; only open ones unless states are given."""
        with self._context.sessions.reading() as db:
            rows = _by_record(self._rows(db, wanted or QueueFilter()))
            seen = [row for row in rows if self._context.change(row).allows(person, Action.CURATE)]
            return tuple(self._item(db, row) for row in seen)

    def next_after(self, proposal_id: str, person: Person, wanted: QueueFilter | None = None) -> Proposal | None:
        """Return the first proposal after the given one, or else from the start, on which the person may decide."""
        with self._context.sessions.reading() as db:
            rows = _by_record(self._rows(db, wanted or QueueFilter()))
            there = next((number for number, row in enumerate(rows, 1) if row.id == proposal_id), 0)
            ahead = (row for row in (*rows[there:], *rows[:there]) if row.id != proposal_id)
            return next((row for row in ahead if self._awaits(db, row, person)), None)

    def _awaits(self, db: Session, row: Proposal, person: Person) -> bool:
        writers = self._context.people.same_as(self._context.store.writers(db, row.id))
        seen = {one.person for one in self._context.store.approvals(db, row)} if needs_two(row.via, row.author) else ()
        change, others = self._context.change(row, writers), {row.editor or ""} - writers - {"", person.id}
        waits = row.state.waits_for == "curator" and not others and person.id not in seen
        return waits and change.allows(person, Action.REVIEW)

    def waiting(self) -> Mapping[ProposalState, Waiting]:
        """Return the number of open proposals by state, and since when the oldest of them has been in it."""
        found = select(col(Proposal.state), func.count(), func.min(col(Proposal.changed_at), type_=UTCDateTime()))
        grouped = found.where(col(Proposal.state).in_(OPEN_STATES)).group_by(col(Proposal.state))
        with self._context.sessions.reading() as db:
            return {state: Waiting(number=number, since=since) for state, number, since in db.execute(grouped)}

    def mine(self, person: Person) -> tuple[QueueItem, ...]:
        """Return all proposals that a person sent, last changed first."""
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
        if wanted.author is not None:
            found = found.where(col(Proposal.author) == wanted.author)
        rows = db.scalars(found.order_by(col(Proposal.changed_at), col(Proposal.id)))
        return [
            row
            for row in rows
            if _touches(row.topics, wanted.topics)
            and _touches(row.regions, wanted.regions)
            and all(word.casefold() in row.title.casefold() for word in wanted.words)
        ]

    def _item(self, db: Session, row: Proposal) -> QueueItem:
        count = select(func.count(col(Remark.id))).where(
            col(Remark.proposal_id) == row.id, col(Remark.resolved_at).is_(None)
        )
        remarks = db.execute(count).scalar() or 0
        newest, path = self._context.store.newest_revision(db, row), self._context.texts.path(row.kind, row.slug)
        base = self._context.texts.record_with(path, row.base) if row.state.is_open and row.base else None
        changed = newest.record_text.changed_from(RecordText.of_record(base)) if base else ()
        is_clear = not remarks and not any(problem.code in CONCERNS for problem in newest.problems)
        return QueueItem(
            proposal=row,
            age=self._context.clock() - row.changed_at,
            waits_for=row.state.waits_for,
            open_remarks=remarks,
            warnings=sum(problem.severity is Severity.WARNING for problem in newest.problems),
            changed=changed,
            claimed_by=row.editor if row.editor and row.editor not in self._context.store.writers(db, row.id) else "",
            is_small=is_clear and row.state.waits_for == "curator" and 0 < len(changed) <= _SMALL,
        )


def _by_record(rows: Iterable[Proposal]) -> list[Proposal]:
    """Return the proposals in their order, but each followed by all others on the same record."""
    found: dict[tuple[str, str], list[Proposal]] = {}
    for row in rows:
        found.setdefault((row.kind, row.slug), []).append(row)
    return [*chain.from_iterable(found.values())]


def _touches(listed: tuple[str, ...], wanted: frozenset[str]) -> bool:
    return not wanted or not wanted.isdisjoint(listed)


DUE_DAYS = 60
"""Days before `review_by` on which authors are first reminded."""
ARCHIVE_DAYS = 730
"""Days after `review_by` from which an unconfirmed record counts as archived: it stays readable, and says so."""


class Freshness(StrEnum):
    """How up to date a record is, judged by its next review."""

    CURRENT = "current"
    DUE = "due"
    OVERDUE = "overdue"
    ARCHIVED = "archived"


def freshness(review_by: str, today: date) -> Freshness:
    """Return the freshness of a record whose next review is due by `review_by` (YYYY-MM-DD)."""
    late = days_late(review_by, today)
    if late > ARCHIVE_DAYS:
        return Freshness.ARCHIVED
    if late > 0:
        return Freshness.OVERDUE
    return Freshness.DUE if late >= -DUE_DAYS else Freshness.CURRENT


def days_late(review_by: str, today: date) -> int:
    """Return the number of days since `review_by`; negative before it."""
    return (today - date.fromisoformat(review_by)).days


_STAGES = (-DUE_DAYS, 1, 180)
"""Days relative to `review_by` from which one reminder each is sent."""


Search = Callable[[SearchQuery], SearchResult]
_MAX_RECORDS = 1_000_000


class OverdueRecords:
    """Lists own records whose review is overdue."""

    def __init__(self, context: ReviewContext, search: Search) -> None:
        """Find overdue records with `search`; kinds that are not listed are never overdue."""
        self._context = context
        self._search = search

    def overdue(self, today: date, *, including_due: bool = False) -> tuple[Record, ...]:
        """Return overdue records, longest first, `including_due` those due soon. Raises Unavailable."""
        wanted = (Freshness.OVERDUE, Freshness.ARCHIVED, *((Freshness.DUE,) if including_due else ()))
        counted = self._search(SearchQuery(filters={ORIGIN: (HERE,)}, size=1, counted=(REVIEW_BY,)))
        known = (value.value for facet in counted.facets for value in facet.values if value.count)
        days = tuple(day for day in known if freshness(day, today) in wanted)
        if not days:
            return ()
        catalogue = self._context.catalogue
        # A page has at most 100 hits.
        found = self._search(
            SearchQuery(filters={ORIGIN: (HERE,), REVIEW_BY: days}, size=1, named=_MAX_RECORDS, counted=())
        )
        visible = catalogue.visible()
        entries = catalogue.in_turn(entry for uid in found.uids if (entry := visible.get(parts_of(uid)[1])))
        late = [record for entry in entries if (record := catalogue.readable(entry))]
        return tuple(sorted(late, key=lambda record: (record.review_by, record.kind, record.slug)))

    def remind(self, today: date) -> int:
        """Notify authors and curators of records overdue or due soon, once per stage and date; return the number."""
        told = 0
        for record in self.overdue(today, including_due=True):
            stage = max(stage for stage in _STAGES if days_late(record.review_by, today) >= stage)
            once = f"review:{record.id}:{record.review_by}:{stage}"
            params = {"title": record.title, "kind": record.kind, "slug": record.slug, "review_by": record.review_by}
            subject = subject_of_record(record)
            curators = frozenset(self._context.people.curators(subject))
            with self._context.sessions.reading() as db:
                people = sorted(authors_of(db, record.kind, record.slug) | curators)
            # Mention the button „Stimmt noch“ only to those who will see it.
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
