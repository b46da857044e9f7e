"""Tests a provider as a sign-in would, connecting only to addresses of possible services, and reports what fails."""

import socket
from base64 import b64encode
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from app.identity.providers.provider import Provider
from app.shared.addresses import checked


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return checked(super()._new_conn())


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return checked(super()._new_conn())


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def guard(session: Session) -> None:
    """Make a session refuse connections to any other address, with requests.ConnectionError."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())


_SECONDS = 10.0
_STATUS = "answered with status {} instead of {}. Is the issuer's path right?"
_WELL_KNOWN = "/.well-known/openid-configuration"


def check_provider(provider: Provider, redirect: str) -> str:
    """Return what prevents sign-ins with `provider`, "" if it responds and knows this client."""
    try:
        with requests.Session() as session:
            # Ignore proxies and passwords from the machine's environment; the site does not use them.
            session.trust_env = False
            guard(session)
            return _check(session, provider, redirect)
    except requests.exceptions.SSLError as error:
        return f"has no certificate that is trusted here: {_innermost(error)}"
    except requests.exceptions.Timeout:
        return f"does not answer ({_SECONDS:.0f} s). Is there a firewall in between?"
    except requests.exceptions.ConnectionError as error:
        return f"cannot be reached: {_innermost(error)}"
    except requests.RequestException as error:
        return f"did not answer as it should ({type(error).__name__})"


def _check(session: requests.Session, provider: Provider, redirect: str) -> str:
    answer = session.get(provider.issuer.rstrip("/") + _WELL_KNOWN, timeout=_SECONDS, allow_redirects=False)
    if answer.status_code != 200:
        return _STATUS.format(answer.status_code, 200)
    document = _document(answer)
    if not document:
        found = answer.headers.get("Content-Type", "")
        return f"answered with something else than its description ({found}). Is the issuer's path right?"
    if document.get("issuer") != provider.issuer:
        return (
            f"calls itself {document.get('issuer')}, and {provider.issuer} is entered as issuer. "
            "Enter it letter by letter as it says"
        )
    token = document.get("token_endpoint")
    if not isinstance(token, str) or urlsplit(token).scheme not in {"https", urlsplit(provider.issuer).scheme}:
        return f"names no usable token endpoint ({token})"
    return _client(session, provider, token, redirect)


def _client(session: requests.Session, provider: Provider, token: str, redirect: str) -> str:
    """Send an invented code: a provider that knows the client refuses only the code."""
    form = {"grant_type": "authorization_code", "code": "erfahrungsnetz-check", "redirect_uri": redirect}
    secret = provider.client_secret
    headers = {}
    if secret and provider.client_authentication == "basic":
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": provider.client_id, **({"client_secret": secret} if secret else {})}
    answer = session.post(token, data=form, headers=headers, timeout=_SECONDS, allow_redirects=False)
    said = _document(answer).get("error")
    if said in {"invalid_client", "unauthorized_client"} or answer.status_code == 401:
        return (
            f"does not accept client_id and secret ({said or answer.status_code}). "
            "Compare both with what is entered there"
        )
    if answer.status_code >= 500:
        return _STATUS.format(answer.status_code, 400)
    return ""


def _document(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _innermost(error: BaseException) -> str:
    while inner := error.__cause__ or error.__context__:
        error = inner
    return str(error)[:200]
