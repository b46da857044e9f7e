"""Takes proposals in that stand in git alone: those of the seed, and those whose rows a crash prevented."""

from __future__ import annotations

from app.records.git.errors import ObjectMissing
from app.records.proposals import ProposalCommit
from app.review.context import ReviewContext
from app.review.model.submission import Via
from app.review.model.workflow import Step
from app.review.models import NoticeKind, Proposal, Purpose, Revision
from app.review.proposals.reviser import add_revisions
from app.review.proposals.store import revision_of
from app.review.text.examiner import Checked
from app.review.text.stored import StoredText

NODE = ""
"""The person behind what the node does itself."""
_SEED = "seed-"
_SUBJECT = "Propose "


class Adopter:
    """Makes rows of references."""

    def __init__(self, context: ReviewContext) -> None:
        self._context = context

    def adopt(self, proposal_id: str) -> int:
        """Make a proposal of a reference without one; return 1, or 0 where it is none.

        Raises InvalidRecord and ObjectMissing for what cannot be read.
        """
        note = self._context.refs.note(proposal_id)
        path = note.subject.removeprefix(_SUBJECT)
        if not self._context.texts.is_record(path):
            # The seed also proposes vocabularies; those are no records and wait for the operator.
            return 0
        key = note.trailer("Submission") or None
        with self._context.sessions.reading() as db:
            known = self._context.store.sent_as(db, key) if key else None
        if known is not None:
            # It was sent again and taken in then, so this is the same text once more.
            self._context.refs.drop(proposal_id)
            return 0
        self._add(proposal_id, path, note, key)
        return 1

    def add_revision(self, proposal_id: str) -> int:
        """Make the next revision of a text that the row of a proposal does not know; return 1, or 0 where it does."""
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

    def _add(self, proposal_id: str, path: str, note: ProposalCommit, key: str | None) -> None:
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

    def _read(self, proposal_id: str, path: str, note: ProposalCommit) -> tuple[Checked, Revision]:
        base = self._base(path, note)
        stored = self._context.texts.proposed(proposal_id, path)
        if stored is None:
            raise ObjectMissing(proposal_id)
        checked = self._context.examiner.check(path, stored.files, base)
        writer, digest = self._context.people.id_of(note.author) or NODE, base.found.digest if base else None
        return checked, revision_of(checked, writer=writer, pseudonym=note.author, base=digest, at=note.at)

    def _base(self, path: str, note: ProposalCommit) -> StoredText | None:
        digest = note.trailer("Base")
        if digest:
            return self._context.texts.by_digest(path, digest)
        return self._context.texts.at_or_none(path, note.parent)
