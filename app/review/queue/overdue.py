# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records that somebody should look at again, and reminders to those who can."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.catalogue import CatalogueEntry, CatalogueService
from app.content.problem import InvalidRecord
from app.content.schema import SchemaSet
from app.identity import Action, Matter
from app.review.desk import Desk
from app.review.journal.authors import authors_of
from app.review.matter import matter_of_record, organisations_of, regions_of
from app.review.model.notice import NoticeKind
from app.review.model.queue import OverdueRecord
from app.review.records.freshness import DUE_DAYS, Freshness, days_late, freshness

_STAGES = (-DUE_DAYS, 1, 180)
"""Days from `review_by` from which on a reminder goes out, each once."""


class OverdueRecords:
    """Lists own records by how long ago somebody should have looked at them."""

    def __init__(self, desk: Desk, catalogue: CatalogueService, schemas: SchemaSet) -> None:
        """Read from `catalogue`; kinds that are not listed never become overdue."""
        self._desk = desk
        self._catalogue = catalogue
        self._kinds = frozenset(kind.name for kind in schemas.kinds if kind.listed)
        self._seen: tuple[int, tuple[OverdueRecord, ...]] = (-1, ())

    def overdue(self, today: date, *, including_due: bool = False) -> tuple[OverdueRecord, ...]:
        """Return the records that are overdue, the longest first; with `including_due` also those that soon will be.

        `days` is negative before the day.
        """
        wanted = (Freshness.OVERDUE, Freshness.ARCHIVED, *((Freshness.DUE,) if including_due else ()))
        found = [self._on(record, today) for record in self._records()]
        late = [record for record in found if freshness(record.review_by, today) in wanted]
        return tuple(sorted(late, key=lambda record: (-record.days, record.kind, record.slug)))

    def remind(self, today: date) -> int:
        """Tell authors and curators of records that are or soon will be overdue; return how many were told.

        Each is told once per stage and date, however often this runs.
        """
        told = 0
        for record in self.overdue(today, including_due=True):
            stage = max(stage for stage in _STAGES if record.days >= stage)
            told += self._remind(record, stage)
        return told

    def _remind(self, record: OverdueRecord, stage: int) -> int:
        once = f"review:{record.record_id}:{record.review_by}:{stage}"
        params = {"title": record.title, "kind": record.kind, "slug": record.slug, "review_by": record.review_by}
        matter = matter_of_record(self._catalogue.record(self._catalogue.head(record.record_id)))
        curators = frozenset(self._desk.people.curators(matter))
        with self._desk.sessions.reading() as db:
            people = authors_of(db, record.kind, record.slug) | curators
        kinds = {person: self._kind(person, matter, curators) for person in sorted(people)}
        with self._desk.sessions.begin() as db:
            return sum(self._desk.notices.add(db, person, kind, params, once=once) for person, kind in kinds.items())

    def _kind(self, person: str, matter: Matter, curators: frozenset[str]) -> NoticeKind:
        """Return what to tell: the button „Stimmt noch“ is promised only to those who will find it."""
        has_button = person in curators or self._desk.people.may(person, Action.CONFIRM, matter)
        return NoticeKind.REVIEW_DUE if has_button else NoticeKind.REVIEW_WANTED

    def _records(self) -> tuple[OverdueRecord, ...]:
        seq, records = self._seen
        if seq != self._catalogue.last_seq():
            seq = self._catalogue.last_seq()
            heads = (entry for entry in self._catalogue.heads() if not entry.origin and entry.kind in self._kinds)
            records = tuple(record for entry in heads if (record := self._read(entry)))
            self._seen = (seq, records)
        return records

    def _read(self, entry: CatalogueEntry) -> OverdueRecord | None:
        try:
            record = self._catalogue.record(entry)
        except InvalidRecord:
            return None
        return OverdueRecord(
            kind=record.kind,
            slug=record.slug,
            record_id=record.id,
            title=record.title,
            review_by=record.review_by,
            days=0,
            topics=record.topics,
            states=regions_of(record),
            organisations=organisations_of(record),
        )

    def _on(self, record: OverdueRecord, today: date) -> OverdueRecord:
        return replace(record, days=days_late(record.review_by, today))
