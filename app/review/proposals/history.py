# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was sent before: the revisions of proposals about a record, and the texts that a reviewer compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.content.problem import InvalidRecord
from app.content.record import Record, StoredFile
from app.db import Sessions
from app.identity import Person
from app.review.context import ReviewContext
from app.review.errors import BaseUnknown, ProposalNotFound
from app.review.model.proposal import Proposal, Revision
from app.review.models import ProposalRow, RevisionRow
from app.review.proposals.values import proposal_of, revision_of
from app.review.text.examiner import Examiner
from app.review.text.stored import StoredText


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A proposal with its rounds, oldest first."""

    proposal: Proposal
    rounds: tuple[Revision, ...]

    def holds(self, digest: str) -> bool:
        """Tell whether its author sent this text once, or it is the newest one."""
        own = (one.digest for one in self.rounds if one.writer == self.proposal.author)
        return digest == self.proposal.digest or digest in own

    @property
    def last(self) -> Revision | None:
        """Return the text that its author sent last."""
        return last_sent(self.proposal.author, self.rounds)


class Sendings:
    """Looks through the proposals about a record, open or over."""

    def __init__(self, sessions: Sessions) -> None:
        """Read rows through `sessions`."""
        self._sessions = sessions

    def about(self, kind: str, slug: str) -> tuple[Sending, ...]:
        """Return all proposals about a record, the newest first."""
        found = select(ProposalRow).where(col(ProposalRow.kind) == kind, col(ProposalRow.slug) == slug)
        with self._sessions.reading() as db:
            rows = db.scalars(found.order_by(col(ProposalRow.created_at).desc())).all()
            return tuple(self._sending(db, row) for row in rows)

    def _sending(self, db: Session, row: ProposalRow) -> Sending:
        found = select(RevisionRow).where(col(RevisionRow.proposal_id) == row.id).order_by(col(RevisionRow.number))
        return Sending(proposal=proposal_of(row), rounds=tuple(revision_of(one) for one in db.scalars(found)))


def last_sent(person_id: str, rounds: Sequence[Revision]) -> Revision | None:
    """Return the newest text that holds nothing but what this person sent; their next one by git goes on from there.

    What they wrote in a form after somebody else holds the words of both, which their own clone does not know of.
    """
    found, alone = None, True
    for one, following in zip(rounds, [*rounds[1:], None], strict=True):
        alone = alone and one.writer == person_id
        if one.writer == person_id and one.wrote and (alone or is_joined(one, following)):
            found = one
    return found


def is_joined(sent: Revision, following: Revision | None) -> bool:
    """Tell whether a round is a text as it came, and the next one brings it together with what others wrote."""
    return following is not None and not following.wrote and (following.writer, following.at) == (sent.writer, sent.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTexts:
    """Records to hand to `app.content.difference.compare`.

    `base` is what the round was made from and `published` what stands now; both None for a new record. `earlier` is the
    text of the round before, None for the first. `proposed` is None where it cannot be read.
    """

    base: Record | None
    published: Record | None
    earlier: Record | None
    proposed: Record | None


class Comparing:
    """Reads the texts of proposals, of those that are over too."""

    def __init__(self, desk: ReviewContext, examiner: Examiner) -> None:
        """Read records through `examiner`."""
        self._desk = desk
        self._examiner = examiner

    def texts(self, proposal_id: str, person: Person, *, round: int | None = None) -> ComparedTexts:  # noqa: A002 - named like the field
        """Return the texts around the newest round, or around another; raises ProposalNotFound."""
        with self._desk.sessions.reading() as db:
            row = self._desk.store.get(db, proposal_id)
            writers = self._desk.store.writers(db, proposal_id) | {row.author}
            wanted = self._desk.store.round(db, row, round or row.rounds)
            before = self._before(db, row, wanted) if wanted else None
        if wanted is None or not self._desk.changes.of(row, writers).concerns(person):
            raise ProposalNotFound(proposal_id)
        path = self._desk.texts.path(row.kind, row.slug)
        return ComparedTexts(
            base=_record(self._base(path, wanted.base)),
            published=_record(self._desk.texts.published(path)),
            earlier=self._read(path, before.text, revision_of(before).files) if before else None,
            proposed=self._read(path, wanted.text, revision_of(wanted).files),
        )

    def _before(self, db: Session, row: ProposalRow, wanted: RevisionRow) -> RevisionRow | None:
        """Return the round that people read last before this one."""
        before = self._desk.store.round(db, row, wanted.number - 1)
        if before is None or not is_joined(revision_of(before), revision_of(wanted)):
            return before
        # The one before is only what was sent; nobody read it before it was brought together with the one before that.
        return self._desk.store.round(db, row, wanted.number - 2)

    def _base(self, path: str, digest: str | None) -> StoredText | None:
        if digest is None:
            return None
        try:
            return self._desk.texts.by_digest(path, digest)
        except BaseUnknown:
            return None

    def _read(self, path: str, text: bytes, files: tuple[StoredFile, ...]) -> Record | None:
        try:
            found = self._examiner.read_text(path, text, files)
        except InvalidRecord:
            return None
        return found if isinstance(found, Record) else None


def _record(text: StoredText | None) -> Record | None:
    return text.found if text and isinstance(text.found, Record) else None
