# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What providers send by themselves: the news that somebody signed out there (Back-Channel Logout)."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, jsonify, request

from app.identity.errors import LogoutReplayed
from app.web import caching, csrf
from app.web.access import services
from app.web.identity.oidc import logout_token, registry
from app.web.identity.oidc.errors import LogoutTokenInvalid, ProviderUnreachable

blueprint = Blueprint("provider", __name__)
log = structlog.get_logger()


@blueprint.post("/anmelden/<provider>/abmeldung")
@csrf.exempt
def logged_out(provider: str) -> tuple[Response, int]:
    """End the sessions that a signed logout token names. The signature is the proof; cookies do not count here."""
    caching.keep_private()
    client = registry.client(provider)
    identity, clock = services().identity, services().clock
    try:
        told = logout_token.verify(request.form.get("logout_token", ""), client.provider, client.documents, clock)
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
