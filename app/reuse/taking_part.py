"""Which described organisations take part in a case or answer for a solution, and as what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.records.record import Record
from app.reuse.front_matter import Fields, entries, group

_ONE = ("product_owner", "legal_role", "sales_role", "maintainer")
_SEVERAL = ("operator", "reuse_routes", "partners")
_NAMED_IN = ("org", "provider")


def taking_part(record: Record) -> Mapping[str, tuple[str, ...]]:
    """Return by the name of an organisation, as this node names its record, the fields in which it stands."""
    found: dict[str, tuple[str, ...]] = {}
    for key, entry in _entries(record):
        body = next((entry[part] for part in _NAMED_IN if part in entry), entry)
        if ref := body.get("ref"):
            name = record.refer(str(ref))
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), key)))
    return found


def _entries(record: Record) -> Iterator[tuple[str, Fields]]:
    for key in _ONE:
        yield key, group(record, key)
    for key in _SEVERAL:
        for entry in entries(record, key):
            yield key, entry
