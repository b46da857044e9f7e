# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes proposals in that stand in git alone: those of the seed, and those whose rows a crash prevented."""

from __future__ import annotations

from app.content.git.errors import ObjectMissing
from app.content.proposals import ProposalCommit
from app.content.repository import ContentRepository
from app.review.context import ReviewContext
from app.review.model.proposal import Purpose
from app.review.model.submission import Via
from app.review.model.workflow import ProposalState, Step, after
from app.review.notices.audience import tell_of_revision
from app.review.notices.notice import NoticeKind
from app.review.proposals.store import NewProposal, NewRevision
from app.review.repair.completion import NODE
from app.review.text.examiner import Checked, Examiner
from app.review.text.stored import StoredText

_SEED = "seed-"
_SUBJECT = "Propose "


class Adopter:
    """Makes rows of references."""

    def __init__(self, desk: ReviewContext, examiner: Examiner, repository: ContentRepository) -> None:
        """Check what is found with `examiner`."""
        self._desk = desk
        self._examiner = examiner
        self._layout = repository.layout

    def adopt(self, proposal_id: str) -> int:
        """Make a proposal of a reference without one; return 1, or 0 where it is none.

        Raises InvalidRecord and ObjectMissing for what cannot be read.
        """
        note = self._desk.refs.note(proposal_id)
        path = note.subject.removeprefix(_SUBJECT)
        if not self._layout.is_record(path):
            # The seed also proposes vocabularies; those are no records and wait for the operator.
            return 0
        key = note.trailer("Submission") or None
        if key is not None and self._is_known(key):
            # It was sent again and taken in then, so this is the same text once more.
            self._desk.refs.drop(proposal_id)
            return 0
        base = self._base(path, note)
        first = self._round(proposal_id, path, note, base)
        self._add(proposal_id, path, note, first, key)
        return 1

    def add_round(self, proposal_id: str) -> int:
        """Make the next round of a text that the row of a proposal does not know; return 1, or 0 where it does."""
        with self._desk.sessions.reading() as db:
            row = self._desk.store.get(db, proposal_id)
        path = self._desk.texts.path(row.kind, row.slug)
        stored = self._desk.texts.proposed(proposal_id, path)
        if stored is None or stored.found.digest == row.digest:
            return 0
        note = self._desk.refs.note(proposal_id)
        new = self._round(proposal_id, path, note, self._base(path, note))
        step = Step.REVISE if new.writer == row.author else Step.TAKE_OVER
        with self._desk.sessions.begin() as db:
            row = self._desk.store.get(db, proposal_id)
            row.state = after(ProposalState(row.state), step).value
            before = row.editor
            if step is Step.TAKE_OVER:
                row.editor = new.writer
            self._desk.store.add_round(db, row, new)
            self._desk.audit.add(db, new.writer, step.value, row.id, round=str(row.rounds), repaired="yes")
            tell_of_revision(self._desk, db, row, new.writer, editor=before)
        return 1

    def _add(self, proposal_id: str, path: str, note: ProposalCommit, first: NewRevision, key: str | None) -> None:
        record = first.checked.record
        curators = tuple(self._desk.people.curators(*self._desk.changes.to(record).sides)) if record else ()
        kind = self._examiner.kind_at(path).name
        via = Via.SEED if proposal_id.startswith(_SEED) else Via(note.trailer("Via") or Via.FORM)
        new = NewProposal(
            id=proposal_id,
            kind=kind,
            slug=path.partition("/")[2],
            purpose=Purpose.NEW if first.base is None else Purpose.EDIT,
            via=via,
            submission=key,
        )
        with self._desk.sessions.begin() as db:
            row = self._desk.store.add(db, new, first)
            self._desk.audit.add(db, first.writer, Step.SUBMIT.value, row.id, via=via.value, repaired="yes")
            self._desk.notices.tell(db, curators, NoticeKind.SUBMITTED, row, but=first.writer)

    def _round(self, proposal_id: str, path: str, note: ProposalCommit, base: StoredText | None) -> NewRevision:
        stored = self._desk.texts.proposed(proposal_id, path)
        if stored is None:
            raise ObjectMissing(proposal_id)
        checked: Checked = self._examiner.check(path, stored.files, base)
        return NewRevision(
            checked=checked,
            writer=self._desk.people.id_of(note.author) or NODE,
            pseudonym=note.author,
            base=base.found.digest if base else None,
            at=note.at,
        )

    def _base(self, path: str, note: ProposalCommit) -> StoredText | None:
        digest = note.trailer("Base")
        if digest:
            return self._desk.texts.by_digest(path, digest)
        return self._desk.texts.at_or_none(path, note.parent)

    def _is_known(self, key: str) -> bool:
        with self._desk.sessions.reading() as db:
            return self._desk.store.sent_as(db, key) is not None
