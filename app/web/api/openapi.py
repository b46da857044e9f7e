# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Describes the interface after OpenAPI 3.1; kinds and filters come from the record schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.content.schema import SchemaSet
from app.search.port import Sort
from app.web.api.openapi_schemas import components
from app.web.api.parameters import MAX_PAGE, MAX_QUERY, MAX_SIZE
from app.web.api.problems import MEDIA_TYPE

VERSION = "1.0.0"
Json = dict[str, Any]


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
    parameters = [kind, *_paging(20)]
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
