"""Makes rows and references of proposals agree with git.

A crash can happen between any two steps of sending and publishing. Commits in git have trailers from which the rows
can be completed; what did not reach git was never confirmed to anybody.

1. Each commit on the published line that names a proposal has a row, and the row says "published".
2. A closed proposal has no reference.
3. A reference without a row becomes a proposal; one whose text differs from its row becomes the next revision.
4. An open proposal without a reference goes back to its author: its text can no longer be read or published.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from app.records.document import FrontMatterError
from app.records.git.errors import ObjectMissing
from app.records.problem import InvalidRecord
from app.records.proposals import TRAILER, ProposalCommit
from app.records.record import Record, Withdrawn
from app.review.context import ReviewContext
from app.review.drafts.start import ProposalDrafts
from app.review.emptying import forget_record
from app.review.errors import BaseUnknown
from app.review.models import UNREVIEWED, NoticeKind, Proposal, Purpose, Revision
from app.review.notices.audience import authors_of, tell_published, tell_withdrawn
from app.review.proposals.intake import add_revisions
from app.review.proposals.store import revision_of
from app.review.publisher import Publisher
from app.review.submission import Via
from app.review.text.examiner import Checked
from app.review.text.record_text import PERSONAL_DATA
from app.review.text.stored import StoredText
from app.review.workflow import OPEN_STATES, ProposalState, Step

NODE = ""
"""The person id of the node itself."""
_SEED = "seed-"
_SUBJECT = "Propose "
_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class ReconcileReport:
    """How many publications were completed, proposals and revisions found, references removed, proposals returned."""

    completed: int = 0
    adopted: int = 0
    rounds: int = 0
    pruned: int = 0
    returned: int = 0

    @property
    def changed(self) -> bool:
        return any(asdict(self).values())


class Reconciliation:
    """Runs at every start, after each publication, daily, and as a command; may be run at any time and repeatedly."""

    def __init__(self, context: ReviewContext, publisher: Publisher, returned: ProposalDrafts) -> None:
        """Return lost proposals to their authors through `returned`."""
        self._context = context
        self._publisher = publisher
        self._returned = returned
        self._followed: str | None = None

    def follow(self) -> None:
        """Repair if anything was published since the last call, even by a process that was killed; raises as `run`."""
        head, since = self._context.repository.head(), self._followed
        if head != since:
            # If this fails, the next call checks everything.
            self._followed = None
            self.run(since)
            self._followed = head

    def run(self, since: str | None = None) -> ReconcileReport:
        """Repair as `repair` does, then update catalogue and cursors."""
        report = self.repair(since)
        self._publisher.follow_up()
        return report

    def repair(self, since: str | None = None) -> ReconcileReport:
        """Repair everything published, only after commit `since` if given. Raises NotInitialised and RepositoryBusy."""
        report = ReconcileReport()
        # The lock prevents a step in progress from being taken for one that was interrupted.
        with self._context.lock():
            states = self._states()
            for publication in self._context.refs.publications(since):
                proposal_id = publication.trailer(TRAILER)
                if states.get(proposal_id) != ProposalState.PUBLISHED:
                    self._complete(proposal_id, publication)
                    states[proposal_id] = ProposalState.PUBLISHED
                    report.completed += 1
            self._references(report)
        if report.changed:
            _log.warning("review.reconciled", **asdict(report))
        return report

    def _references(self, report: ReconcileReport) -> None:
        states, stored = self._states(), self._context.refs.ids()
        lost = {one for one, state in states.items() if state in OPEN_STATES} - set(stored)
        for proposal_id in (*stored, *sorted(lost)):
            state = states.get(proposal_id)
            try:
                if proposal_id in lost:
                    self._give_back(proposal_id)
                    report.returned += 1
                elif state is None:
                    report.adopted += self._adopt(proposal_id)
                elif state in OPEN_STATES:
                    report.rounds += self._add_revision(proposal_id)
                else:
                    self._context.refs.drop(proposal_id)
                    report.pruned += 1
            except (InvalidRecord, ObjectMissing, BaseUnknown, FrontMatterError) as error:
                # One unreadable text must not keep the node from starting.
                _log.warning("review.proposal_unreadable", proposal=proposal_id, reason=type(error).__name__)

    def _states(self) -> dict[str, ProposalState]:
        with self._context.sessions.reading() as db:
            return self._context.store.states(db)

    def _adopt(self, proposal_id: str) -> int:
        """Create a proposal from a reference without a row; return 1, or 0 if none is needed.

        Raises InvalidRecord and ObjectMissing for what cannot be read.
        """
        note = self._context.refs.note(proposal_id)
        path = note.subject.removeprefix(_SUBJECT)
        if not self._context.repository.layout.is_record(path):
            # The seed also proposes vocabularies, which are not records; they wait for the operator.
            return 0
        key = note.trailer("Submission") or None
        with self._context.sessions.reading() as db:
            known = self._context.store.sent_as(db, key) if key else None
        if known is not None:
            # The same text was sent again and then taken in, so this reference is not needed.
            self._context.refs.drop(proposal_id)
            return 0
        checked, first = self._read(proposal_id, path, note)
        record = checked.record
        curators = tuple(self._context.people.curators(*self._context.change_to(record).sides)) if record else ()
        row = Proposal(
            id=proposal_id,
            kind=self._context.examiner.kind_at(path).name,
            slug=path.partition("/")[2],
            purpose=Purpose.NEW if first.base is None else Purpose.EDIT,
            via=Via.SEED if proposal_id.startswith(_SEED) else Via(note.trailer("Via") or Via.FORM),
            submission=key,
        )
        with self._context.sessions.begin() as db:
            self._context.store.add(db, row, first, record)
            self._context.audit.add(db, first.writer, Step.SUBMIT.value, row.id, via=row.via.value, repaired="yes")
            self._context.notices.tell(db, curators, NoticeKind.SUBMITTED, row, but=first.writer)
        return 1

    def _add_revision(self, proposal_id: str) -> int:
        """Add a revision for a text that the proposal's row does not know; return 1, or 0 if the row knows it."""
        with self._context.sessions.reading() as db:
            row = self._context.store.get(db, proposal_id)
        path = self._context.texts.path(row.kind, row.slug)
        stored = self._context.texts.proposed(proposal_id, path)
        if stored is None or stored.found.digest == row.digest:
            return 0
        note = self._context.refs.note(proposal_id)
        checked, new = self._read(proposal_id, path, note)
        step = Step.REVISE if new.writer == row.author else Step.TAKE_OVER
        with self._context.sessions.begin() as db:
            add_revisions(self._context, db, proposal_id, step, [(new, checked.record)], repaired="yes")
        return 1

    def _read(self, proposal_id: str, path: str, note: ProposalCommit) -> tuple[Checked, Revision]:
        digest = note.trailer("Base")
        texts = self._context.texts
        base = texts.by_digest(path, digest) if digest else None
        if not digest:
            # Without a given base, it was based on the version at this path, if any.
            with suppress(ObjectMissing):
                base = texts.at(path, note.parent)
        stored = texts.proposed(proposal_id, path)
        if stored is None:
            raise ObjectMissing(proposal_id)
        checked = self._context.examiner.check(path, stored.files, base)
        writer, found = self._context.people.id_of(note.author) or NODE, base.found.digest if base else None
        return checked, revision_of(checked, writer=writer, pseudonym=note.author, base=found, at=note.at)

    def _give_back(self, proposal_id: str) -> None:
        """Close a proposal without reference; its author gets the text (no files) as a draft, and a notice."""
        with self._context.sessions.begin() as db:
            row = self._context.store.get(db, proposal_id)
            self._context.take(db, row, Step.WITHDRAW)
            if row.author:
                self._returned.give_back(db, row, row.author)
            self._context.audit.add(db, NODE, "give_back", row.id, repaired="yes")
            self._context.notices.tell(db, {row.author}, NoticeKind.GIVEN_BACK, row)

    def _complete(self, proposal_id: str, publication: ProposalCommit) -> None:
        """Mark the row of a proposal as published, creating the row if there is none."""
        kind, _, slug = publication.trailer("Record").partition("/")
        path = self._context.texts.path(kind, slug)
        text = self._context.texts.at(path, publication.commit)
        with self._context.sessions.begin() as db:
            row = db.get(Proposal, proposal_id)
            if row is None:
                row = self._added(db, proposal_id, publication, text)
            else:
                row.state, row.ver, row.changed_at = ProposalState.PUBLISHED, text.ver, publication.at
                db.add(row)
            if isinstance(text.found, Withdrawn) and text.found.reason == PERSONAL_DATA:
                forget_record(db, row.kind, row.slug, self._context.clock())
            if row.purpose in UNREVIEWED:
                self._retell(db, row, text)
            else:
                # Git does not record who pressed the button.
                self._context.audit.add(db, NODE, Step.PUBLISH.value, row.id, ver=str(text.ver), repaired="yes")
                tell_published(self._context, db, row, text.found if isinstance(text.found, Record) else None)
        self._context.refs.drop(proposal_id)

    def _retell(self, db: Session, row: Proposal, text: StoredText) -> None:
        """Write the log entries and notices of an interrupted publication without review."""
        purpose = row.purpose
        self._context.audit.add(db, row.author, purpose.value, row.id, ver=str(text.ver), repaired="yes")
        if isinstance(text.found, Withdrawn):
            tell_withdrawn(self._context, db, row, text.found.reason, text.found.note)
        elif purpose is Purpose.RESTORATION:
            # Confirming a record notifies nobody.
            authors = authors_of(db, row.kind, row.slug)
            self._context.notices.tell(db, authors, NoticeKind.PUBLISHED, row, but=row.author)
        elif purpose is Purpose.RESPONSE and isinstance(text.found, Record):
            # A plain identifier names a record of this node, and only records with a row have authors here.
            mine = select(Proposal).where(col(Proposal.record_id) == str(text.found.data["target"]))
            about = db.scalars(mine.order_by(col(Proposal.changed_at).desc()).limit(1)).first()
            if about is not None:
                shown = {"title": about.title, "kind": about.kind, "slug": about.slug}
                authors = authors_of(db, about.kind, about.slug)
                self._context.notices.tell(db, authors, NoticeKind.RESPONDED, row, but=row.author, **shown)

    def _added(self, db: Session, proposal_id: str, publication: ProposalCommit, text: StoredText) -> Proposal:
        kind, _, slug = publication.trailer("Record").partition("/")
        path = self._context.texts.path(kind, slug)
        about = text.found if isinstance(text.found, Record) else self._context.texts.last_record(path)
        row = Proposal(
            id=proposal_id,
            kind=kind,
            slug=slug,
            purpose=Purpose(publication.trailer("Purpose") or Purpose.EDIT),
            state=ProposalState.PUBLISHED,
            ver=text.ver,
        )
        first = revision_of(
            Checked(path=path, files=text.files, problems=(), record=about),
            writer=self._context.people.id_of(publication.author) or NODE,
            pseudonym=publication.author,
            base=None,
            at=publication.at,
            digest=text.found.digest,
        )
        self._context.store.add(db, row, first, about)
        return row
