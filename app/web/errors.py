# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Error pages that help: what happened in plain words, and where to go from here.

The five categories of `app.errors` become 404, 422, 403, 409 and 503.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from app.catalogue import RecordWithdrawn
from app.content.repository import PublishingStopped
from app.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable
from app.web.access import services
from app.web.api.problems import problem
from app.web.language import current_language
from app.web.links import SiteLinks
from app.web.presentation.shown import Link
from app.web.stopped import stopped_words
from app.web.typed import long_texts
from app.web.wording import _

if TYPE_CHECKING:
    from flask import Flask

STATUS: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
RETRY_SECONDS = "30"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What a reader is told."""

    title: str
    text: str


def register(app: Flask) -> None:
    """Answer every error of `app` with a page."""
    app.register_error_handler(RecordWithdrawn, _withdrawn)
    app.register_error_handler(PublishingStopped, _stopped)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _crash)


def status_of(error: DomainError) -> HTTPStatus:
    """Return the status that stands for the category of an error."""
    return next((status for category, status in STATUS if isinstance(error, category)), HTTPStatus.BAD_REQUEST)


def _domain_error(error: DomainError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request.unavailable", error=type(error).__name__)
    return respond(status)


def _stopped(error: PublishingStopped) -> Response:
    said = ErrorPage(title=_("Nothing is published at the moment"), text=stopped_words(error))
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return _page(said, status) if wants_page() else problem(status, said.text)


def _withdrawn(error: RecordWithdrawn) -> Response:
    node, entry = services(), error.entry
    note = node.catalogue.withdrawal(entry)
    page = render_template(
        "pages/withdrawn.html",
        entry=entry,
        note=note,
        title=note.title or entry.slug,
        reason=node.schemas.label("withdrawn.reason", note.reason, current_language()),
        successor=_successor(note.successor, entry.origin) if note.successor else None,
    )
    return make_response(page, HTTPStatus.GONE)


def _successor(target: str, origin: str) -> Link | None:
    return SiteLinks(origin).target(target)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    answer = respond(HTTPStatus(error.code or 500))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "Location"}:
            answer.headers[name] = value
    return answer


def _crash(error: InternalServerError) -> Response:
    log.error("request.failed", exc_info=error.original_exception or error)
    return respond(HTTPStatus.INTERNAL_SERVER_ERROR)


def respond(status: HTTPStatus) -> Response:
    """Return the page for a status, with the long texts of a form that was sent; programs get problem details."""
    if not wants_page():
        return problem(status, words(status).text)
    answer = _page(words(status), status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _page(said: ErrorPage, status: HTTPStatus) -> Response:
    text = render_template("pages/error.html", error=said, status=status, typed=long_texts())
    return make_response(text, status)


def words(status: HTTPStatus) -> ErrorPage:
    """Return what a reader is told about a status."""
    known = {
        HTTPStatus.NOT_FOUND: ErrorPage(
            title=_("This page does not exist"),
            text=_("The address may be mistyped, or the entry never stood here. Addresses that did exist stay valid."),
        ),
        HTTPStatus.UNPROCESSABLE_ENTITY: ErrorPage(
            title=_("This cannot be shown"),
            text=_("The address or the entry contains something that does not fit."),
        ),
        HTTPStatus.FORBIDDEN: ErrorPage(
            title=_("You may not open this page"), text=_("It is only for certain people of this site.")
        ),
        HTTPStatus.CONFLICT: ErrorPage(
            title=_("Somebody was faster"), text=_("The entry changed in the meantime. Please open it again.")
        ),
        HTTPStatus.SERVICE_UNAVAILABLE: ErrorPage(
            title=_("This does not work at the moment"),
            text=_("A part of the site does not answer. Please try again in a few minutes."),
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: ErrorPage(
            title=_("This page can only be read"), text=_("Nothing can be sent to this address.")
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ErrorPage(
            title=_("This is too large"),
            text=_(
                "More was sent than this page can take. Please go back, and choose a smaller file or shorten the text."
            ),
        ),
        HTTPStatus.INTERNAL_SERVER_ERROR: ErrorPage(
            title=_("Something went wrong here"),
            text=_("The error has been recorded. Please try again; if it stays, write to the operator."),
        ),
    }
    fallback = ErrorPage(title=_("This request cannot be answered"), text=_("Please check the address."))
    return known.get(status, fallback)


def wants_page() -> bool:
    """Tell whether the request came for a page and not for data."""
    return not request.path.startswith("/api/")
