# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells the authors of own records that a municipality has responded on another node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from sqlmodel import Session

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn, State
from app.review.context import ReviewContext
from app.review.models import NoticeKind, Position
from app.review.notices.audience import authors_of
from app.review.responses.index import KIND, ResponseIndex

_NAME = "responses"
_AT_ONCE = 500
_Group = tuple[str, str]


class Arrivals:
    """A cursor on the catalogue. However many responses come at once, authors are told once per record and origin."""

    def __init__(self, context: ReviewContext, index: ResponseIndex) -> None:
        self._context = context
        self._catalogue = context.catalogue
        self._index = index

    def tell(self) -> int:
        """Tell of everything that came since the last time and return how many notices that were.

        A record is told of once per origin and day: whoever floods a node fills nobody's letter box.
        """
        told = 0
        while True:
            place = self._place()
            changes = self._catalogue.changes(place[1], _AT_ONCE)
            if not changes:
                return told
            groups = self._groups(changes)
            with self._context.sessions.begin() as db:
                if _place(db) != place:
                    # Another process has done this part.
                    continue
                told += sum(self._tell(db, group, number) for group, number in groups.items())
                _move(db, place[0], changes[-1].seq)

    def _place(self) -> tuple[int, int]:
        """Return generation and change number from which to go on; after a rebuild nothing is told twice."""
        with self._context.sessions.reading() as db:
            generation, seq = _place(db)
        current = self._catalogue.generation()
        if generation == current:
            return generation, seq
        last = self._catalogue.last_seq() if generation >= 0 else 0
        with self._context.sessions.begin() as db:
            _move(db, current, last)
        return current, last

    def _groups(self, changes: Iterable[CatalogueEntry]) -> Counter[_Group]:
        """Return how many responses came by own record and origin."""
        foreign = (one for one in changes if one.origin and one.kind == KIND and one.state is State.PUBLISHED)
        targets = ((self._index.target(one), one.origin) for one in foreign)
        home = self._context.global_name("", "")
        return Counter((target.removeprefix(home), origin) for target, origin in targets if target.startswith(home))

    def _tell(self, db: Session, group: _Group, number: int) -> int:
        record_id, origin = group
        try:
            head = self._catalogue.head(record_id)
        except (RecordNotFound, RecordWithdrawn):
            return 0
        title = self._catalogue.record(head).title
        params = {"title": title, "kind": head.kind, "slug": head.slug, "origin": origin, "number": str(number)}
        once = _once(record_id, origin, self._context.clock().date())
        people = authors_of(db, head.kind, head.slug)
        added = [
            self._context.notices.add(db, person, NoticeKind.RESPONDED_ELSEWHERE, params, once=once)
            for person in sorted(people)
        ]
        return sum(added)


def _once(record_id: str, origin: str, day: date) -> str:
    # Names of nodes can be longer than what there is room for.
    return f"elsewhere:{record_id}:{sha256(origin.encode()).hexdigest()[:16]}:{day.isoformat()}"


def _place(db: Session) -> tuple[int, int]:
    row = db.get(Position, _NAME)
    return (row.generation, row.seq) if row else (-1, 0)


def _move(db: Session, generation: int, seq: int) -> None:
    row = db.get(Position, _NAME) or Position(name=_NAME, generation=generation, seq=seq)
    row.generation, row.seq = generation, seq
    db.add(row)
