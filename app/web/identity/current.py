# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who makes this request, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g, redirect, request, session
from werkzeug.wrappers import Response

from app.identity import Action, Matter, Person, may
from app.identity.errors import NotAllowed
from app.identity.sessions import Current
from app.web import caching, cookies, csrf
from app.web.access import services
from app.web.identity.destination import sign_in_address

REQUIRED = "required_action"
"""Attribute of a view: the action that it asks for, so that a test can hold every route to the table."""

P = ParamSpec("P")
R = TypeVar("R")


def current_session() -> Current | None:
    """Return the session of the signed-in reader, None when nobody is signed in."""
    if "sign_in_session" not in g:
        # Whatever the answer is, it is for this reader alone once the cookie names a person (caching.is_private).
        g.sign_in_session = services().identity.sessions.resume(secret) if (secret := _secret()) else None
    return cast("Current | None", g.sign_in_session)


def current_person() -> Person | None:
    """Return the signed-in reader with the roles they have at this moment, None when nobody is signed in."""
    current = current_session()
    return current.person if current else None


def signed_in() -> Person:
    """Return the signed-in reader in a view that `requires` one."""
    return allowed(Action.SIGNED_IN)


def allowed(action: Action, on: Matter | None = None) -> Person:
    """Return the signed-in reader if they may do this; raises NotAllowed."""
    person = current_person()
    if person is None or not may(person, action, on):
        raise NotAllowed(action)
    return person


def requires(action: Action) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Let only those into a view who may do `action` on anything at all.

    Whoever is not signed in is sent to sign in and comes back; a form that was sent is given back with what was typed.
    What depends on a single record or proposal the view asks with `allowed(action, on=…)`.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            caching.keep_private()
            if current_person() is None:
                return _ask_to_sign_in()
            allowed(action)
            return view(*args, **kwargs)

        setattr(guarded, REQUIRED, action)
        return guarded

    return decorate


def _secret() -> str | None:
    return str(session[cookies.SESSION_ID]) if cookies.names_a_person() else None


def _ask_to_sign_in() -> Response:
    if request.method in caching.READING:
        return redirect(sign_in_address(), 303)
    return csrf.ask_to_sign_in(sign_in_address(back=False))
