"""The one cookie of the site: signed, out of reach of scripts, and set only where a form or a sign-in needs it.

Clients that try one wrong signature after another have to wait. A cookie with a valid signature whose session has
ended does not count as a guess, because only this site could have signed it.
"""

import hashlib
from typing import cast

from flask import Flask, Response, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import TooManyRequests

from app.web.shell.rate_limit import guarded

SESSION_ID = "sid"
"""Key in the cookie: the secret of a session of a signed-in person."""


def register(app: Flask, issuer: str) -> None:
    """Set the cookie's name and limits for `app`, whose public address is `issuer`."""
    secure = issuer.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME=name(issuer),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_PATH="/",
        # Send the cookie only after changes, so that pages without a form stay free of cookies.
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.before_request(_look_at_signature)
    app.after_request(_take_back_forged)


def name(issuer: str) -> str:
    """Return the name of the cookie, one per node, because browsers share cookies between all ports of a host.

    The prefix __Host- makes browsers refuse a cookie of this name from a neighbouring host or over plain HTTP.
    """
    own = hashlib.sha256(issuer.encode()).hexdigest()[:8]
    return f"__Host-enet-{own}" if issuer.startswith("https://") else f"enet-{own}"


def size() -> int:
    """Return the size in bytes that the cookie would have if it were sent now."""
    serializer = _serializer()
    return len(serializer.dumps(dict(session))) if serializer else 0


def names_a_person() -> bool:
    """Return whether the cookie names a signed-in person, without checking that the session is still valid."""
    # Reading the session of a request without a cookie would mark the response as varying by cookie.
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies and SESSION_ID in session


def is_forged() -> bool:
    """Return whether the signature of the cookie is wrong: forged, or made with a key that was replaced."""
    return "forged_cookie" in g


def _look_at_signature() -> None:
    given, serializer = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"]), _serializer()
    if not given or serializer is None:
        return
    try:
        with guarded("cookie", given, BadData):
            serializer.loads(given)
    except BadData:
        g.forged_cookie = True
    except TooManyRequests:
        # Flask has already read the cookie, and a page that greets a person would reveal that the guess was right.
        session.clear()
        session.modified = False
        raise


def _take_back_forged(response: Response) -> Response:
    """Delete a cookie with a wrong signature; otherwise a town hall behind one address would soon count as guessing."""
    if is_forged() and not session.modified:
        config = current_app.config
        response.delete_cookie(
            config["SESSION_COOKIE_NAME"],
            path=config["SESSION_COOKIE_PATH"],
            secure=config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite=config["SESSION_COOKIE_SAMESITE"],
        )
    return response


def _serializer() -> URLSafeTimedSerializer | None:
    interface = cast("SecureCookieSessionInterface", current_app.session_interface)
    return interface.get_signing_serializer(current_app)
