"""Rows of drafts and their files, and the limits of a draft; all methods work in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.documents.limits import FILE_LIMIT
from app.records.document import BODY_LIMIT, HEADER_LIMIT
from app.records.paths import INDEX_FILE, alike, is_file_name, is_of_device
from app.review.errors import DraftNotFound, DraftTooLarge, FileNameRefused
from app.review.models import Draft, DraftContent, DraftFile, Proposal

MAX_DRAFTS = 50
"""Maximum drafts of one person."""
MAX_FILES = 20
"""Maximum files of one draft."""
MAX_FILES_SIZE = 40 * 1024 * 1024
"""Maximum bytes of all files of one draft."""
MAX_TEXT_SIZE = 2 * (HEADER_LIMIT + BODY_LIMIT)
"""Maximum bytes typed: more than a record may hold, so that nobody loses words over a limit while writing."""


def check_text(content: DraftContent) -> None:
    """Raise DraftTooLarge if far more was typed than any record can hold."""
    size = len(json.dumps(content.entries(), ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > MAX_TEXT_SIZE:
        raise DraftTooLarge("text", size=size, limit=MAX_TEXT_SIZE)


def check_file(name: str, data: bytes, others: Iterable[DraftFile]) -> None:
    """Raise FileNameRefused or DraftTooLarge if a file must not be attached."""
    others = tuple(others)
    if not is_file_name(name) or is_of_device(name) or name == INDEX_FILE:
        raise FileNameRefused(name)
    if alike((INDEX_FILE, *(file.name for file in others), name))[-1:] == (name,):
        raise FileNameRefused(name)
    if len(data) > FILE_LIMIT:
        raise DraftTooLarge("file", size=len(data), limit=FILE_LIMIT)
    kept = [file for file in others if file.name != name]
    if len(kept) + 1 > MAX_FILES:
        raise DraftTooLarge("files", size=len(kept) + 1, limit=MAX_FILES)
    total = sum(file.size for file in kept) + len(data)
    if total > MAX_FILES_SIZE:
        raise DraftTooLarge("file", size=total, limit=MAX_FILES_SIZE)


def check_count(count: int) -> None:
    """Raise DraftTooLarge if a person already has the maximum number of drafts."""
    if count >= MAX_DRAFTS:
        raise DraftTooLarge("drafts", size=count, limit=MAX_DRAFTS)


class DraftStore:
    """Reads and writes drafts. Somebody else's draft counts as not found."""

    def get(self, db: Session, draft_id: str, person: str) -> Draft:
        """Return a person's draft; raises DraftNotFound."""
        row = db.get(Draft, draft_id)
        if row is None or row.person != person:
            raise DraftNotFound(draft_id)
        return row

    def add(self, db: Session, row: Draft, now: datetime, files: Mapping[str, bytes] | None = None) -> Draft:
        row.created_at = row.changed_at = now
        db.add(row)
        # Flush before adding rows of files that refer to it; the session does not know the dependency.
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
        """Make the draft hold the `wanted` files (by hash), missing ones from `others`; checks report the rest."""
        known = {sha256(data).hexdigest(): data for data in others.values()}
        held = row.hashes
        for name in held.keys() - wanted.keys():
            self.drop_file(db, row, name)
        for name, digest in wanted.items():
            if held.get(name) != digest and digest in known:
                self.put_file(db, row, name, known[digest])

    def drop_file(self, db: Session, row: Draft, name: str) -> None:
        """Detach a file, if it is attached."""
        db.execute(delete(DraftFile).where(col(DraftFile.draft_id) == row.id, col(DraftFile.name) == name))

    def improve(self, db: Session, row: Draft, proposal: Proposal) -> None:
        """Turn a draft whose text became a proposal into an improvement of it, based on the revision sent or later."""
        row.proposal_id, row.slug, row.round = proposal.id, proposal.slug, row.round or 1
        # Submitting gave the text its identifier; without it, the next revision would be another record.
        row.content = replace(row.content, front={**row.content.front, "id": proposal.record_id})
        row.version += 1
        db.add(row)
        db.flush()

    def delete(self, db: Session, draft_id: str) -> None:
        db.execute(delete(Draft).where(col(Draft.id) == draft_id))
