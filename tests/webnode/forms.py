"""Sending forms from tests without opening their page before."""

from typing import Any

from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from app.web.shell.csrf import FIELD


def csrf_token(client: FlaskClient) -> str:
    """Return a token that holds for the cookie of `client`, giving it one first when it has none."""
    with client.session_transaction() as cookie, client.application.test_request_context() as context:
        context.session.update(cookie)
        token = generate_csrf()
        cookie.update(context.session)
    return str(token)


def send(client: FlaskClient, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
    """Send a form by POST as a browser does from a page of the site."""
    return client.post(path, data={**(data or {}), FIELD: csrf_token(client)}, **options)
