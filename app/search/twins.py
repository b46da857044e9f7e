"""Whether two records that are near each other may be about one and the same thing, told twice."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from app.records.json_value import OBJECT, JsonValue
from app.records.record import Record

AMONG = 3
"""Only the nearest neighbours of a record are looked at: a town has several projects in one field."""


def may_be_the_same(one: Record, other: Record) -> bool:
    """Tell whether both are of one kind and share what few have in common: a place, a name, a site or source code."""
    return one.kind == other.kind and not _marks(one).isdisjoint(_marks(other))


def _marks(record: Record) -> set[tuple[str, str]]:
    return set(_each_mark(record))


def _each_mark(record: Record) -> Iterator[tuple[str, str]]:
    if record.kind == "case-study":
        # What stands before the colon there is the place, which the list of places says better.
        yield from (("place", f"{place.name.casefold()}, {place.state}") for place in record.municipalities)
        return
    yield "name", record.title.partition(":")[0].strip().casefold()
    for key in ("website", "publiccode_url", "repository"):
        address = _address(record.data.get(key))
        if address:
            yield "address", address


def _address(value: JsonValue) -> str:
    text = value.get("url") if isinstance(value, OBJECT) else value
    if not isinstance(text, str):
        return ""
    parts = urlsplit(text)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"
