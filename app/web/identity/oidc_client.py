"""OpenID Connect code flow with PKCE, state and nonce at one provider; attempts are stored in the reader's cookie."""

from collections.abc import Mapping
from functools import partial
from typing import Any, TypeGuard, cast
from urllib.parse import quote_plus

import requests
from authlib.integrations.flask_client import FlaskIntegration, OAuthError
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from flask import Flask, current_app, request, session
from joserfc.errors import JoseError

from app.identity.providers import Provider, Providers
from app.identity.providers.provider import ProviderUnknown
from app.identity.sessions import Account
from app.shared.clock import Clock
from app.shared.confinement import Threads
from app.web.identity.oidc_provider import (
    BoundedSession,
    NotAsked,
    ProviderDocuments,
    ProviderLine,
    ProviderUnreachable,
    SignInReason,
    SignInRefused,
)
from app.web.shell import access, cookies
from app.wiring import Services

MAX_ATTEMPTS = 4
"""Sign-in attempts that one browser may have open."""
MAX_COOKIE_BYTES = 3600
"""Bytes of the cookie's value: browsers drop cookies larger than 4,096 bytes with name and attributes."""
_PREFIX = "_state_"
LEEWAY = 60
"""Seconds by which the clocks of provider and node may differ."""
MAX_NAME_LENGTH = 255
"""Characters of a subject (OpenID Connect Core 2) and of a session id."""
_CANCELLED = frozenset(
    {"access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required"}
)
_ANSWERS = _CANCELLED | {
    "invalid_request",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_response_type",
}
"""Errors of RFC 6749 (4.1.2.1) and OpenID Connect Core (3.1.2.6) that may be logged."""
_OF_THE_NODE = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "server_error"})
"""Token endpoint errors that concern the node's registration or the provider itself."""


class Attempts(FlaskIntegration):  # type: ignore[misc]  # Authlib ships no types
    """Stores sign-in attempts at one provider for Authlib, and lets them expire, which Authlib does not check."""

    def __init__(self, provider: str, clock: Clock) -> None:
        super().__init__(provider)
        self._clock = clock

    def get_state_data(self, session: Any, state: str | None) -> dict[str, Any] | None:
        """Return the data of an attempt, None if this browser did not begin it or it has expired."""
        noted = session.get(f"{_PREFIX}{self.name}_{state}")
        if not noted or noted["exp"] <= self._clock().timestamp():
            return None
        return dict(noted["data"])

    def remembered(self, state: str | None) -> Mapping[str, str]:
        """Return what was stored when the reader left, even after expiry; empty if another browser began it."""
        noted = super().get_state_data(session, state)
        return dict(noted["remembered"]) if noted else {}


def forget_what_does_not_fit() -> None:
    """Delete the oldest attempts until the rest fit into the cookie; the last one always stays."""
    begun = sorted((key for key in session if key.startswith(_PREFIX)), key=lambda key: session[key].get("exp", 0))
    for number, key in enumerate(begun[:-1]):
        if len(begun) - number <= MAX_ATTEMPTS and cookies.size() <= MAX_COOKIE_BYTES:
            return
        session.pop(key)


class _Authlib(FlaskOAuth2App):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's client with metadata and keys that are renewed regularly."""

    def __init__(self, provider: Provider, documents: ProviderDocuments, attempts: Attempts) -> None:
        method = f"client_secret_{provider.client_authentication}" if provider.client_secret else "none"
        # RFC 6749, 2.3.1 demands form encoding of the secret in the header, which Authlib omits.
        secret = quote_plus(provider.client_secret or "") if method == "client_secret_basic" else provider.client_secret
        super().__init__(
            attempts,
            provider.key,
            client_id=provider.client_id,
            client_secret=secret,
            client_kwargs={
                "scope": provider.scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": method,
            },
        )
        self.client_cls = partial(BoundedSession, line=documents.line)
        self._documents = documents

    def load_server_metadata(self) -> dict[str, Any]:
        return self._documents.metadata()

    def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:
        return self._documents.keys(fresh=force)


class ProviderClient:
    """Signs people in through one provider. Shared by all threads; each request creates its own Authlib client."""

    def __init__(self, provider: Provider, documents: ProviderDocuments, clock: Clock) -> None:
        self.provider = provider
        self.documents = documents
        self._attempts = Attempts(provider.key, clock)

    def start(self, redirect_uri: str, **remembered: str) -> str:
        """Return the provider's address and store `remembered` in the cookie. Raises ProviderUnreachable."""
        client = _Authlib(self.provider, self.documents, self._attempts)
        begun = client.create_authorization_url(redirect_uri)
        # Store only what is needed for verification, because the cookie has little room.
        address = str(begun.pop("url"))
        client.save_authorize_data(redirect_uri=redirect_uri, remembered=remembered, **begun)
        forget_what_does_not_fit()
        return address

    def remembered(self) -> Mapping[str, str]:
        """Return the values stored when the reader left, none if this browser did not begin the attempt."""
        return self._attempts.remembered(request.args.get("state"))

    def finish(self) -> tuple[Account, Mapping[str, Any], Mapping[str, Any]]:
        """Return verified account, claims, remembered values. Raises SignInRefused, ProviderUnreachable."""
        client = _Authlib(self.provider, self.documents, self._attempts)
        begun = client.framework.get_state_data(session, request.args.get("state"))
        if not begun:
            raise SignInRefused(SignInReason.EXPIRED, "state")
        try:
            self._check_answer()
            # Authlib would also accept a token for another client that names this one as authorised party.
            expected: dict[str, Any] = {name: {"essential": True} for name in ("iss", "aud", "sub", "exp", "iat")}
            expected["iss"]["value"], expected["aud"]["value"] = self.provider.issuer, self.provider.client_id
            token = client.authorize_access_token(claims_options=expected, leeway=LEEWAY)
            claims = self._claims(client, token)
        except requests.RequestException as error:
            is_its = not isinstance(error, NotAsked) or self.documents.line.has_failed()
            raise ProviderUnreachable(self.provider.key, by_provider=is_its) from error
        except OAuthError as error:
            # The provider is sent a code that came through the browser, so most refusals concern that code.
            is_its = error.error in _OF_THE_NODE
            raise SignInRefused(SignInReason.NOT_PROVEN, "oauth", by_provider=is_its) from error
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            # Authlib and joserfc also raise these for malformed responses, json for deeply nested ones.
            is_its = getattr(error, "claim", "") != "nonce"
            raise SignInRefused(SignInReason.NOT_PROVEN, type(error).__name__, by_provider=is_its) from error
        finally:
            client.framework.clear_state_data(session, request.args.get("state"))
        sid = claims.get("sid")
        account = Account(
            provider=self.provider.key,
            issuer=self.provider.issuer,
            subject=claims["sub"],
            sid=sid if _is_name(sid) else None,
            id_token=str(token["id_token"]),
        )
        return account, claims, begun["remembered"]

    def end_address(self, id_token: str | None, back: str) -> str | None:
        """Return the address for signing out at the provider too (RP-Initiated Logout), None if it has none."""
        try:
            client = _Authlib(self.provider, self.documents, self._attempts)
            if not client.load_server_metadata().get("end_session_endpoint"):
                return None
            made = client.create_logout_url(back, id_token_hint=id_token, client_id=self.provider.client_id)
        except ProviderUnreachable:
            # A provider that does not respond must not prevent the sign-out here.
            return None
        return str(made["url"])

    def _check_answer(self) -> None:
        """Refuse an error, or a response from a provider other than the one asked (RFC 9207, mix-up attack)."""
        promised = self.documents.metadata().get("authorization_response_iss_parameter_supported") is True
        sender = request.args.get("iss")
        if sender != self.provider.issuer and (promised or sender is not None):
            raise SignInRefused(SignInReason.NOT_PROVEN, "iss")
        if error := request.args.get("error"):
            detail = error if error in _ANSWERS else "error"
            raise SignInRefused(SignInReason.CANCELLED if error in _CANCELLED else SignInReason.NOT_PROVEN, detail)

    def _claims(self, client: _Authlib, token: Mapping[str, Any]) -> dict[str, Any]:
        claims = token.get("userinfo")
        if not claims:
            raise SignInRefused(SignInReason.NOT_PROVEN, "no id_token", by_provider=True)
        subject = claims["sub"]
        if not _is_name(subject):
            raise SignInRefused(SignInReason.NOT_PROVEN, "sub", by_provider=True)
        mapping = self.provider.claims
        wanted = filter(None, (mapping.name, mapping.email, mapping.organisation, mapping.roles))
        if all(name in claims for name in wanted) or "userinfo_endpoint" not in self.documents.metadata():
            return dict(claims)
        more = client.userinfo(token=token)
        # OpenID Connect Core 5.3.2: a response about another subject must not be used.
        if more.get("sub") != subject:
            raise SignInRefused(SignInReason.NOT_PROVEN, "userinfo sub", by_provider=True)
        return {**more, **claims}


def _is_name(value: object) -> TypeGuard[str]:
    # JSON can contain lone surrogates, which no database stores.
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME_LENGTH and value.isprintable()


KEY = "enet.oidc"


def register(app: Flask, providers: Providers, clock: Clock) -> None:
    """Create a client for each provider; no provider is contacted before the first sign-in."""
    # Limits the concurrent requests of one process to all providers.
    shared = Threads(max(1, cast("Services", app.extensions[access.KEY]).settings.threads // 2))
    app.extensions[KEY] = {
        each.key: ProviderClient(each, ProviderDocuments(each, clock, ProviderLine(shared, clock)), clock)
        for each in providers
    }


def client(key: str) -> ProviderClient:
    """Return the client of a provider; raises ProviderUnknown."""
    clients = cast("dict[str, ProviderClient]", current_app.extensions[KEY])
    if key not in clients:
        raise ProviderUnknown(key)
    return clients[key]
