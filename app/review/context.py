"""The stores and settings that all use cases of review share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import InitVar, dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from app.catalogue import CatalogueService
from app.database import Sessions
from app.identity import Action, NamedPlace, Person, Subject
from app.records.proposals import ProposalRefs
from app.records.record import Record
from app.records.repository import REVIEW_LOCK, ContentRepository
from app.records.schema import SchemaSet
from app.records.service import ContentService
from app.records.vocabulary import Vocabulary
from app.review.audit_log import AuditLog
from app.review.drafts.store import DraftStore
from app.review.errors import ProposalNotFound, QuotaReached, RevisionOutdated
from app.review.models import UNREVIEWED, Proposal, Remark, Revision
from app.review.notices.notice import Notices
from app.review.people import People
from app.review.permissions import HasNamesakes, ProposedChange, permit, subject_of_record
from app.review.proposals.store import ProposalStore
from app.review.responses.response import GlobalName
from app.review.submission import Submission, Via
from app.review.text.examiner import Examiner, ReferenceRules
from app.review.text.stored import StoredTexts
from app.review.workflow import Step, after
from app.shared.clock import Clock

AfterStep = Callable[[str], None]
"""Called with the name of each step once it is done; tests end the process there."""


PlaceOfKey = Callable[[str], NamedPlace | None]
"""Returns the place with an official key, in its shortest form; None if it is not known."""


def nothing(step: str) -> None:
    """Do nothing."""
    del step


@dataclass(slots=True, kw_only=True)
class ReviewContext:
    """The node's stores that review uses, and review's own stores on top of them; created once per process.

    `global_name` returns the name by which every node knows a record. `strangers` returns the nodes that nobody here
    chose, with the time since when each is known, `bound` those that may speak for some official keys only, `place` the
    place with such a key, and `within_reach` whether two places are near or alike enough to learn of each other.
    `reread_vocabularies` loads those that are published.
    """

    repository: ContentRepository
    content: ContentService
    catalogue: CatalogueService
    sessions: Sessions
    schemas: SchemaSet
    vocabularies: Mapping[str, Vocabulary]
    people: People
    clock: Clock
    global_name: GlobalName
    has_namesakes: HasNamesakes = lambda _name, _state: False
    strangers: Callable[[], Mapping[str, datetime]] = dict
    bound: Callable[[], Mapping[str, frozenset[str]]] = dict
    place: PlaceOfKey = lambda _key: None
    within_reach: Callable[[NamedPlace, NamedPlace], bool] = lambda one, other: one.state == other.state
    reread_vocabularies: Callable[[], None] = lambda: None
    after_step: AfterStep = nothing
    hourly: InitVar[Hourly | None] = None
    examiner: Examiner = field(init=False)
    refs: ProposalRefs = field(init=False)
    texts: StoredTexts = field(init=False)
    audit: AuditLog = field(init=False)
    notices: Notices = field(init=False)
    quota: Quota = field(init=False)
    store: ProposalStore = field(init=False, default_factory=ProposalStore)
    drafts: DraftStore = field(init=False, default_factory=DraftStore)

    def __post_init__(self, hourly: Hourly | None) -> None:
        rules = ReferenceRules(self.schemas, self.catalogue, self.vocabularies)
        self.examiner = Examiner(self.schemas, self.catalogue, rules, self.clock)
        self.refs = ProposalRefs(self.repository)
        self.texts = StoredTexts(self.repository, self.content, self.refs)
        self.audit = AuditLog(self.sessions, self.clock)
        self.notices = Notices(self.sessions, self.clock)
        self.quota = Quota(hourly or Hourly(), self.clock)

    def lock(self) -> AbstractContextManager[None]:
        """Hold this while rows and references change together. Not reentrant; raises RepositoryBusy after a minute."""
        return self.repository.exclusive(REVIEW_LOCK)

    def change(self, row: Proposal, writers: Iterable[str] = ()) -> ProposedChange:
        """Return the change that a proposal would make; `writers` are the ids of all who wrote parts of it."""
        after = Subject.of(topics=row.topics, states=row.regions, organisations=row.organisations, authors=writers)
        return ProposedChange(before=self._before(row.kind, row.slug, after.authors), after=after)

    def subject_of(self, record: Record) -> Subject:
        """Return the subject of a decision on a published record; places with ambiguous names are left out."""
        return subject_of_record(record, self.has_namesakes)

    def change_to(self, record: Record) -> ProposedChange:
        """Return the change that publishing a record would make."""
        after = subject_of_record(record)
        return ProposedChange(before=self._before(record.kind, record.slug, after.authors), after=after)

    def _before(self, kind: str, slug: str, authors: frozenset[str]) -> Subject | None:
        # Use a withdrawn record's last text, because its tombstone does not say where it belongs.
        last = self.texts.last_record(self.texts.path(kind, slug))
        return replace(subject_of_record(last), authors=authors) if last else None

    def permit_writing(self, row: Proposal, person: Person, writers: frozenset[str]) -> None:
        """Raise NotAllowed or OutsideArea unless the person may edit the proposal: its author, or a curator."""
        if person.id == row.author:
            permit(person, Action.PROPOSE)
        else:
            # A curator who took over a proposal wrote in it and may continue to, but may not decide on it.
            self.change(row, writers - {person.id}).permit(person, Action.REVIEW)

    def visible(self, db: Session, proposal_id: str, person: Person) -> Proposal:
        """Return a proposal; raises ProposalNotFound for all but its writers and those responsible for its record."""
        row = self.store.get(db, proposal_id)
        # Do not reveal to others that it exists.
        if not self.change(row, self.store.writers(db, proposal_id) | {row.author}).concerns(person):
            raise ProposalNotFound(proposal_id)
        return row

    def decidable(
        self, db: Session, proposal_id: str, person: Person, action: Action, *, number: int | None = None
    ) -> Proposal:
        """Return a proposal on which the person may decide, given revision `number` or None for the newest.

        Raises ProposalNotFound, NotAllowed, OutsideArea, OwnProposal, and RevisionOutdated if there is a newer
        revision.
        """
        row = self.store.get(db, proposal_id)
        writers = self.people.same_as(self.store.writers(db, proposal_id))
        self.change(row, writers).permit_decision(person, action, proposal_id)
        if number not in (None, row.rounds):
            raise RevisionOutdated(proposal_id, round=row.rounds)
        return row

    def take(self, db: Session, row: Proposal, step: Step) -> None:
        """Change a proposal to the state that `step` leads to; raises StepRefused."""
        row.state = after(row.state, step)
        row.changed_at = self.clock()
        db.add(row)


HOUR = timedelta(hours=1)
_COUNTED = frozenset({Via.FORM, Via.PUSH})
"""Ways by which one person submits; a forge or another node submits the texts of many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hourly:
    """What one person may send per hour: texts of proposals, new and revised, and remarks."""

    proposals: int = 60
    comments: int = 120


class Quota:
    """Counts what somebody has sent within the last hour."""

    def __init__(self, hourly: Hourly, clock: Clock) -> None:
        self._hourly = hourly
        self._clock = clock

    def permit(self, db: Session, submission: Submission) -> None:
        """Raise QuotaReached if the author of a submission has sent too many texts."""
        if submission.via in _COUNTED:
            self.permit_texts(db, submission.author.id)

    def permit_texts(self, db: Session, person_id: str, number: int = 1) -> None:
        """Raise QuotaReached unless the person may send this number of texts now."""
        at = col(Revision.at)
        sent = select(at).join(Proposal, col(Proposal.id) == col(Revision.proposal_id))
        reviewed = (col(Proposal.purpose).not_in(UNREVIEWED), col(Proposal.via).in_(_COUNTED))
        mine = sent.where(col(Revision.writer) == person_id, *reviewed)
        self._permit(db, mine, at, self._hourly.proposals, number)

    def permit_comments(self, db: Session, person_id: str, number: int) -> None:
        """Raise QuotaReached unless the person may make this number of remarks now."""
        at = col(Remark.at)
        self._permit(db, select(at).where(col(Remark.person) == person_id), at, self._hourly.comments, number)

    def _permit(self, db: Session, mine: Select[datetime], at: Mapped[datetime], limit: int, number: int) -> None:
        since = self._clock() - HOUR
        newest_first = db.scalars(mine.where(at > since).order_by(at.desc()).limit(limit)).all()
        if len(newest_first) + number > limit:
            # There is room again once enough of them are more than an hour old.
            leaving = newest_first[max(0, limit - number)] if newest_first else self._clock()
            raise QuotaReached(limit=limit, seconds=max(1, round((leaving - since).total_seconds())))
