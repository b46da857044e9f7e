# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Error pages that help: what happened in plain words, where to go from here, and what was typed to copy it.

The five categories of `app.shared.errors` become 404, 422, 403, 409 and 503.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

import structlog
from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.catalogue import RecordWithdrawn
from app.catalogue.texts import TextNotHere
from app.database.trouble import PASSING, trouble_of
from app.records.file_store import StoreUnreachable
from app.records.repository import PublishingStopped
from app.review.errors import QuotaReached
from app.search.errors import IndexDamaged
from app.shared.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable
from app.web.shell import search_damage
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks
from app.web.shell.problems import problem
from app.web.shell.sent_fields import long_texts
from app.web.shell.wording import _, ngettext

FOR_PROGRAMS = ("/api/", "/v1/", "/mcp")
"""Below these no person reads what went wrong."""


def stopped_words() -> str:
    """Return why nothing is published and what somebody does about it."""
    return _(
        "Nothing is published here at the moment: this site was restored from a backup, and its partners have to be"
        " asked first which newer versions they hold. The operator does that (erfahrungsnetz doctor). Nothing that you"
        " wrote is lost; please try again afterwards."
    )


def quota_words(error: QuotaReached) -> str:
    """Return why somebody has to wait before they send more, and for how long."""
    return ngettext(
        "This site takes %(limit)s contributions of this kind an hour from one person. Please send this once more in"
        " %(num)s minute; nothing that you typed is lost.",
        "This site takes %(limit)s contributions of this kind an hour from one person. Please send this once more in"
        " %(num)s minutes; nothing that you typed is lost.",
        error.minutes,
        limit=error.limit,
    )


STATUS: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    # First, because it is there: nobody must take it for gone.
    (TextNotHere, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (QuotaReached, HTTPStatus.TOO_MANY_REQUESTS),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
RETRY_SECONDS = "30"

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Answer every error of `app` with a page."""
    app.register_error_handler(RecordWithdrawn, _withdrawn)
    app.register_error_handler(PublishingStopped, _stopped)
    app.register_error_handler(IndexDamaged, _damaged_index)
    app.register_error_handler(StoreUnreachable, _silent_files)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    for passing in PASSING:
        app.register_error_handler(passing, _refused)
    app.register_error_handler(DataError, _no_such_value)
    app.register_error_handler(InternalServerError, crash)


def status_of(error: DomainError) -> HTTPStatus:
    """Return the status that stands for the category of an error."""
    return next((status for category, status in STATUS if isinstance(error, category)), HTTPStatus.BAD_REQUEST)


def _domain_error(error: DomainError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request.unavailable", error=type(error).__name__)
    return respond(status)


def _stopped(_error: PublishingStopped) -> Response:
    return unavailable(_("Nothing is published at the moment"), stopped_words())


def _damaged_index(error: IndexDamaged) -> Response:
    search_damage.forget()
    log.error("search.index_damaged", directory=error.directory, remedy="erfahrungsnetz reindex")
    return unavailable(
        _("The search does not work at the moment"),
        _(
            "The search is damaged, so nothing can be searched. No text is lost, and all records can be read."
            " The operator builds it anew (erfahrungsnetz reindex); please try again afterwards."
        ),
    )


def _silent_files(error: StoreUnreachable) -> Response:
    log.warning("request.file_unavailable", reason=error.reason)
    answer = unavailable(
        _("This file cannot be shown at the moment"),
        _(
            "Pictures and files of this site cannot be reached at the moment. All texts can be read."
            " Please try again in a few minutes."
        ),
    )
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def unavailable(title: str, text: str, status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE) -> Response:
    """Return the page that says what does not work now, with the long texts of a form; programs get the text."""
    return _page((title, text), status) if wants_page() else problem(status, text)


def _withdrawn(error: RecordWithdrawn) -> Response:
    node, entry = services(), error.entry
    note = node.catalogue.withdrawal(entry)
    page = render_template(
        "shell/withdrawn.html",
        entry=entry,
        note=note,
        title=note.title or entry.slug,
        reason=node.schemas.label("withdrawn.reason", note.reason, current_language()),
        successor=SiteLinks(entry.origin).target(note.successor) if note.successor else None,
    )
    return make_response(page, HTTPStatus.GONE)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    answer = respond(HTTPStatus(error.code or 500))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "Location"}:
            answer.headers[name] = value
    return answer


def _refused(error: Exception) -> Response:
    """Answer that it does not work now where disk or database refuse; anything else is a mistake of the program."""
    trouble = trouble_of(error)
    if trouble is None:
        raise error
    log.error("request.unavailable", error=type(error).__name__, trouble=trouble.value)
    return respond(HTTPStatus.SERVICE_UNAVAILABLE)


def _no_such_value(error: DataError) -> Response:
    """Answer whoever asks with what no column can hold, such as a NUL or a number beyond all others."""
    log.info("request.value_refused", error=type(error.orig).__name__)
    return respond(HTTPStatus.BAD_REQUEST)


def crash(error: InternalServerError) -> Response:
    """Log a mistake of the program under a number, and return the page that names it."""
    incident = secrets.token_hex(4)
    log.error("request.failed", incident=incident, exc_info=error.original_exception or error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    said = words(status)
    return _page(said, status, incident) if wants_page() else problem(status, said[1], incident=incident)


def respond(status: HTTPStatus) -> Response:
    """Return the page for a status, with the long texts of a form that was sent; programs get problem details."""
    if not wants_page():
        return problem(status, words(status)[1])
    answer = _page(words(status), status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _page(said: tuple[str, str], status: HTTPStatus, incident: str = "") -> Response:
    typed = long_texts()
    text = render_template(
        "shell/error.html", title=said[0], text=said[1], status=status, typed=typed, incident=incident
    )
    return make_response(text, status)


def words(status: HTTPStatus) -> tuple[str, str]:
    """Return what a reader is told about a status: title and text."""
    known = {
        HTTPStatus.NOT_FOUND: (
            _("This page does not exist"),
            _("The address may be mistyped, or the entry never stood here. Addresses that did exist stay valid."),
        ),
        HTTPStatus.UNPROCESSABLE_ENTITY: (
            _("This cannot be shown"),
            _("The address or the entry contains something that does not fit."),
        ),
        HTTPStatus.FORBIDDEN: (_("You may not open this page"), _("It is only for certain people of this site.")),
        HTTPStatus.CONFLICT: (
            _("Somebody was faster"),
            _("The entry changed in the meantime. Please open it again."),
        ),
        HTTPStatus.SERVICE_UNAVAILABLE: (
            _("This does not work at the moment"),
            _("A part of the site does not answer. Please try again in a few minutes."),
        ),
        HTTPStatus.TOO_MANY_REQUESTS: (
            _("Please wait a little"),
            _(
                "Many links or keys that do not exist were tried from your connection. Please try again in ten"
                " minutes. Nothing has happened to yours."
            ),
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            _("This page can only be read"),
            _("Nothing can be sent to this address."),
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
            _("This is too large"),
            _("More was sent than this page can take. Please go back, and choose a smaller file or shorten the text."),
        ),
        HTTPStatus.INTERNAL_SERVER_ERROR: (
            _("Something went wrong here"),
            _("The error has been recorded. Please try again; if it stays, write to the operator."),
        ),
    }
    return known.get(status, (_("This request cannot be answered"), _("Please check the address.")))


def wants_page() -> bool:
    """Tell whether the request came for a page and not for data."""
    return not request.path.startswith(FOR_PROGRAMS)
