"""Every form proves that it was sent from a page of this site, and what was typed into it comes back if it is refused.

Templates write `{{ csrf() }}` inside each form that is sent by POST. A form whose proof does not hold is answered with
what was typed and a button that sends it again: cookies end earlier than people finish writing.
"""

from __future__ import annotations

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
"""Field with which a form proves where it comes from; nobody typed it."""
LONG = 60
"""Characters from which on an entry is shown to be copied."""

_MARK = re.compile(r"[!-~]+")
_ADDRESS = "://"
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


def exempt(view: View) -> View:
    """Leave a view or blueprint unchecked: only for programs that bring a proof of their own and no cookie."""
    _protection.exempt(view)
    return view


def field() -> Markup:
    """Return the hidden field for a form; the page then is for this reader alone and never kept."""
    page_cache.keep_private()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, generate_csrf())


def from_this_site() -> bool:
    """Tell whether the browser says that the form stood on a page of this site."""
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
        """Tell whether somebody would be sorry to type it again."""
        return self._is_typed and (len(self.value) >= LONG or "\n" in self.value)

    @property
    def _is_typed(self) -> bool:
        """Tell whether it is no document and no mark that a page carries along: one run of signs and no address."""
        is_mark = _MARK.fullmatch(self.value) is not None and _ADDRESS not in self.value
        return not (is_mark or self.value.startswith('{"'))


def sent_fields() -> tuple[SentField, ...]:
    """Return the fields of the form that was sent, without the proof."""
    pairs = request.form.items(multi=True)
    return tuple(SentField(name=name, value=value) for name, value in pairs if name != FIELD)


def long_texts() -> tuple[str, ...]:
    """Return what somebody would be sorry to type again, none where the form cannot be read or was sent nowhere."""
    # No page sends a form to an address that is not there; whoever does could hold a thread with its body.
    if request.method != "POST" or request.routing_exception is not None:
        return ()
    try:
        return tuple(entry.value for entry in sent_fields() if entry.long)
    except HTTPException:
        # It was refused because it is too large or broken, and reading it once more is refused as well.
        return ()
