"""What a browser's cookie holds, read as the node reads it."""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from app.shared.config.load import read_secret_key
from app.web.shell.cookies import SESSION_ID, name
from app.wiring import Services
from tests.oidc.browser import Browser


def content(browser: Browser, services: Services) -> dict[str, Any]:
    """Return what stands in the cookie of the node, {} without one."""
    app = Flask(__name__)
    app.secret_key = read_secret_key(services.settings)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer
    raw = browser.http.cookies.get(name(services.settings.issuer))
    return dict(serializer.loads(raw)) if raw else {}


def secret_in(browser: Browser, services: Services) -> str:
    """Return the secret of the browser's session, "" when nobody is signed in."""
    return str(content(browser, services).get(SESSION_ID, ""))
