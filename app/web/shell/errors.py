"""Turns every error into a response in one place: status, log entry, headers and wording.

A page says in plain words what happened and what to do next, and returns what was typed. An error with a headline is
shown with its own message, others with the text for their status. Programs get problem details (RFC 9457) in English,
with one entry for each invalid parameter.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus

import structlog
from flask import Flask, Response, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.catalogue import RecordWithdrawn
from app.catalogue.texts import TextNotHere
from app.database.trouble import PASSING, trouble_of
from app.database.writer import WrittenElsewhere
from app.documents.errors import ExportUnavailable
from app.identity import Action, may
from app.identity.errors import NotAllowed
from app.records.file_store import StoreUnreachable
from app.records.git.errors import ObjectMissing
from app.review.errors import QuotaReached
from app.search.port import IndexDamaged
from app.shared.confinement import Busy, Crashed, Exhausted, StillReading
from app.shared.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable
from app.shared.wording import N_
from app.web.shell.access import services
from app.web.shell.csrf import from_this_site, long_texts, sent_fields
from app.web.shell.current import SignInNeeded, current_person, sign_in_address
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks
from app.web.shell.searched import forget_damage
from app.web.shell.shown import Link
from app.web.shell.site import mail_link
from app.web.shell.wording import _, error_words

MEDIA_TYPE = "application/problem+json"
PROGRAMS = frozenset({"api", "federation", "mcp", "software"})
"""Blueprints that only programs use …"""
PROGRAM_PATHS = ("/api/", "/v1/", "/mcp")
"""… and the beginnings of their addresses, for those that do not exist."""
RETRY_SECONDS = "30"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ASKING = frozenset({"mcp.answer", "federation.oai", "chosen.edit", "memo.load", "goal_check.answered"})
"""POST requests to these views are queries that store nothing; a view that can store a memo checks that itself."""

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
    400: "A value in the request cannot be used.",
    403: "This may not be done here.",
    404: "Nothing is held under this name.",
    422: "The request is not valid.",
    500: "The error was recorded under this incident number.",
    503: "Try again in a few seconds.",
}
STATUS: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    (RecordWithdrawn, HTTPStatus.GONE),
    # Before NotFound, because the text exists: nobody must believe that it is gone.
    (TextNotHere, HTTPStatus.SERVICE_UNAVAILABLE),
    (ObjectMissing, HTTPStatus.SERVICE_UNAVAILABLE),
    # It may crash again each time, and after 503 a proxy would retry.
    (Crashed, HTTPStatus.INTERNAL_SERVER_ERROR),
    # Retries are pointless, so the response is 404, which may be cached, not 503.
    (Exhausted, HTTPStatus.NOT_FOUND),
    (ExportUnavailable, HTTPStatus.NOT_FOUND),
    (QuotaReached, HTTPStatus.TOO_MANY_REQUESTS),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
_EDITORS = N_("This is for the editors. Your account does not have the role “Curator” for it.")
_ROLE_NEEDED: Mapping[str, str] = {
    Action.PROPOSE: N_(
        "Writing records and asking questions takes the role “Author”, which your account does not have."
    ),
    Action.DISCUSS: N_("A proposal is seen by those who wrote it and by the editors."),
    Action.REVIEW: _EDITORS,
    Action.PUBLISH: _EDITORS,
    Action.WITHDRAW: _EDITORS,
    Action.CURATE: _EDITORS,
    Action.MODERATE: N_("This is for editors who look after the whole site."),
    Action.RESPOND: N_("Only somebody who speaks for a municipality can do this, and your account speaks for none."),
    Action.CONFIRM: N_("Only somebody who speaks for the municipality in question can do this."),
    Action.ADMINISTER: N_("This is for those who run the site. Your account does not have the role “Operator”."),
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterError:
    """One invalid parameter: its name, the problem, and what is accepted."""

    parameter: str
    message: str
    accepted: str


class ParametersInvalid(Invalid):
    """At least one query parameter is invalid; all of them are listed."""

    def __init__(self, errors: Sequence[ParameterError]) -> None:
        super().__init__([error.parameter for error in errors])
        self.errors = tuple(errors)


def register(app: Flask) -> None:
    """Handle all errors of `app`, and check before each view that stores something that this machine may write."""
    app.before_request(_refuse_to_keep)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_refused)
    app.register_error_handler(HTTPException, _http_error)
    for passing in PASSING:
        app.register_error_handler(passing, _refused)
    app.register_error_handler(DataError, _no_such_value)
    app.register_error_handler(InternalServerError, crash)


def wants_page() -> bool:
    """Return whether the client expects a page, not data."""
    return request.blueprint not in PROGRAMS and not request.path.startswith(PROGRAM_PATHS)


def status_of(error: DomainError) -> HTTPStatus:
    """Return the status code for an error."""
    return next((status for category, status in STATUS if isinstance(error, category)), HTTPStatus.BAD_REQUEST)


def _refuse_to_keep() -> None:
    """Raise WrittenElsewhere if the view stores something but another machine writes."""
    if request.method not in _SAFE and request.endpoint not in ASKING:
        services().lease.hold()


def _domain_error(error: DomainError) -> Response:
    status = status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return crash(InternalServerError(original_exception=error))
    log_error(error, status)
    if isinstance(error, IndexDamaged):
        forget_damage()
    answer = _page_about(error, status) if wants_page() else _problem_with(error, status)
    if isinstance(error, Busy):
        answer.headers["Retry-After"] = str(error.retry_after)
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def log_error(error: DomainError, status: HTTPStatus) -> None:
    """Log what an operator should know of an error that was answered with `status`."""
    match error:
        case Busy():
            log.info("request.busy")
        case WrittenElsewhere():
            log.info("request.written_elsewhere", machine=error.machine)
        case StoreUnreachable():
            log.warning("request.file_unavailable", reason=error.reason)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("request.unavailable", error=type(error).__name__)


def _page_about(error: DomainError, status: HTTPStatus) -> Response:
    match error:
        case Busy():
            return make_response(_busy_page(error), status)
        case RecordWithdrawn():
            return make_response(_withdrawn_page(error), status)
        case SignInNeeded():
            return make_response(_given_back(sign_in=sign_in_address(back=False)), status)
        case NotAllowed() if (person := current_person()) and error.action in _ROLE_NEEDED:
            settings = services().settings
            page = render_template(
                "shell/not_allowed.html",
                why=_(_ROLE_NEEDED[error.action]),
                person=person.display_name,
                grants=Link(label=_("People and roles"), href=url_for("people.people"))
                if may(person, Action.ADMINISTER)
                else None,
                operator=settings.operator_name,
                address=settings.operator_email,
                mail=mail_link(settings.operator_email, _("My role on %(site)s", site=settings.name), ""),
                status=status,
                typed=long_texts(),
            )
            return make_response(page, status)
        case StoreUnreachable():
            text = _(
                "Pictures and files of this site cannot be reached at the moment. All texts can be read."
                " Please try again in a few minutes."
            )
            return respond(status, (_("This file cannot be shown at the moment"), text))
        case WrittenElsewhere():
            # The name of the writing machine only concerns the operator.
            text = _("On this site one can only read at the moment. Please try again in a few minutes.")
            if long_texts():
                text += " " + _("Nothing that you wrote is lost: you can copy it from here and send it again later.")
            return respond(status, (_("Nothing can be saved here at the moment"), text))
        case _:
            return respond(status, (_(error.headline), error_words(error)) if error.headline else None)


def _problem_with(error: DomainError, status: HTTPStatus) -> Response:
    match error:
        case RecordWithdrawn(entry=entry):
            return problem(status, "This record was withdrawn.", id=entry.id, withdrawn_at=entry.at.isoformat())
        case ParametersInvalid(errors=errors):
            names = ", ".join(item.parameter for item in errors)
            return problem(status, f"Not valid: {names}", errors=[asdict(item) for item in errors])
        case _:
            return problem(status, str(error) if error.headline else DETAILS.get(status, ""))


def _busy_page(error: Busy) -> str:
    """Return a cheap page that keeps all entries; pages for writing have their own, since files must be chosen anew."""
    is_form = request.method == "POST"
    return render_template(
        "shell/busy.html",
        seconds=error.retry_after,
        is_early=isinstance(error, StillReading),
        action=_this_address(),
        is_form=is_form,
        entries=sent_fields() if is_form else (),
        files=bool(request.files),
    )


def _withdrawn_page(error: RecordWithdrawn) -> str:
    node, entry = services(), error.entry
    note = node.catalogue.withdrawal(entry)
    return render_template(
        "shell/withdrawn.html",
        entry=entry,
        note=note,
        title=note.title or entry.slug,
        reason=node.schemas.label("withdrawn.reason", note.reason, current_language()),
        successor=SiteLinks(entry.origin).target(note.successor) if note.successor else None,
    )


def _form_refused(_error: CSRFError) -> Response:
    status = HTTPStatus.BAD_REQUEST
    return make_response(_given_back(), status) if wants_page() else respond(status)


def _given_back(sign_in: str = "") -> str:
    """Return a page with what was typed, and a button to send it again or the link `sign_in`."""
    return render_template(
        "shell/send_again.html",
        sign_in=sign_in,
        # Another site must not be able to trick the reader into sending its form.
        resendable=from_this_site(),
        action=_this_address(),
        entries=sent_fields(),
        files=sorted(file.filename or "" for file in request.files.values() if file.filename),
    )


def _this_address() -> str:
    return request.root_path + request.full_path.removesuffix("?")


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = HTTPStatus(error.code or 500)
    answer = respond(status) if wants_page() else problem(status, error.description or "")
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "Location"}:
            answer.headers[name] = value
    return answer


def _refused(error: Exception) -> Response:
    """Return 503 if disk or database refuse to work; raise any other error again as a program error."""
    trouble = trouble_of(error)
    if trouble is None:
        raise error
    log.error("request.unavailable", error=type(error).__name__, trouble=trouble.value)
    return respond(HTTPStatus.SERVICE_UNAVAILABLE)


def _no_such_value(error: DataError) -> Response:
    """Return 400 for a value that no column can store, such as a NUL or a number that is too large."""
    log.info("request.value_refused", error=type(error.orig).__name__)
    return respond(HTTPStatus.BAD_REQUEST)


def crash(error: InternalServerError) -> Response:
    """Log a program error with an incident number, and return the page that shows it."""
    incident = secrets.token_hex(4)
    log.error("request.failed", incident=incident, exc_info=error.original_exception or error)
    return respond(HTTPStatus.INTERNAL_SERVER_ERROR, incident=incident)


def respond(status: HTTPStatus, sentence: tuple[str, str] | None = None, *, incident: str = "") -> Response:
    """Return the page for a status, with long texts of the form that was sent; programs get problem details.

    `sentence` is a title and text more specific than the status; `incident` is the number in the log.
    """
    if wants_page():
        title, text = sentence or words(status)
        page = render_template(
            "shell/error.html", title=title, text=text, status=status, typed=long_texts(), incident=incident
        )
        answer = make_response(page, status)
    else:
        answer = problem(status, DETAILS.get(status, ""), **({"incident": incident} if incident else {}))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


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


def words(status: HTTPStatus) -> tuple[str, str]:
    """Return the title and text that readers see for a status."""
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
        HTTPStatus.CONFLICT: (_("Somebody was faster"), _("The entry changed in the meantime. Please open it again.")),
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
        HTTPStatus.METHOD_NOT_ALLOWED: (_("This page can only be read"), _("Nothing can be sent to this address.")),
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
