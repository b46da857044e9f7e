"""Describes the catalogue of software after OpenAPI 3.1; its shapes follow publiccodeyml/open-catalog-api."""

from __future__ import annotations

from typing import Any

from app.web.shell.problems import MEDIA_TYPE

Json = dict[str, Any]
MAX_SIZE = 100
MAX_URL = 400
_TEXT: Json = {"type": "string"}
_URI: Json = {"type": "string", "format": "uri"}
_TIME: Json = {"type": "string", "format": "date-time"}
_OPTIONAL: Json = {"type": ["string", "null"]}


def document(issuer: str) -> Json:
    """Return the description for a node at `issuer`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Erfahrungsnetz: catalogue of software",
            "version": "1.0.0",
            "description": "Read-only. `usedBy` names municipalities that have confirmed in their own name that they "
            "reuse a solution, on this node or at a partner of it.",
            "license": {"name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": f"{issuer}/v1"}],
        "paths": {
            "/software": {"get": _list()},
            "/software/{id}": {"get": _one()},
            "/openapi.json": {"get": _description()},
        },
        "components": {"schemas": _schemas()},
    }


def _schemas() -> Json:
    user = {
        "name": _TEXT,
        "state": {**_TEXT, "description": "Code of the federal state, such as HE"},
        "officialKey": {**_OPTIONAL, "description": "Official key of the municipality (AGS or ARS)"},
        "since": {**_OPTIONAL, "description": "A day, a month or a year"},
        "confirmedAt": _TIME,
        "confirmation": {**_URI, "description": "The response in which the municipality says so"},
    }
    software = {
        "id": {"type": "string", "format": "uuid"},
        "url": {**_URI, "description": "Of the source code where it is known, else of the record"},
        "aliases": {"type": "array", "items": _URI},
        "publiccodeYml": {**_TEXT, "description": "publiccode.yml 0.5; keys that nobody knows are left out"},
        "active": {"type": "boolean"},
        "usedBy": {"type": "array", "items": _object(user)},
        "landingURL": _URI,
        "createdAt": _TIME,
        "updatedAt": _TIME,
    }
    links = {"prev": _OPTIONAL, "next": _OPTIONAL}
    problem = {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "instance": _TEXT}
    return {
        "Software": _object(software),
        "SoftwareList": _object(
            {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Software"}}, "links": _object(links)}
        ),
        "Problem": {"type": "object", "properties": problem, "required": list(problem)},
    }


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list() -> Json:
    size = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": 25}
    cursor = {"type": "string", "format": "uuid"}
    parameters = [
        _query("page[size]", "How many at once", size),
        _query("page[after]", "The entries behind the one with this id", cursor),
        _query("url", "Only what has this address", {**_TEXT, "maxLength": MAX_URL}),
    ]
    return {
        "operationId": "listSoftware",
        "summary": "List the solutions of this node",
        "parameters": parameters,
        "responses": {"200": _found("SoftwareList"), "422": _failed(), "default": _failed()},
    }


def _one() -> Json:
    name = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    return {
        "operationId": "showSoftware",
        "summary": "One solution",
        "parameters": [name],
        "responses": {"200": _found("Software"), "404": _failed(), "410": _failed(), "default": _failed()},
    }


def _description() -> Json:
    answer = {"description": "This document", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {"operationId": "getDescription", "summary": "This description", "responses": {"200": answer}}


def _query(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _found(name: str) -> Json:
    return {
        "description": name,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
    }


def _failed() -> Json:
    return {
        "description": "Problem details (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
