"""Describes the JSON interface after OpenAPI 3.1; kinds and filters come from the record schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.records.schema import SchemaSet
from app.search.query import Sort
from app.web.doors.parameters import MAX_CHANGE, MAX_PAGE, MAX_QUERY, MAX_SIZE
from app.web.shell.errors import MEDIA_TYPE

Json = dict[str, Any]
VERSION = "1.0.0"
STRING: Json = {"type": "string"}
NUMBER: Json = {"type": "integer", "minimum": 0}
UUID: Json = {"type": "string", "format": "uuid"}
ADDRESS: Json = {"type": "string", "format": "uri"}
TIME: Json = {"type": "string", "format": "date-time"}
DIGEST: Json = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
STRINGS: Json = {"type": "array", "items": STRING}
_FROM_ONE: Json = {"type": "integer", "minimum": 1}
_OPTIONAL: Json = {"type": ["string", "null"]}
_OPTIONAL_NUMBER: Json = {"type": ["number", "null"]}


def document(issuer: str, schemas: SchemaSet, facets: Iterable[str]) -> Json:
    """Return the OpenAPI document for a node at `issuer`."""
    kinds: Json = {"type": "string", "enum": [kind.name for kind in schemas.kinds]}
    record_id = {"name": "id", "in": "path", "required": True, "schema": UUID}
    version = {"name": "version", "in": "path", "required": True, "schema": _FROM_ONE}
    records = [
        query("kind", "Only records of this kind", kinds),
        *_paging(20),
        query(
            "before",
            "Where the part begins, as `next` names it; in place of counting pages",
            {**_FROM_ONE, "maximum": MAX_CHANGE},
        ),
    ]
    search = [
        query("q", "Words, in any form and order", {"type": "string", "maxLength": MAX_QUERY}),
        *(query(name, "Filter; repeat the parameter for alternatives", STRINGS) for name in facets),
        query("sort", "Order of the hits", {"type": "string", "enum": [str(s) for s in Sort], "default": "relevance"}),
        query("lang", "Language of the question", {"type": "string", "enum": ["de", "en"], "default": "de"}),
        *_paging(10),
    ]
    one_version = operation(
        "getVersion", "One record as it was in this version", [record_id, version], "Record", 404, 410
    )
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
            "/records": operation(
                "listRecords", "List records, the most recently changed first", records, "RecordList", 422
            ),
            "/records/{id}": operation("getRecord", "One record with its whole text", [record_id], "Record", 404, 410),
            "/records/{id}/versions": operation(
                "listVersions", "The history of a record", [record_id], "VersionList", 404
            ),
            "/records/{id}/versions/{version}": one_version,
            "/search": operation("search", "Search all records", search, "SearchResult", 422),
            "/openapi.json": DESCRIPTION,
        },
        "components": {"schemas": _components(kinds)},
    }


def operation(name: str, summary: str, parameters: list[Json], schema: str, *errors: int) -> Json:
    """Return the OpenAPI path item for a GET operation that answers with `schema` or one of the `errors` (statuses)."""
    found = {"description": summary, "content": {"application/json": {"schema": ref(schema)}}}
    failed = {"description": "Problem details (RFC 9457)", "content": {MEDIA_TYPE: {"schema": ref("Problem")}}}
    answers = {"200": found, **{str(error): failed for error in errors}, "default": failed}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}}


DESCRIPTION: Json = {
    "get": {
        "operationId": "getDescription",
        "summary": "This description",
        "responses": {
            "200": {"description": "This document", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
    }
}
"""The path of the OpenAPI document itself."""


def query(name: str, description: str, schema: Json) -> Json:
    """Return an OpenAPI parameter in the query string."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


def shape(properties: Json, optional: tuple[str, ...] = ()) -> Json:
    """Return the schema of an object with exactly these properties."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def ref(name: str) -> Json:
    """Return a reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(items: Json) -> Json:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def _paging(default: int) -> list[Json]:
    size = {**_FROM_ONE, "maximum": MAX_SIZE, "default": default}
    page = {**_FROM_ONE, "maximum": MAX_PAGE, "default": 1}
    return [query("page", "Part of the list, from 1", page), query("size", "Entries per part", size)]


def _components(kinds: Json) -> Json:
    named = {"id": UUID, "kind": kinds, "slug": STRING, "title": STRING, "summary": STRING}
    summary = {
        **named,
        "lang": STRING,
        "topics": STRINGS,
        "states": STRINGS,
        "five_lines": ref("FiveLines"),
        "version": _FROM_ONE,
        "digest": DIGEST,
        "published_at": TIME,
        "url": ADDRESS,
        "permanent_url": ADDRESS,
        "api_url": ADDRESS,
    }
    whole = {
        "origin": ADDRESS,
        "license": STRING,
        "version_url": ADDRESS,
        "record": {"type": "object", "description": "The front matter, after the JSON Schema of its kind"},
        "target": {**ADDRESS, "description": "Of a response: the global name of the record that it is about"},
        "sections": list_of(shape({"id": STRING, "title": STRING, "markdown": STRING})),
        "files": list_of(shape({"name": STRING, "size": NUMBER, "sha256": STRING, "url": ADDRESS})),
    }
    part_address = {"type": ["string", "null"], "format": "uri"}
    record_list = {
        "total": NUMBER,
        "page": NUMBER,
        "size": NUMBER,
        "previous": part_address,
        "next": part_address,
        "left_out": {**NUMBER, "description": "Records of this part that cannot be read at the moment"},
        "records": list_of(ref("RecordSummary")),
    }
    state = {"type": "string", "enum": ["published", "withdrawn", "broken"]}
    version = {"version": NUMBER, "digest": DIGEST, "state": state, "published_at": TIME, "url": ADDRESS}
    amount = {
        "kind": STRING,
        "amount": {"type": "number"},
        "amount_to": _OPTIONAL_NUMBER,
        "currency": STRING,
        "approx": {**_OPTIONAL, "description": "How the source qualifies it: about, nearly, over, at_least, up_to"},
        "date": STRING,
    }
    lesson = {"id": STRING, "statement": STRING, "recommendation": STRING, "url": ADDRESS}
    reason = {"code": STRING, "params": {"type": "object", "additionalProperties": STRING}}
    hit = {
        **named,
        "origin": {"type": "string", "description": "The address of this node, or the short name of another one"},
        "five_lines": ref("FiveLines"),
        "url": ADDRESS,
        "permanent_url": ADDRESS,
        "version_url": ADDRESS,
        "score": {"type": "number"},
        "matched_by": {"type": "string", "enum": ["words", "meaning", "both"]},
        "far": {"type": "boolean", "description": "Fits much less well than the best hit"},
        "reasons": list_of(shape(reason)),
        "lessons": list_of(ref("Lesson")),
    }
    value = shape({"value": STRING, "count": NUMBER, "selected": {"type": "boolean"}})
    result = {
        "total": NUMBER,
        "near": {
            **NUMBER,
            "description": "How many of all hits are not far; in the order of relevance they come first",
        },
        "hits": list_of(ref("Hit")),
        "facets": list_of(shape({"key": STRING, "values": list_of(value)})),
        "suggestion": {**_OPTIONAL, "description": "A question that finds more, if there is one"},
        "relaxed": {"type": "boolean", "description": "Not all words were found together, so any of them counts"},
        "missing": {
            **STRINGS,
            "description": "Words that no record is about; then the hits are the nearest, no answer",
        },
        "expanded": {**STRINGS, "description": "Words that the vocabulary added"},
        "page": NUMBER,
        "size": NUMBER,
    }
    problem = {
        "type": STRING,
        "title": STRING,
        "status": {"type": "integer"},
        "detail": STRING,
        "instance": STRING,
        "errors": list_of(shape({"parameter": STRING, "message": STRING, "accepted": STRING})),
        "id": STRING,
        "withdrawn_at": TIME,
    }
    return {
        "RecordSummary": shape(summary),
        "Record": shape({**summary, **whole}, optional=("target",)),
        "RecordList": shape(record_list),
        "Version": shape(version),
        "VersionList": shape({"total": NUMBER, "versions": list_of(ref("Version"))}),
        "Lesson": shape(lesson),
        "Hit": shape(hit),
        "Amount": shape(amount),
        "FiveLines": _five_lines(amount),
        "SearchResult": shape(result, optional=("suggestion",)),
        "Problem": shape(problem, optional=("errors", "id", "withdrawn_at")),
    }


def _five_lines(amount: Json) -> Json:
    optional_amount = {"anyOf": [ref("Amount"), {"type": "null"}]}
    cost = {
        "once": {**list_of(ref("Amount")), "description": "For all of it; several are what several sources say of it"},
        "running": optional_amount,
        "planned": optional_amount,
        "parts": {
            **list_of(shape({**amount, "what": STRING})),
            "description": "Amounts for a part of it, where nobody says what all of it cost",
        },
        "five_years": {**_OPTIONAL_NUMBER, "description": "Set-up and running costs; null where it is a guess"},
        "per_inhabitant": _OPTIONAL_NUMBER,
        "granted_percent": _OPTIONAL_NUMBER,
    }
    size = {
        "kind": _OPTIONAL,
        "population": _OPTIONAL_NUMBER,
        "as_of": _OPTIONAL,
        "from_list_of_places": {"type": "boolean", "description": "The record itself names no inhabitants"},
        "users": _OPTIONAL_NUMBER,
        "unit": _OPTIONAL,
    }
    outcome = {**_OPTIONAL, "description": "Of a case; of a solution, how far it has matured into a product"}
    return shape(
        {
            "outcome": outcome,
            "cost": shape(cost),
            "duration": shape({"start": _OPTIONAL, "end": _OPTIONAL, "months": _OPTIONAL_NUMBER}),
            "size": shape(size),
            "contact": shape({"name": _OPTIONAL, "mailbox": _OPTIONAL, "phone": _OPTIONAL, "url": _OPTIONAL}),
        }
    )
