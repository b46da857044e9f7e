"""Every form proves that it was sent from a page of this site.

Templates write `{{ csrf() }}` inside each form that is sent by POST. A form whose proof does not
hold is answered with what was typed and a button that sends it again: cookies end earlier than
people finish writing.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup

from app.web.shell import caching, errors
from app.web.shell.sent_fields import PROOF, sent_fields

FIELD = PROOF

View = TypeVar("View", bound="Callable[..., Any] | Blueprint")

_protection = CSRFProtect()


def register(app: Flask) -> None:
    """Check each POST, PUT, PATCH and DELETE of `app`."""
    app.config.update(
        # A form may stay open for as long as its cookie lives; nobody should lose a text to a clock.
        WTF_CSRF_TIME_LIMIT=None,
        # Some town halls strip the Referer header; the token alone proves enough.
        WTF_CSRF_SSL_STRICT=False,
    )
    _protection.init_app(app)
    app.jinja_env.globals["csrf"] = field
    app.register_error_handler(CSRFError, _refused)


def exempt(view: View) -> View:
    """Leave a view or blueprint unchecked: only for programs that bring a proof of their own and no cookie."""
    _protection.exempt(view)
    return view


def field() -> Markup:
    """Return the hidden field for a form; the page then is for this reader alone and never kept."""
    caching.keep_private()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, generate_csrf())


def _refused(_error: CSRFError) -> Response:
    if not errors.wants_page():
        return errors.respond(HTTPStatus.BAD_REQUEST)
    return make_response(_given_back(), HTTPStatus.BAD_REQUEST)


def ask_to_sign_in(address: str) -> Response:
    """Answer a form that was sent by nobody who is signed in: what was typed, and the way to sign in."""
    return make_response(_given_back(sign_in=address), HTTPStatus.FORBIDDEN)


def _given_back(sign_in: str = "") -> str:
    return render_template(
        "shell/send_again.html",
        sign_in=sign_in,
        # A form on another site must not be able to borrow the reader's click.
        resendable=from_this_site(),
        action=request.root_path + request.full_path.removesuffix("?"),
        entries=sent_fields(),
        files=sorted(file.filename or "" for file in request.files.values() if file.filename),
    )


def from_this_site() -> bool:
    """Tell whether the browser says that the form stood on a page of this site."""
    claimed = request.headers.get("Sec-Fetch-Site")
    if claimed is not None:
        return claimed == "same-origin"
    origin = request.headers.get("Origin") or request.referrer or ""
    return urlsplit(origin).netloc == request.host
