# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The texts that a reviewer compares: what was there, what is there now, what is proposed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from app.content.problem import InvalidRecord
from app.content.record import Record
from app.identity import Person
from app.review.context import ReviewContext
from app.review.errors import BaseUnknown, ProposalNotFound
from app.review.models import Proposal, Revision
from app.review.text.examiner import Examiner


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTexts:
    """Records to hand to `app.content.difference.compare`.

    `base` is what the revision was made from and `published` what stands now; both None for a new record. `earlier` is
    the text before it, None for the first. `proposed` is None where it cannot be read.
    """

    base: Record | None
    published: Record | None
    earlier: Record | None
    proposed: Record | None


class Comparison:
    """Reads the texts of proposals, of those that are over too."""

    def __init__(self, context: ReviewContext, examiner: Examiner) -> None:
        """Read records through `examiner`."""
        self._context = context
        self._examiner = examiner

    def texts(self, proposal_id: str, person: Person, *, round: int | None = None) -> ComparedTexts:  # noqa: A002 - named like the field
        """Return the texts around the newest revision, or around another; raises ProposalNotFound."""
        with self._context.sessions.reading() as db:
            row = self._context.visible(db, proposal_id, person)
            wanted = self._context.store.revision(db, row, round or row.rounds)
            if wanted is None:
                raise ProposalNotFound(proposal_id)
            before = self._before(db, row, wanted)
        path = self._context.texts.path(row.kind, row.slug)
        stands = self._context.texts.published(path)
        return ComparedTexts(
            base=self._base(path, wanted.base),
            published=stands.found if stands and isinstance(stands.found, Record) else None,
            earlier=self._read(path, before) if before else None,
            proposed=self._read(path, wanted),
        )

    def _before(self, db: Session, row: Proposal, wanted: Revision) -> Revision | None:
        """Return the text that people read last before this one."""
        before = self._context.store.revision(db, row, wanted.number - 1)
        if before is None or not before.is_joined_by(wanted):
            return before
        # The one before is only what was sent; nobody read it before it was brought together with the one before that.
        return self._context.store.revision(db, row, wanted.number - 2)

    def _base(self, path: str, digest: str | None) -> Record | None:
        try:
            found = self._context.texts.by_digest(path, digest).found if digest else None
        except BaseUnknown:
            return None
        return found if isinstance(found, Record) else None

    def _read(self, path: str, revision: Revision) -> Record | None:
        try:
            found = self._examiner.read_text(path, revision.text, revision.files)
        except InvalidRecord:
            return None
        return found if isinstance(found, Record) else None
