"""Protects forms against forged requests (CSRF), and returns what was typed if a form is refused.

Templates write `{{ csrf() }}` inside each form sent by POST. If the token is invalid, the response contains what was
typed and a button to send it again, because cookies can expire before people finish writing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from app.web.shell import page_cache

View = TypeVar("View", bound="Callable[..., Any] | Blueprint")

FIELD = "csrf_token"
"""Name of the hidden field with the token."""
LONG = 60
"""Entries of at least this many characters are shown for copying."""

_MARK = re.compile(r"[!-~]+")
_protection = CSRFProtect()


def register(app: Flask) -> None:
    """Check the token of each POST, PUT, PATCH and DELETE request to `app`."""
    app.config.update(
        # The token lives as long as the cookie, so that nobody loses a text to a time limit.
        WTF_CSRF_TIME_LIMIT=None,
        # Some town halls strip the Referer header; the token alone is sufficient.
        WTF_CSRF_SSL_STRICT=False,
    )
    _protection.init_app(app)
    app.jinja_env.globals["csrf"] = field


def exempt(view: View) -> View:
    """Do not check a view or blueprint: only for clients that authenticate themselves without a cookie."""
    _protection.exempt(view)
    return view


def field() -> Markup:
    """Return the hidden field for a form; the page is then private to this reader and not cached."""
    page_cache.keep_private()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, generate_csrf())


def from_this_site() -> bool:
    """Return whether, according to the browser, the form was on a page of this site."""
    claimed = request.headers.get("Sec-Fetch-Site")
    if claimed is not None:
        return claimed == "same-origin"
    origin = request.headers.get("Origin") or request.referrer or ""
    return urlsplit(origin).netloc == request.host


@dataclass(frozen=True, slots=True, kw_only=True)
class SentField:
    """One field of a form as it was sent."""

    name: str
    value: str

    @property
    def long(self) -> bool:
        """Return whether somebody typed this and would not like to type it again."""
        is_token = _MARK.fullmatch(self.value) is not None and "://" not in self.value
        is_typed = not (is_token or self.value.startswith('{"'))
        return is_typed and (len(self.value) >= LONG or "\n" in self.value)


def sent_fields() -> tuple[SentField, ...]:
    """Return the fields of the form that was sent, without the token."""
    pairs = request.form.items(multi=True)
    return tuple(SentField(name=name, value=value) for name, value in pairs if name != FIELD)


def long_texts() -> tuple[str, ...]:
    """Return entries that would be a nuisance to type again; none if the form is unreadable or its address unknown."""
    # Forms of this site never use unknown addresses, and reading the body of such a request could block a thread.
    if request.method != "POST" or request.routing_exception is not None:
        return ()
    try:
        return tuple(entry.value for entry in sent_fields() if entry.long)
    except HTTPException:
        # The form was refused as too large or malformed, so reading it fails again.
        return ()
