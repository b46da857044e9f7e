"""The person who makes this request, and their permissions; who must sign in first returns here afterwards."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import quote, urlsplit

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from app.identity import Action, Person, Subject, may
from app.identity.errors import NotAllowed
from app.identity.sessions import CurrentSession
from app.shared.errors import Forbidden
from app.web.shell import cookies, page_cache
from app.web.shell.access import services

LONGEST = 1500
"""Characters; the cookie has to hold the address while the reader is at the provider."""


def safe_destination(given: str | None) -> str:
    """Return the path to redirect to; the start page unless `given` is clearly a path of this site."""
    start = url_for("start.home")
    if not given or len(given) > LONGEST or not given.isascii() or not given.isprintable():
        return start
    # Browsers treat a backslash like a slash, and "//host" as another site.
    if not given.startswith("/") or given.startswith("//") or "\\" in given or " " in given:
        return start
    parts = urlsplit(given)
    return start if parts.scheme or parts.netloc else given


def here() -> str:
    """Return the current page as a destination; the start page if it cannot be opened by a link."""
    if request.method not in {"GET", "HEAD"} or request.endpoint is None or request.endpoint.startswith("sign_in."):
        return url_for("start.home")
    query = request.query_string.decode("ascii", "replace")
    return safe_destination(quote(request.root_path + request.path) + (f"?{query}" if query else ""))


def sign_in_address(*, back: bool = True) -> str:
    """Return the address of the sign-in page, which leads back to the current page if `back`."""
    return url_for("sign_in.choose", weiter=here() if back else None)


REQUIRED = "required_action"
"""Attribute of a view with the action it requires, so that a test can check all routes."""


class SignInNeeded(Forbidden):
    """A form was sent without being signed in."""


P = ParamSpec("P")
R = TypeVar("R")


def current_session() -> CurrentSession | None:
    """Return the session of the signed-in reader, None if nobody is signed in."""
    if "sign_in_session" not in g:
        # If the cookie names a person, the response is private whatever it contains (page_cache.is_private).
        known = cookies.names_a_person()
        g.sign_in_session = services().identity.sessions.resume(str(session[cookies.SESSION_ID])) if known else None
    return cast("CurrentSession | None", g.sign_in_session)


def current_person() -> Person | None:
    """Return the signed-in reader with their present roles, None if nobody is signed in."""
    current = current_session()
    return current.person if current else None


def signed_in() -> Person:
    """Return the signed-in reader, in a view that `requires` one."""
    return allowed(Action.SIGNED_IN)


def allowed(action: Action, on: Subject | None = None) -> Person:
    """Return the signed-in reader if they may do this; raises NotAllowed."""
    person = current_person()
    if person is None or not may(person, action, on):
        raise NotAllowed(action)
    return person


def requires(action: Action) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Restrict a view to people who may do `action` on any subject at all; others get NotAllowed.

    A reader who is not signed in is sent to sign in and then returns here, or gets their form back if they sent one.
    For a single record or proposal, the view itself calls `allowed(action, on=…)`.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            page_cache.keep_private()
            if current_person() is None:
                if request.method in page_cache.READING:
                    return redirect(sign_in_address(), 303)
                raise SignInNeeded
            allowed(action)
            return view(*args, **kwargs)

        setattr(guarded, REQUIRED, action)
        return guarded

    return decorate
