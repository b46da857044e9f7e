"""Rows of drafts and their files; every method works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.review.errors import DraftNotFound
from app.review.models import Draft, DraftFile, Proposal


class DraftStore:
    """Reads and writes drafts. Whoever asks for somebody else's is told that there is none."""

    def get(self, db: Session, draft_id: str, person: str) -> Draft:
        """Raise DraftNotFound where there is none."""
        row = db.get(Draft, draft_id)
        if row is None or row.person != person:
            raise DraftNotFound(draft_id)
        return row

    def add(self, db: Session, row: Draft, now: datetime, files: Mapping[str, bytes] | None = None) -> Draft:
        row.created_at = row.changed_at = now
        db.add(row)
        # The rows of files refer to it, and nothing tells the session so.
        db.flush()
        for name, data in (files or {}).items():
            self.put_file(db, row, name, data)
        db.refresh(row, ["files"])
        return row

    def touched(self, db: Session, row: Draft, now: datetime) -> Draft:
        row.changed_at = now
        db.add(row)
        db.flush()
        db.refresh(row, ["files"])
        return row

    def of(self, db: Session, person: str) -> list[Draft]:
        found = select(Draft).where(col(Draft.person) == person)
        return list(db.scalars(found.order_by(col(Draft.changed_at).desc(), col(Draft.id))))

    def count(self, db: Session, person: str) -> int:
        return db.execute(select(func.count(col(Draft.id))).where(col(Draft.person) == person)).scalar() or 0

    def files(self, db: Session, draft_id: str) -> dict[str, bytes]:
        found = select(col(DraftFile.name), col(DraftFile.data)).where(col(DraftFile.draft_id) == draft_id)
        return dict(db.execute(found).all())

    def file(self, db: Session, draft_id: str, name: str) -> bytes:
        row = db.get(DraftFile, (draft_id, name))
        if row is None:
            raise DraftNotFound(draft_id)
        return row.data

    def put_file(self, db: Session, row: Draft, name: str, data: bytes) -> None:
        self.drop_file(db, row, name)
        digest = sha256(data).hexdigest()
        db.add(DraftFile(draft_id=row.id, name=name, size=len(data), sha256=digest, data=data))
        db.flush()

    def arrange_files(self, db: Session, row: Draft, wanted: Mapping[str, str], others: Mapping[str, bytes]) -> None:
        """Let the draft hold the `wanted` files, given by hash; what it has not yet is looked for among `others`.

        One that is nowhere any more stays out; the checks then name it where the text does.
        """
        known = {sha256(data).hexdigest(): data for data in others.values()}
        held = row.hashes
        for name in held.keys() - wanted.keys():
            self.drop_file(db, row, name)
        for name, digest in wanted.items():
            if held.get(name) != digest and digest in known:
                self.put_file(db, row, name, known[digest])

    def drop_file(self, db: Session, row: Draft, name: str) -> None:
        """Detach a file; one that is not there does no harm."""
        db.execute(delete(DraftFile).where(col(DraftFile.draft_id) == row.id, col(DraftFile.name) == name))

    def improve(self, db: Session, row: Draft, proposal: Proposal) -> None:
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
        db.execute(delete(DraftFile).where(col(DraftFile.draft_id) == draft_id))
        db.execute(delete(Draft).where(col(Draft.id) == draft_id))
