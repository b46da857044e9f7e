"""The status of every error, and its shape for programs: problem details (RFC 9457), one entry per wrong parameter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from app.catalogue import RecordWithdrawn
from app.catalogue.texts import TextNotHere
from app.documents.errors import ExportUnavailable
from app.records.git.errors import ObjectMissing
from app.review.errors import QuotaReached
from app.shared.confinement import Exhausted
from app.shared.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable

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

DETAILS = {
    404: "Nothing is held under this name.",
    422: "The request is not valid.",
    503: "Try again in a few seconds.",
}
STATUS: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    # First, because it is there: nobody must take it for gone.
    (TextNotHere, HTTPStatus.SERVICE_UNAVAILABLE),
    (ObjectMissing, HTTPStatus.SERVICE_UNAVAILABLE),
    # There is no such file: whatever stands between may keep that, and nobody asks again as after 503.
    (Exhausted, HTTPStatus.NOT_FOUND),
    (ExportUnavailable, HTTPStatus.NOT_FOUND),
    (QuotaReached, HTTPStatus.TOO_MANY_REQUESTS),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


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


def status_of(error: DomainError) -> HTTPStatus:
    """Return the status that stands for an error."""
    return next((status for category, status in STATUS if isinstance(error, category)), HTTPStatus.BAD_REQUEST)


def detail(error: DomainError) -> str:
    """Return what a program is told of an error, in English."""
    return str(error) if error.headline else DETAILS.get(status_of(error), "")


def answer_with_problems(blueprint: Blueprint) -> None:
    """Let a blueprint for programs answer every error with problem details."""
    blueprint.register_error_handler(RecordWithdrawn, _withdrawn)
    blueprint.register_error_handler(ParametersInvalid, _parameters)
    blueprint.register_error_handler(DomainError, lambda error: problem(status_of(error), detail(error)))
    blueprint.register_error_handler(HTTPException, lambda error: problem(error.code or 500, error.description or ""))


def _withdrawn(error: RecordWithdrawn) -> Response:
    entry = error.entry
    return problem(410, "This record was withdrawn.", id=entry.id, withdrawn_at=entry.at.isoformat())


def _parameters(error: ParametersInvalid) -> Response:
    names = ", ".join(item.parameter for item in error.errors)
    return problem(422, f"Not valid: {names}", errors=[asdict(item) for item in error.errors])
