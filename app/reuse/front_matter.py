"""Typed access to the front matter of a record, which the schema has already checked, and to the sources it cites."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from app.records.record import Record, Source

Fields = Mapping[str, Any]
"""One object of the front matter."""

UNKNOWN = "unknown"
"""The value that records use for what is not known, in dates and choices alike."""


def group(record: Record, key: str) -> Fields:
    """Return the object in the field `key`; empty if the record has none."""
    return cast("Fields", record.data.get(key) or {})


def entries(record: Record, key: str) -> tuple[Fields, ...]:
    """Return the objects of the list in the field `key`; empty if the record has none."""
    return cast("tuple[Fields, ...]", tuple(cast("Any", record.data.get(key)) or ()))


def words(record: Record, key: str) -> tuple[str, ...]:
    """Return the texts of the list in the field `key`; empty if the record has none."""
    return cast("tuple[str, ...]", tuple(cast("Any", record.data.get(key)) or ()))


def word(record: Record, key: str) -> str:
    """Return the text in the field `key`; "unknown" if the record has none."""
    return str(record.data.get(key) or UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(Source):
    """A source as `record` lists it; `date` may be partial ("2019-12"), `lang` is the record's if not given."""

    record: str


def citations(record: Record, keys: Iterable[str]) -> tuple[Citation, ...]:
    """Return the record's sources with these keys, in that order; keys without a source are skipped."""
    return tuple(
        Citation(record=record.ref, **asdict(source) | {"lang": source.lang or record.lang})
        for key in keys
        if (source := record.source(key))
    )


COLLECTION = "collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A record in a collection, by the name it has at this node, with the sentence about it."""

    name: str
    note: str


def collected(record: Record) -> tuple[Collected, ...]:
    """Return the records of a collection in its order; empty for records of other kinds."""
    if record.kind != COLLECTION:
        return ()
    found = entries(record, "entries")
    return tuple(Collected(name=record.refer(str(one["target"])), note=str(one["note"])) for one in found)


MAX_AGE_YEARS = 3
"""Source code last seen longer ago than this may no longer be maintained."""


def newest(sources: tuple[Citation, ...], read: str) -> str:
    """Return the newest date of these sources; one without a date counts as of the day it was `read`."""
    return max((source.date if source.date and source.date != UNKNOWN else read for source in sources), default=read)


def own_day(sources: tuple[Citation, ...]) -> str:
    """Return the newest date that the sources carry themselves; "unknown" if none has one."""
    return max((source.date for source in sources if source.date and source.date != UNKNOWN), default=UNKNOWN)


def is_old(day: str, today: date) -> bool:
    """Return whether a day, possibly partial, is more than MAX_AGE_YEARS before today."""
    limit = f"{today.year - MAX_AGE_YEARS}-{today.month:02}-{today.day:02}"
    return day != UNKNOWN and day < limit[: len(day)]
