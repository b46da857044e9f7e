"""Describes the interface after OpenAPI 3.1; kinds and filters come from the record schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.records.schema import SchemaSet
from app.search.query import Sort
from app.web.api.parameters import MAX_CHANGE, MAX_PAGE, MAX_QUERY, MAX_SIZE
from app.web.shell.problems import MEDIA_TYPE

Json = dict[str, Any]
STRING: Json = {"type": "string"}
NUMBER: Json = {"type": "integer", "minimum": 0}
ADDRESS: Json = {"type": "string", "format": "uri"}
TIME: Json = {"type": "string", "format": "date-time"}
DIGEST: Json = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
STRINGS: Json = {"type": "array", "items": STRING}
_LEFT_OUT: Json = {**NUMBER, "description": "Records of this part that cannot be read at the moment"}
_OPTIONAL: Json = {"type": ["string", "null"]}
_OPTIONAL_NUMBER: Json = {"type": ["number", "null"]}


def components(kinds: list[str]) -> Json:
    """Return the named schemas; `kinds` are the kinds of records this node knows."""
    summary = _summary(kinds)
    return {
        "RecordSummary": _object(summary),
        "Record": _object({**summary, **_whole()}, optional=("target",)),
        "RecordList": _object({"total": NUMBER, **_part(), "left_out": _LEFT_OUT, "records": _list("RecordSummary")}),
        "Version": _object(_version_entry()),
        "VersionList": _object({"total": NUMBER, "versions": _list("Version")}),
        "Lesson": _object({"id": STRING, "statement": STRING, "recommendation": STRING, "url": ADDRESS}),
        "Hit": _object(_hit(kinds)),
        "Amount": _object(_amount()),
        "FiveLines": _object(_five_lines()),
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
        "five_lines": {"$ref": "#/components/schemas/FiveLines"},
        "version": {"type": "integer", "minimum": 1},
        "digest": DIGEST,
        "published_at": TIME,
        "url": ADDRESS,
        "permanent_url": ADDRESS,
        "api_url": ADDRESS,
    }


def _amount() -> Json:
    return {
        "kind": STRING,
        "amount": {"type": "number"},
        "amount_to": _OPTIONAL_NUMBER,
        "currency": STRING,
        "approx": {**_OPTIONAL, "description": "How the source qualifies it: about, nearly, over, at_least, up_to"},
        "date": STRING,
    }


def _five_lines() -> Json:
    amount = {"anyOf": [{"$ref": "#/components/schemas/Amount"}, {"type": "null"}]}
    return {
        "outcome": {**_OPTIONAL, "description": "Of a case; of a solution, how far it has matured into a product"},
        "cost": _object(
            {
                "once": {**_list("Amount"), "description": "For all of it; several are what several sources say of it"},
                "running": amount,
                "planned": amount,
                "parts": {
                    "type": "array",
                    "items": _object({**_amount(), "what": STRING}),
                    "description": "Amounts for a part of it, where nobody says what all of it cost",
                },
                "five_years": {**_OPTIONAL_NUMBER, "description": "Set-up and running costs; null where it is a guess"},
                "per_inhabitant": _OPTIONAL_NUMBER,
                "granted_percent": _OPTIONAL_NUMBER,
            }
        ),
        "duration": _object({"start": _OPTIONAL, "end": _OPTIONAL, "months": _OPTIONAL_NUMBER}),
        "size": _object(
            {
                "kind": _OPTIONAL,
                "population": _OPTIONAL_NUMBER,
                "as_of": _OPTIONAL,
                "from_list_of_places": {"type": "boolean", "description": "The record itself names no inhabitants"},
                "users": _OPTIONAL_NUMBER,
                "unit": _OPTIONAL,
            }
        ),
        "contact": _object({"name": _OPTIONAL, "mailbox": _OPTIONAL, "phone": _OPTIONAL, "url": _OPTIONAL}),
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


def _version_entry() -> Json:
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
        "five_lines": {"$ref": "#/components/schemas/FiveLines"},
        "url": ADDRESS,
        "permanent_url": ADDRESS,
        "version_url": ADDRESS,
        "score": {"type": "number"},
        "matched_by": {"type": "string", "enum": ["words", "meaning", "both"]},
        "far": {"type": "boolean", "description": "Fits much less well than the best hit"},
        "reasons": {"type": "array", "items": reason},
        "lessons": _list("Lesson"),
    }


def _result() -> Json:
    value = _object({"value": STRING, "count": NUMBER, "selected": {"type": "boolean"}})
    facet = _object({"key": STRING, "values": {"type": "array", "items": value}})
    return {
        "total": NUMBER,
        "near": {
            **NUMBER,
            "description": "How many of all hits are not far; in the order of relevance they come first",
        },
        "hits": _list("Hit"),
        "facets": {"type": "array", "items": facet},
        "suggestion": {"type": ["string", "null"], "description": "A question that finds more, if there is one"},
        "relaxed": {"type": "boolean", "description": "Not all words were found together, so any of them counts"},
        "missing": {
            **STRINGS,
            "description": "Words that no record is about; then the hits are the nearest, no answer",
        },
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


VERSION = "1.0.0"


def document(issuer: str, schemas: SchemaSet, facets: Iterable[str]) -> Json:
    """Return the OpenAPI document for a node at `issuer`."""
    kinds = [kind.name for kind in schemas.kinds]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Erfahrungsnetz",
            "version": VERSION,
            "summary": "Case studies, concepts, solutions and organisations of a node, as published.",
            "license": {"name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": f"{issuer}/api/v1"}],
        "paths": {
            "/records": {"get": _records(kinds)},
            "/records/{id}": {"get": _record()},
            "/records/{id}/versions": {"get": _versions()},
            "/records/{id}/versions/{version}": {"get": _version()},
            "/search": {"get": _search(facets)},
            "/openapi.json": {"get": _openapi()},
        },
        "components": {"schemas": components(kinds)},
    }


def _records(kinds: list[str]) -> Json:
    kind = _query("kind", "Only records of this kind", {"type": "string", "enum": kinds})
    change = {"type": "integer", "minimum": 1, "maximum": MAX_CHANGE}
    before = _query("before", "Where the part begins, as `next` names it; in place of counting pages", change)
    parameters = [kind, *_paging(20), before]
    return _operation("listRecords", "List records, the most recently changed first", parameters, "RecordList", "422")


def _record() -> Json:
    return _operation("getRecord", "One record with its whole text", [_id()], "Record", "404", "410")


def _versions() -> Json:
    return _operation("listVersions", "The history of a record", [_id()], "VersionList", "404")


def _version() -> Json:
    number = {"name": "version", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    return _operation("getVersion", "One record as it was in this version", [_id(), number], "Record", "404", "410")


def _search(facets: Iterable[str]) -> Json:
    repeated = {"type": "array", "items": {"type": "string"}}
    parameters = [
        _query("q", "Words, in any form and order", {"type": "string", "maxLength": MAX_QUERY}),
        *(_query(name, "Filter; repeat the parameter for alternatives", repeated) for name in facets),
        _query("sort", "Order of the hits", {"type": "string", "enum": [str(s) for s in Sort], "default": "relevance"}),
        _query("lang", "Language of the question", {"type": "string", "enum": ["de", "en"], "default": "de"}),
        *_paging(10),
    ]
    return _operation("search", "Search all records", parameters, "SearchResult", "422")


def _openapi() -> Json:
    answer = {"description": "This document", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {"operationId": "getDescription", "summary": "This description", "responses": {"200": answer}}


def _operation(name: str, summary: str, parameters: list[Json], schema: str, *errors: str) -> Json:
    found = {"description": summary, "content": {"application/json": {"schema": _ref(schema)}}}
    failed = {"description": "Problem details (RFC 9457)", "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}
    answers = {"200": found, **dict.fromkeys(errors, failed), "default": failed}
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}


def _paging(default: int) -> list[Json]:
    size = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": default}
    page = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}
    return [_query("page", "Part of the list, from 1", page), _query("size", "Entries per part", size)]


def _query(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _id() -> Json:
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
