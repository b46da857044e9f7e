# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One shape for every error: problem details after RFC 9457, with one entry per wrong parameter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from app.catalogue import RecordWithdrawn
from app.shared.errors import Invalid

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "The request cannot be understood",
    404: "Nothing is there",
    405: "The method is not allowed here",
    406: "No fitting representation",
    410: "The record was withdrawn",
    422: "A parameter is not valid",
    500: "The node failed to answer",
    503: "Something this node relies on does not answer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterError:
    """One parameter that cannot be used: its name, what is wrong and what is accepted."""

    parameter: str
    message: str
    accepted: str


class ParametersInvalid(Invalid):
    """At least one query parameter is not valid; all of them are listed."""

    def __init__(self, errors: Sequence[ParameterError]) -> None:
        super().__init__([error.parameter for error in errors])
        self.errors = tuple(errors)


def problem(status: int, detail: str, **members: object) -> Response:
    """Return problem details (RFC 9457) with further `members`; `type` is about:blank, so `title` fits the status."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "The request failed"),
        "status": status,
        "detail": detail,
        "instance": request.path,
        **members,
    }
    return Response(json.dumps(body, ensure_ascii=False), status=status, mimetype=MEDIA_TYPE)


def parameters_problem(error: ParametersInvalid) -> Response:
    """Return the answer to parameters that cannot be used."""
    names = ", ".join(item.parameter for item in error.errors)
    return problem(422, f"Not valid: {names}", errors=[asdict(item) for item in error.errors])


def answer_with_problems(blueprint: Blueprint) -> None:
    """Let a blueprint for programs answer with problem details where a record was withdrawn or a request is wrong."""
    blueprint.register_error_handler(RecordWithdrawn, _withdrawn)
    blueprint.register_error_handler(HTTPException, _http_error)


def _withdrawn(error: RecordWithdrawn) -> Response:
    entry = error.entry
    return problem(410, "This record was withdrawn.", id=entry.id, withdrawn_at=entry.at.isoformat())


def _http_error(error: HTTPException) -> Response:
    return problem(error.code or 500, error.description or "")
