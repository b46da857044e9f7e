"""Signing out at the provider ends sessions here, once its token is checked (OIDC Back-Channel Logout 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog
from flask import Blueprint, Response, jsonify, request
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from joserfc.jws import JWSRegistry

from app.identity.errors import LogoutReplayed
from app.identity.providers import Provider
from app.shared.clock import Clock
from app.web.identity import oidc_client
from app.web.identity.oidc_provider import LogoutTokenInvalid, ProviderDocuments, ProviderUnreachable
from app.web.shell import csrf, page_cache
from app.web.shell.access import services

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPES = frozenset({"logout+jwt", "jwt", ""})
"""Section 2.4 recommends the first; older providers send the others. That of an access token is none of them."""
MAX_AGE = timedelta(minutes=5)
_LEEWAY = timedelta(seconds=60)
MAX_TOKEN_BYTES = 16 * 1024
blueprint = Blueprint("provider", __name__)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """Whose sessions are over: the one named `sid`, otherwise all of `subject`; `until` the token could be replayed."""

    jti: str
    sid: str | None
    subject: str | None
    until: datetime


def verify(token: str, provider: Provider, documents: ProviderDocuments, clock: Clock) -> Logout:
    """Return what a logout token says; raises LogoutTokenInvalid and ProviderUnreachable."""
    if len(token) > MAX_TOKEN_BYTES:
        raise LogoutTokenInvalid("length")
    header, claims = _decoded(token, documents)
    if str(header.get("typ", "")).lower() not in TYPES:
        raise LogoutTokenInvalid("typ")
    _check(claims, provider)
    issued, until = _times(claims, clock())
    sid, subject = _text(claims, "sid"), _text(claims, "sub")
    if sid is None and subject is None:
        raise LogoutTokenInvalid("sid")
    jti = _text(claims, "jti")
    if jti is None:
        raise LogoutTokenInvalid("jti")
    return Logout(jti=jti, sid=sid, subject=subject, until=max(until, issued + MAX_AGE + _LEEWAY))


def _decoded(token: str, documents: ProviderDocuments) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    registry = JWSRegistry(
        algorithms=documents.metadata()["id_token_signing_alg_values_supported"], strict_check_header=False
    )
    try:
        try:
            decoded = jwt.decode(token, _keys(documents.keys()), registry=registry)
        except InvalidKeyIdError:
            decoded = jwt.decode(token, _keys(documents.keys(fresh=True)), registry=registry)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise LogoutTokenInvalid("signature") from error
    return decoded.header, decoded.claims


def _keys(document: dict[str, Any]) -> KeySet:
    return KeySet.import_key_set(cast("KeySetSerialization", document))


def _check(claims: Mapping[str, Any], provider: Provider) -> None:
    audience = claims.get("aud")
    events = claims.get("events")
    rules = {
        "iss": claims.get("iss") == provider.issuer,
        "aud": provider.client_id in (audience if isinstance(audience, list) else [audience]),
        "events": isinstance(events, dict) and isinstance(events.get(EVENT), dict),
        # With a nonce it would be an ID token, which passes through browsers.
        "nonce": "nonce" not in claims,
    }
    for name, kept in rules.items():
        if not kept:
            raise LogoutTokenInvalid(name)


def _times(claims: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime]:
    issued, until = _moment(claims, "iat"), _moment(claims, "exp") if "exp" in claims else None
    if issued > now + _LEEWAY or issued < now - MAX_AGE - _LEEWAY:
        raise LogoutTokenInvalid("iat")
    if until is not None and until < now - _LEEWAY:
        raise LogoutTokenInvalid("exp")
    return issued, until or issued


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LogoutTokenInvalid(name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise LogoutTokenInvalid(name) from error


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not value.isprintable():
        raise LogoutTokenInvalid(name)
    return value


@blueprint.post("/anmelden/<provider>/abmeldung")
@csrf.exempt
def logged_out(provider: str) -> tuple[Response, int]:
    """End the sessions that a signed logout token names. The signature is the proof; cookies do not count here."""
    page_cache.keep_private()
    client = oidc_client.client(provider)
    identity, clock = services().identity, services().clock
    try:
        told = verify(request.form.get("logout_token", ""), client.provider, client.documents, clock)
        ended = identity.sessions.end_by_provider(
            client.provider.issuer, told.jti, told.until, sid=told.sid, subject=told.subject
        )
    except ProviderUnreachable:
        log.warning("logout.unverifiable", provider=provider)
        return jsonify(error="temporarily_unavailable"), 503
    except LogoutTokenInvalid as error:
        log.warning("logout.refused", provider=provider, detail=error.detail)
        return jsonify(error="invalid_request"), 400
    except LogoutReplayed:
        log.warning("logout.replayed", provider=provider)
        return jsonify(error="invalid_request"), 400
    log.info("logout.taken", provider=provider, sessions=ended)
    return jsonify(), 200
