"""Typed looks into the front matter of a record, which the schema has already checked, and the sources it cites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from app.records.record import Record, Source

Fields = Mapping[str, Any]
"""One object of the front matter."""

UNKNOWN = "unknown"
"""How records write down that something is not known, in dates and choices alike."""


def group(record: Record, key: str) -> Fields:
    """Return the object in the field `key`, empty where the record has none."""
    return cast("Fields", record.data.get(key) or {})


def entries(record: Record, key: str) -> tuple[Fields, ...]:
    """Return the objects of the list in the field `key`, empty where the record has none."""
    return cast("tuple[Fields, ...]", tuple(cast("Any", record.data.get(key)) or ()))


def words(record: Record, key: str) -> tuple[str, ...]:
    """Return the texts of the list in the field `key`, empty where the record has none."""
    return cast("tuple[str, ...]", tuple(cast("Any", record.data.get(key)) or ()))


def word(record: Record, key: str) -> str:
    """Return the text in the field `key`, "unknown" where the record says nothing."""
    return str(record.data.get(key) or UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(Source):
    """A source as the record `record` ("organisation/<slug>") lists it; `date` may be partial ("2019-12").

    `lang` is that of the record where the source names no other one.
    """

    record: str


def citations(record: Record, keys: Iterable[str]) -> tuple[Citation, ...]:
    """Return the sources of the record that `keys` name, in that order; a key without a source names nothing."""
    found = (record.source(key) for key in keys)
    return tuple(_citation(record, source) for source in found if source is not None)


def _citation(record: Record, source: Source) -> Citation:
    return Citation(record=record.ref, **asdict(source) | {"lang": source.lang or record.lang})
