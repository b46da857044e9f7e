# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions that wait for their confirmation, and the address to which the link goes, until it has left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.identity.secret import hashed
from app.review.emptying import forget_notices
from app.review.errors import GuestQuestionNotFound
from app.review.guests.vault import Vault, mailbox
from app.review.models import GuestQuestion, Notice
from app.review.people import Recipient
from app.shared.clock import Clock

_GUEST = "guest:"


def guest_id(question_id: str) -> str:
    """Return the id under which whoever asked a question is told of it and stands as its author."""
    return f"{_GUEST}{question_id}"


def is_guest(person_id: str) -> bool:
    """Tell whether this is somebody without an account who asked a question."""
    return person_id.startswith(_GUEST)


class GuestStore:
    """Keeps each question until it is confirmed or its time is over."""

    def __init__(self, sessions: Sessions, clock: Clock, vault: Vault) -> None:
        self._sessions = sessions
        self._clock = clock
        self._vault = vault

    def token(self, person_id: str) -> str:
        """Return the secret of the link for whoever asked."""
        return self._vault.token(person_id.removeprefix(_GUEST))

    def locked(self, address: str) -> tuple[str, str]:
        """Return an address encrypted, and the keyed hash of its mailbox."""
        return self._vault.lock(address), self._vault.seal(mailbox(address))

    def token_hash(self, question_id: str) -> str:
        """Return what is stored of the secret in the link to a question."""
        return hashed(self._vault.token(question_id))

    def recipient(self, person_id: str) -> Recipient | None:
        """Return where the message to a guest goes; None once it has left."""
        with self._sessions.reading() as db:
            row = db.get(GuestQuestion, person_id.removeprefix(_GUEST))
        address = self._vault.open(row.address) if row and row.address else None
        return Recipient(address=address, lang=row.lang) if row and address else None

    def reached(self, person_id: str) -> None:
        """Forget the address of a guest."""
        with self._sessions.begin() as db:
            row = db.get(GuestQuestion, person_id.removeprefix(_GUEST))
            if row is not None:
                row.address = None
                db.add(row)

    def waiting(self, token: str) -> GuestQuestion:
        """Return the question behind a link; raises GuestQuestionNotFound."""
        alive = (col(GuestQuestion.token_hash) == hashed(token), col(GuestQuestion.expires_at) > self._clock())
        with self._sessions.reading() as db:
            row: GuestQuestion | None = db.execute(select(GuestQuestion).where(*alive)).scalar()
        if row is None:
            raise GuestQuestionNotFound
        return row

    def confirmed(self, question_id: str) -> None:
        """Forget what was asked and told; that somebody asked counts until its time is over."""
        with self._sessions.begin() as db:
            forget_notices(db, col(Notice.person) == guest_id(question_id))
            row = db.get(GuestQuestion, question_id)
            if row is not None:
                row.token_hash, row.address = f"used:{question_id}", None
                row.question = row.topic = row.situation = ""
                db.add(row)

    def asked_by(self, db: Session, address: str) -> tuple[str, ...]:
        """Return the ids of all questions of late that came from the mailbox of an address."""
        mine = col(GuestQuestion.seal) == self._vault.seal(mailbox(address))
        return tuple(db.scalars(select(col(GuestQuestion.id)).where(mine)))

    def forget(self, db: Session, question_ids: Iterable[str]) -> None:
        """Forget questions and what was told about them, whether they were confirmed or not."""
        for question_id in question_ids:
            _remove(db, question_id)

    def purge(self) -> int:
        """Forget every question whose time is over, and return how many there were."""
        now = self._clock()
        with self._sessions.reading() as db:
            over = select(func.count()).select_from(GuestQuestion).where(col(GuestQuestion.expires_at) <= now)
            if not db.scalar(over):
                return 0
        with self._sessions.begin() as db:
            return purge(db, now)


def purge(db: Session, now: datetime) -> int:
    """Forget within a transaction every question whose time is over, and return how many there were."""
    over = db.scalars(select(col(GuestQuestion.id)).where(col(GuestQuestion.expires_at) <= now)).all()
    for question_id in over:
        _remove(db, question_id)
    return len(over)


def count(db: Session, *, seal: str | None = None, since: datetime | None = None) -> int:
    """Return how many questions were asked of late: all, those of one address, or those since then."""
    query = select(func.count()).select_from(GuestQuestion)
    if seal is not None:
        query = query.where(col(GuestQuestion.seal) == seal)
    if since is not None:
        query = query.where(col(GuestQuestion.asked_at) > since)
    return db.scalar(query) or 0


def _remove(db: Session, question_id: str) -> None:
    forget_notices(db, col(Notice.person) == guest_id(question_id))
    db.execute(delete(GuestQuestion).where(col(GuestQuestion.id) == question_id))
