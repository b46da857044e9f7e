"""Error pages that help: what happened in plain words, where to go from here, and what was typed to copy it.

An error with a headline is shown with its own sentence, any other by the words for its status.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

import structlog
from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.catalogue import RecordWithdrawn
from app.database.trouble import PASSING, trouble_of
from app.database.writer import WrittenElsewhere
from app.records.file_store import StoreUnreachable
from app.search.errors import IndexDamaged
from app.shared.confinement import Busy, Crashed, StillReading
from app.shared.errors import DomainError
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks
from app.web.shell.problems import problem, status_of
from app.web.shell.searched import forget_damage
from app.web.shell.sent_fields import long_texts, sent_fields
from app.web.shell.wording import _, error_words

FOR_PROGRAMS = ("/api/", "/v1/", "/mcp")
"""Below these no person reads what went wrong."""
RETRY_SECONDS = "30"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
READING = frozenset({"mcp.answer", "federation.oai", "memo.edit", "memo.load", "goal_check.answered"})
"""What is sent to these views is a question; where a memo is to be kept after all, its view asks by itself."""

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Answer every error of `app` with a page, and ask before each view that keeps something."""
    app.before_request(_refuse_to_keep)
    app.register_error_handler(WrittenElsewhere, _elsewhere)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(RecordWithdrawn, _withdrawn)
    app.register_error_handler(Crashed, _crashed)
    app.register_error_handler(StoreUnreachable, _silent_files)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    for passing in PASSING:
        app.register_error_handler(passing, _refused)
    app.register_error_handler(DataError, _no_such_value)
    app.register_error_handler(InternalServerError, crash)


def _domain_error(error: DomainError) -> Response:
    if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request.unavailable", error=type(error).__name__)
    if isinstance(error, IndexDamaged):
        forget_damage()
    return respond(status_of(error), (_(error.headline), error_words(error)) if error.headline else None)


def _crashed(error: Crashed) -> Response:
    # It may do so each time, and a proxy asks again after 503.
    return crash(InternalServerError(original_exception=error))


def _silent_files(error: StoreUnreachable) -> Response:
    log.warning("request.file_unavailable", reason=error.reason)
    text = _(
        "Pictures and files of this site cannot be reached at the moment. All texts can be read."
        " Please try again in a few minutes."
    )
    return respond(HTTPStatus.SERVICE_UNAVAILABLE, (_("This file cannot be shown at the moment"), text))


def _refuse_to_keep() -> None:
    """Raise WrittenElsewhere before a view that keeps something, where another machine writes."""
    if request.method not in _SAFE and request.endpoint not in READING:
        services().lease.hold()


def _elsewhere(error: WrittenElsewhere) -> Response:
    # Which machine writes is for the operator to know.
    log.info("request.written_elsewhere", machine=error.machine)
    text = _("On this site one can only read at the moment. Please try again in a few minutes.")
    if long_texts():
        text += " " + _("Nothing that you wrote is lost: you can copy it from here and send it again later.")
    return respond(HTTPStatus.SERVICE_UNAVAILABLE, (_("Nothing can be saved here at the moment"), text))


def _busy(error: Busy) -> Response:
    """Answer with a short page that costs next to nothing and from which nobody loses anything.

    The pages for writing answer in their own words, for they have a file to be chosen again.
    """
    log.info("request.busy")
    status = HTTPStatus.SERVICE_UNAVAILABLE
    answer = make_response(_busy_page(error), status) if wants_page() else respond(status)
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _busy_page(error: Busy) -> str:
    is_form = request.method == "POST"
    return render_template(
        "shell/busy.html",
        seconds=error.retry_after,
        is_early=isinstance(error, StillReading),
        action=request.root_path + request.full_path.removesuffix("?"),
        is_form=is_form,
        entries=sent_fields() if is_form else (),
        files=bool(request.files),
    )


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
    sentence = words(status)
    return _page(sentence, status, incident) if wants_page() else problem(status, sentence[1], incident=incident)


def respond(status: HTTPStatus, sentence: tuple[str, str] | None = None) -> Response:
    """Return the page for a status, with the long texts of a form that was sent; programs get problem details.

    `sentence` is title and text where more is known than the status says.
    """
    title_and_text = sentence or words(status)
    if not wants_page():
        return problem(status, title_and_text[1])
    answer = _page(title_and_text, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _page(sentence: tuple[str, str], status: HTTPStatus, incident: str = "") -> Response:
    typed = long_texts()
    text = render_template(
        "shell/error.html", title=sentence[0], text=sentence[1], status=status, typed=typed, incident=incident
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
