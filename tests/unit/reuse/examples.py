"""Small sound organisations and solutions, read by the real reader, and what remains when a fact is taken away."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from app.records.json_value import freeze
from app.records.record import Record
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet
from app.reuse.naming import Find

ROOT = Path(__file__).parents[3]
SOURCE = {"title": "Bericht", "publisher": "Amt", "date": "2025", "self_reported": False}

_COMMON = {
    "lang": "de", "topics": ["mobility"], "license": "CC-BY-4.0", "compiled_by": "editors",
    "last_confirmed": "2026-11-24", "review_by": "2027-11-24",
    "sources": [{"key": "a", **SOURCE}, {"key": "b", **SOURCE}, {"key": "old", **SOURCE, "date": "2019"}],
}  # fmt: skip
_ORGANISATION = {"schema": "organisation/1", "kind": "organisation", "org_type": "municipal_it", "role": "Betreibt."}
_SOLUTION = {
    "schema": "solution/1", "kind": "solution", "title": "Musterlösung", "summary": "Eine Lösung.",
    "features": [{"text": "Kann etwas.", "sources": ["a"]}], "solution_type": "software", "openness": "unknown",
    "hosting": ["unknown"], "productisation": "documented", "maintainer": {"type": "unknown", "until": "unknown"},
    "evidence_level": 0,
}  # fmt: skip
_BODIES = {
    "organisation": "## Wer das ist {#description}\n\nEine.[^a]\n\n## So kommen Sie heran {#access}\n\nFragen.[^b]\n",
    "solution": "## Was die Lösung kann {#description}\n\nX.[^a]\n\n## So kommen Sie daran {#reuse}\n\nFragen.[^b]\n",
}


@cache
def reader() -> RecordReader:
    """Return a reader by the schemas of this repository."""
    return RecordReader(SchemaSet.load(ROOT / "schemas"))


def organisation(slug: str, **fields: Any) -> Record:
    """Return an organisation that is called like its slug; sources `a`, `b` and `old` (of 2019) exist."""
    return _read(slug, {**_COMMON, **_ORGANISATION, "title": slug, "summary": slug, **fields})


def solution(*routes: Mapping[str, Any], **fields: Any) -> Record:
    """Return a solution with these routes; sources `a`, `b` and `old` (of 2019) exist."""
    found = _read("musterloesung", {**_COMMON, **_SOLUTION, "reuse_routes": list(routes) or [route()], **fields})
    return found if routes else replace(found, data=_with(found, "reuse_routes", ()))


def route(code: str = "self_host_oss", provider: str = "anbieter", **fields: Any) -> dict[str, Any]:
    """Return an available route; a provider that starts with "=" is known by name only."""
    entry = {"route": code, "provider": org(provider), "eligible": {"note": "Siehe dort."}, "status": "available"}
    return {**entry, "last_checked": "2026-11-24", "sources": ["a"], **fields}


def org(name: str) -> dict[str, str]:
    """Return how a record names an organisation; "=Verbund" is one without a record."""
    return {"name": name[1:]} if name.startswith("=") else {"name": name, "ref": f"organisation/{name}"}


def at_node(origin: str, record: Record) -> Record:
    """Return the record as that of another node."""
    return replace(record, origin=origin, id=str(uuid.uuid5(uuid.NAMESPACE_URL, record.ref + origin)))


def global_name(record: Record) -> str:
    """Return how other nodes call a record."""
    return f"https://{record.origin or 'own.example'}/r/{record.id}"


def by_global_name(record: Record) -> dict[str, str]:
    """Return how a record of another node names an organisation."""
    return {"name": record.title, "ref": global_name(record)}


def finding(*records: Record) -> Find:
    """Return what looks up the global names of these records."""
    return {global_name(record): record.ref for record in records if record.kind == "organisation"}.get


def membership(body: str, **fields: Any) -> dict[str, Any]:
    """Return an entry of `memberships`."""
    return {"in": org(body), "as_of": "2025", "sources": ["a"], **fields}


def member(name: str, **fields: Any) -> dict[str, Any]:
    """Return an entry of `members`."""
    return {"org": org(name), "as_of": "2025", "sources": ["a"], **fields}


def smaller(record: Record) -> Iterator[Record]:
    """Yield the record without each of its facts in turn: a membership, a member, a route, a source."""
    for key in ("memberships", "members", "reuse_routes"):
        entries = cast("tuple[Any, ...]", record.data.get(key, ()))
        for index in range(len(entries)):
            yield replace(record, data=_with(record, key, entries[:index] + entries[index + 1 :]))
    for index in range(len(record.sources)):
        yield replace(record, sources=record.sources[:index] + record.sources[index + 1 :])


def doubted(record: Record) -> Iterator[Record]:
    """Yield the record with each of its statements in turn replaced by "unknown"."""
    for key, part in (("memberships", "as_of"), ("members", "as_of"), ("reuse_routes", "status")):
        entries = cast("tuple[Any, ...]", record.data.get(key, ()))
        for index, entry in enumerate(entries):
            doubt = {**entry, part: "unknown"}
            yield replace(record, data=_with(record, key, (*entries[:index], doubt, *entries[index + 1 :])))
    for key in ("openness", "software_license"):
        if key in record.data:
            yield replace(record, data=_with(record, key, "unknown"))
    if "maintainer" in record.data:
        upkeep = cast("Mapping[str, Any]", record.data["maintainer"])
        yield replace(record, data=_with(record, "maintainer", {**upkeep, "type": "unknown"}))
    if "dvc" in record.data:
        yield replace(record, data=_with(record, "dvc", {"status": "unknown"}))


def _with(record: Record, key: str, value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", freeze({**record.data, key: value}))


def _read(slug: str, front: Mapping[str, Any]) -> Record:
    front = {**front, "id": str(uuid.uuid5(uuid.NAMESPACE_URL, slug))}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items() if value is not None]
    kind = front["kind"]
    return _parsed(f"{kind}s/{slug}", "---\n" + "\n".join(lines) + "\n---\n" + _BODIES[kind])


@lru_cache(maxsize=2000)
def _parsed(path: str, text: str) -> Record:
    """Generated worlds consist of few different records, so each is read once."""
    return reader().read(path, text)
