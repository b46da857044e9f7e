# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The shapes of the answers, as JSON Schema inside the OpenAPI document."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
STRING: Json = {"type": "string"}
NUMBER: Json = {"type": "integer", "minimum": 0}
ADDRESS: Json = {"type": "string", "format": "uri"}
TIME: Json = {"type": "string", "format": "date-time"}
DIGEST: Json = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
STRINGS: Json = {"type": "array", "items": STRING}


def components(kinds: list[str]) -> Json:
    """Return the named schemas; `kinds` are the kinds of records this node knows."""
    summary = _summary(kinds)
    return {
        "RecordSummary": _object(summary),
        "Record": _object({**summary, **_whole()}, optional=("target",)),
        "RecordList": _object({"total": NUMBER, **_part(), "records": _list("RecordSummary")}),
        "Version": _object(_version()),
        "VersionList": _object({"total": NUMBER, "versions": _list("Version")}),
        "Lesson": _object({"id": STRING, "statement": STRING, "recommendation": STRING, "url": ADDRESS}),
        "Hit": _object(_hit(kinds)),
        "SearchResult": _object(_result(), optional=("suggestion",)),
        "Problem": _object(_problem(), optional=("errors", "id", "withdrawn_at")),
    }


def _summary(kinds: list[str]) -> Json:
    return {
        "id": {"type": "string", "format": "uuid"},
        "kind": {"type": "string", "enum": kinds},
        "slug": STRING,
        "title": STRING,
        "summary": STRING,
        "lang": STRING,
        "topics": STRINGS,
        "states": STRINGS,
        "version": {"type": "integer", "minimum": 1},
        "digest": DIGEST,
        "published_at": TIME,
        "url": ADDRESS,
        "permanent_url": ADDRESS,
        "api_url": ADDRESS,
    }


def _whole() -> Json:
    file = _object({"name": STRING, "size": NUMBER, "sha256": STRING, "url": ADDRESS})
    section = _object({"id": STRING, "title": STRING, "markdown": STRING})
    return {
        "origin": ADDRESS,
        "license": STRING,
        "version_url": ADDRESS,
        "record": {"type": "object", "description": "The front matter, after the JSON Schema of its kind"},
        "target": {**ADDRESS, "description": "Of a response: the global name of the record that it is about"},
        "sections": {"type": "array", "items": section},
        "files": {"type": "array", "items": file},
    }


def _part() -> Json:
    address = {"type": ["string", "null"], "format": "uri"}
    return {"page": NUMBER, "size": NUMBER, "previous": address, "next": address}


def _version() -> Json:
    state = {"type": "string", "enum": ["published", "withdrawn", "broken"]}
    return {"version": NUMBER, "digest": STRING, "state": state, "published_at": TIME, "url": ADDRESS}


def _hit(kinds: list[str]) -> Json:
    reason = _object({"code": STRING, "params": {"type": "object", "additionalProperties": STRING}})
    origin = {"type": "string", "description": "The address of this node, or the short name of another one"}
    return {
        "id": {"type": "string", "format": "uuid"},
        "origin": origin,
        "kind": {"type": "string", "enum": kinds},
        "slug": STRING,
        "title": STRING,
        "summary": STRING,
        "url": ADDRESS,
        "permanent_url": ADDRESS,
        "score": {"type": "number"},
        "reasons": {"type": "array", "items": reason},
        "lessons": _list("Lesson"),
    }


def _result() -> Json:
    value = _object({"value": STRING, "count": NUMBER, "selected": {"type": "boolean"}})
    facet = _object({"key": STRING, "values": {"type": "array", "items": value}})
    return {
        "total": NUMBER,
        "hits": _list("Hit"),
        "facets": {"type": "array", "items": facet},
        "suggestion": {"type": ["string", "null"], "description": "A question that finds more, if there is one"},
        "relaxed": {"type": "boolean", "description": "Not all words were found together, so any of them counts"},
        "expanded": {**STRINGS, "description": "Words that the vocabulary added"},
        "page": NUMBER,
        "size": NUMBER,
    }


def _problem() -> Json:
    wrong = _object({"parameter": STRING, "message": STRING, "accepted": STRING})
    return {
        "type": STRING,
        "title": STRING,
        "status": {"type": "integer"},
        "detail": STRING,
        "instance": STRING,
        "errors": {"type": "array", "items": wrong},
        "id": STRING,
        "withdrawn_at": TIME,
    }


def _object(properties: Json, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(name: str) -> Json:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
