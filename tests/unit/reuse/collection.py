"""A catalogue in memory, and the service that answers from it; a real one would take a second for each example."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from app.catalogue import CatalogueEntry, CatalogueService, State
from app.records.record import Record
from app.reuse.obtaining.answer import Answer
from app.reuse.place import Place
from app.reuse.service import ReuseService
from tests.unit.reuse.examples import global_name

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Collection:
    """The part of `CatalogueService` that the service reads."""

    records: Sequence[Record]

    def last_seq(self) -> int:
        return 1

    def heads(self, kind: str) -> list[CatalogueEntry]:
        return [entry_of(record) for record in self.records if record.kind == kind]

    def record(self, entry: CatalogueEntry) -> Record:
        return next(found for found in self.records if (found.origin, found.id) == (entry.origin, entry.id))

    def readable(self, entry: CatalogueEntry) -> Record | None:
        return self.record(entry)

    def named(self, name: str) -> CatalogueEntry | None:
        found = (record for record in self.records if name in (record.ref, global_name(record)))
        return next(map(entry_of, found), None)


def entry_of(record: Record) -> CatalogueEntry:
    return CatalogueEntry(
        seq=1, origin=record.origin, id=record.id, ver=1, digest="", state=State.PUBLISHED, at=NOW, kind=record.kind,
        slug=record.slug,
    )  # fmt: skip


def service(records: Sequence[Record], believed: Sequence[str] = ()) -> ReuseService:
    """Return the service over these records; the organisations of `believed` count."""
    catalogue = cast("CatalogueService", Collection(tuple(records)))
    return ReuseService(catalogue, lambda: NOW, lambda: believed)


def answer(place: Place, solution: Record, records: Sequence[Record], believed: Sequence[str] = ()) -> Answer:
    """Return what a reader at `place` is told about a solution among these records."""
    return service((solution, *records), believed).obtainable(place, entry_of(solution))
