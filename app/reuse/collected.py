"""What a collection puts together."""

from __future__ import annotations

from dataclasses import dataclass

from app.records.record import Record
from app.reuse.front_matter import entries

COLLECTION = "collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A record by the name under which this node knows it, and the sentence on it."""

    name: str
    note: str


def collected(record: Record) -> tuple[Collected, ...]:
    """Return the records of a collection in its order; none of other kinds."""
    if record.kind != COLLECTION:
        return ()
    found = entries(record, "entries")
    return tuple(Collected(name=record.refer(str(one["target"])), note=str(one["note"])) for one in found)
