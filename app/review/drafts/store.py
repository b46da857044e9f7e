# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of drafts and their files; every method works inside the caller's transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.content.json_value import thaw
from app.review.errors import DraftNotFound
from app.review.model.draft import Draft, DraftContent, DraftFile, DraftOrigin
from app.review.model.proposal import Proposal
from app.review.models import DraftFileRow, DraftRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """A draft on its way into the tables; see `Draft` for the fields."""

    kind: str
    person: str
    origin: DraftOrigin
    content: DraftContent
    files: Mapping[str, bytes]
    slug: str | None = None
    base: str | None = None
    proposal_id: str | None = None
    round: int | None = None


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
        return Draft(
            id=row.id,
            kind=row.kind,
            person=row.person,
            origin=DraftOrigin(row.origin),
            content=content_from(row.content),
            version=row.version,
            created_at=row.created_at,
            changed_at=row.changed_at,
            files=tuple(DraftFile(name=name, size=size, sha256=digest) for name, size, digest in found),
            slug=row.slug,
            base=row.base,
            proposal_id=row.proposal_id,
            round=row.round,
        )

    def add(self, db: Session, new: NewDraft, now: datetime) -> DraftRow:
        """Add a draft with its files."""
        row = DraftRow(
            id=str(uuid.uuid4()),
            person=new.person,
            kind=new.kind,
            origin=new.origin.value,
            slug=new.slug,
            base=new.base,
            proposal_id=new.proposal_id,
            round=new.round,
            content=content_json(new.content),
            version=1,
            created_at=now,
            changed_at=now,
        )
        db.add(row)
        # The rows of files refer to it, and nothing tells the session so.
        db.flush()
        for name, data in new.files.items():
            self.put_file(db, row, name, data)
        return row

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
        db.expire_all()

    def improve(self, db: Session, row: DraftRow, proposal: Proposal) -> None:
        """Let a draft whose earlier text became a proposal go on as an improvement of it.

        Only its author sends a new text, so the text that was sent is the first round; of a draft that improved the
        proposal before, the round it goes on from stays.
        """
        row.proposal_id, row.slug, row.round = proposal.id, proposal.slug, row.round or 1
        content = content_from(row.content)
        # Sending gave the text its identifier; without it the next round would be another record.
        row.content = content_json(replace(content, front={**content.front, "id": proposal.record_id}))
        row.version += 1
        db.add(row)
        db.flush()

    def delete(self, db: Session, draft_id: str) -> None:
        """Forget a draft and its files."""
        db.execute(delete(DraftFileRow).where(col(DraftFileRow.draft_id) == draft_id))
        db.execute(delete(DraftRow).where(col(DraftRow.id) == draft_id))


def content_json(content: DraftContent) -> str:
    """Return what was typed as JSON."""
    value = {
        "front": thaw(content.front),
        "sections": dict(content.sections),
        "reason": content.reason,
        "step": content.step,
        "extra": thaw(content.extra),
    }
    return json.dumps(value, ensure_ascii=False)


def content_from(text: str) -> DraftContent:
    """Return what was typed."""
    return DraftContent(**json.loads(text))
