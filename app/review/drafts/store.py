# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of drafts and their files; every method works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.review.errors import DraftNotFound
from app.review.models import Draft, DraftFile, DraftFileRow, DraftRow, Proposal

_OWN = [field.name for field in fields(Draft) if field.name != "files"]


class DraftStore:
    """Reads and writes drafts. Whoever asks for somebody else's is told that there is none."""

    def get(self, db: Session, draft_id: str, person: str) -> DraftRow:
        """Return the row; raises DraftNotFound."""
        row = db.get(DraftRow, draft_id)
        if row is None or row.person != person:
            raise DraftNotFound(draft_id)
        return row

    def draft(self, db: Session, row: DraftRow) -> Draft:
        """Return the value of a row with the list of its files."""
        columns = (col(DraftFileRow.name), col(DraftFileRow.size), col(DraftFileRow.sha256))
        found = db.execute(select(*columns).where(col(DraftFileRow.draft_id) == row.id).order_by(columns[0]))
        files = tuple(DraftFile(name=name, size=size, sha256=digest) for name, size, digest in found)
        return Draft(**{name: getattr(row, name) for name in _OWN}, files=files)

    def add(self, db: Session, row: DraftRow, now: datetime, files: Mapping[str, bytes] | None = None) -> DraftRow:
        """Add a draft with its files."""
        row.created_at = row.changed_at = now
        db.add(row)
        # The rows of files refer to it, and nothing tells the session so.
        db.flush()
        for name, data in (files or {}).items():
            self.put_file(db, row, name, data)
        return row

    def touched(self, db: Session, row: DraftRow, now: datetime) -> Draft:
        """Keep a change of a draft and return what stands there now."""
        row.changed_at = now
        db.add(row)
        db.flush()
        return self.draft(db, row)

    def of(self, db: Session, person: str) -> list[DraftRow]:
        """Return a person's drafts, the one changed last first."""
        found = select(DraftRow).where(col(DraftRow.person) == person)
        return list(db.scalars(found.order_by(col(DraftRow.changed_at).desc(), col(DraftRow.id))))

    def count(self, db: Session, person: str) -> int:
        """Return how many drafts a person has."""
        return db.execute(select(func.count(col(DraftRow.id))).where(col(DraftRow.person) == person)).scalar() or 0

    def files(self, db: Session, draft_id: str) -> dict[str, bytes]:
        """Return the files of a draft by name."""
        rows = db.scalars(select(DraftFileRow).where(col(DraftFileRow.draft_id) == draft_id))
        return {row.name: row.data for row in rows}

    def file(self, db: Session, draft_id: str, name: str) -> bytes:
        """Return one file; raises DraftNotFound."""
        row = db.get(DraftFileRow, (draft_id, name))
        if row is None:
            raise DraftNotFound(draft_id)
        return row.data

    def put_file(self, db: Session, row: DraftRow, name: str, data: bytes) -> None:
        """Attach a file, in place of one of the same name."""
        self.drop_file(db, row, name)
        digest = sha256(data).hexdigest()
        db.add(DraftFileRow(draft_id=row.id, name=name, size=len(data), sha256=digest, data=data))
        db.flush()

    def arrange_files(self, db: Session, row: DraftRow, wanted: Mapping[str, str], others: Mapping[str, bytes]) -> None:
        """Let the draft hold the `wanted` files, given by hash; what it has not yet is looked for among `others`.

        One that is nowhere any more stays out; the checks then name it where the text does.
        """
        known = {sha256(data).hexdigest(): data for data in others.values()}
        held = {file.name: file.sha256 for file in self.draft(db, row).files}
        for name in held.keys() - wanted.keys():
            self.drop_file(db, row, name)
        for name, digest in wanted.items():
            if held.get(name) != digest and digest in known:
                self.put_file(db, row, name, known[digest])

    def drop_file(self, db: Session, row: DraftRow, name: str) -> None:
        """Detach a file; one that is not there does no harm."""
        db.execute(delete(DraftFileRow).where(col(DraftFileRow.draft_id) == row.id, col(DraftFileRow.name) == name))

    def improve(self, db: Session, row: DraftRow, proposal: Proposal) -> None:
        """Let a draft whose earlier text became a proposal go on as an improvement of it.

        Only its author sends a new text, so the text that was sent is the first revision; of a draft that improved
        the proposal before, the one it goes on from stays.
        """
        row.proposal_id, row.slug, row.round = proposal.id, proposal.slug, row.round or 1
        # Sending gave the text its identifier; without it the next revision would be another record.
        row.content = replace(row.content, front={**row.content.front, "id": proposal.record_id})
        row.version += 1
        db.add(row)
        db.flush()

    def delete(self, db: Session, draft_id: str) -> None:
        """Forget a draft and its files."""
        db.execute(delete(DraftFileRow).where(col(DraftFileRow.draft_id) == draft_id))
        db.execute(delete(DraftRow).where(col(DraftRow.id) == draft_id))
