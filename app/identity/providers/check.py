"""Asks a provider as a sign-in would, and names in one code what is in the way."""

from __future__ import annotations

import socket
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from app.identity.providers.provider import Provider
from app.identity.providers.transport import guard
from app.shared.addresses import AddressRefused, checked

_SECONDS = 10.0
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTrouble:
    """`code` is stable for programs, `detail` what was found, `expected` what should have been there."""

    code: str
    detail: str = ""
    expected: str = ""


def check_provider(provider: Provider, redirect: str) -> ProviderTrouble | None:
    """Return what keeps people from signing in with `provider`; None where it answers and knows this client."""
    try:
        with requests.Session() as session:
            # The machine's own settings for proxies and passwords are not those of the site.
            session.trust_env = False
            guard(session)
            return _check(session, provider, redirect)
    except requests.exceptions.SSLError as error:
        return ProviderTrouble(code="tls", detail=_innermost(error))
    except requests.exceptions.Timeout:
        return ProviderTrouble(code="silent", detail=f"{_SECONDS:.0f} s")
    except requests.exceptions.ConnectionError as error:
        return ProviderTrouble(code=_connection_code(provider.issuer), detail=_innermost(error))
    except requests.RequestException as error:
        return ProviderTrouble(code="no_answer", detail=type(error).__name__)


def _check(session: requests.Session, provider: Provider, redirect: str) -> ProviderTrouble | None:
    answer = session.get(provider.issuer.rstrip("/") + _WELL_KNOWN, timeout=_SECONDS, allow_redirects=False)
    if answer.status_code != 200:
        return ProviderTrouble(code="status", detail=str(answer.status_code), expected="200")
    document = _document(answer)
    if not document:
        return ProviderTrouble(code="no_json", detail=answer.headers.get("Content-Type", ""))
    if document.get("issuer") != provider.issuer:
        return ProviderTrouble(code="other_issuer", detail=str(document.get("issuer")), expected=provider.issuer)
    token = document.get("token_endpoint")
    if not isinstance(token, str) or urlsplit(token).scheme not in {"https", urlsplit(provider.issuer).scheme}:
        return ProviderTrouble(code="no_token_endpoint", detail=str(token))
    return _client(session, provider, token, redirect)


def _client(session: requests.Session, provider: Provider, token: str, redirect: str) -> ProviderTrouble | None:
    """Ask with a code that nobody gave: a provider that knows the client refuses the code alone."""
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
        return ProviderTrouble(code="invalid_client", detail=str(said or answer.status_code))
    if answer.status_code >= 500:
        return ProviderTrouble(code="status", detail=str(answer.status_code), expected="400")
    return None


def _document(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _connection_code(issuer: str) -> str:
    parts = urlsplit(issuer)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with checked(socket.create_connection((parts.hostname or "", port), timeout=_SECONDS)):
            return "hung_up"
    except AddressRefused:
        return "address"
    except socket.gaierror:
        return "unknown_host"
    except ConnectionRefusedError:
        return "refused"
    except OSError:
        return "silent"


def _innermost(error: BaseException) -> str:
    while inner := error.__cause__ or error.__context__:
        error = inner
    return str(error)[:200]
