# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The texts that a reviewer compares: what was there, what is there now, what is proposed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from app.content.problem import InvalidRecord
from app.content.record import Record, StoredFile
from app.identity import Person
from app.review.desk import Desk
from app.review.errors import BaseUnknown, ProposalNotFound
from app.review.proposals.sendings import is_joined
from app.review.proposals.values import round_of
from app.review.tables.proposal import ProposalRow, RoundRow
from app.review.text.examining import Examiner
from app.review.text.texts import StoredText


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

    def __init__(self, desk: Desk, examiner: Examiner) -> None:
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
            earlier=self._read(path, before.text, round_of(before).files) if before else None,
            proposed=self._read(path, wanted.text, round_of(wanted).files),
        )

    def _before(self, db: Session, row: ProposalRow, wanted: RoundRow) -> RoundRow | None:
        """Return the round that people read last before this one."""
        before = self._desk.store.round(db, row, wanted.number - 1)
        if before is None or not is_joined(round_of(before), round_of(wanted)):
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
