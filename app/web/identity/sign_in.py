"""Signing in and out, including sign-outs sent by the provider (OIDC Back-Channel Logout 1.0)."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from joserfc.jws import JWSRegistry
from werkzeug.wrappers import Response as BaseResponse

from app.database.jobs import CLAIM, SIGN_IN
from app.identity.errors import InvitationInvalid, LogoutReplayed, SessionNotFound
from app.identity.providers import Provider, profile
from app.identity.providers.provider import ProviderUnknown
from app.shared.wording import N_
from app.web.identity import oidc_client
from app.web.identity.oidc_provider import (
    LogoutTokenInvalid,
    ProviderDocuments,
    ProviderUnreachable,
    SignInReason,
    SignInRefused,
)
from app.web.shell import cookies, csrf, page_cache
from app.web.shell.access import services
from app.web.shell.current import current_person, current_session, safe_destination
from app.web.shell.language import mount_point, split_prefix
from app.web.shell.wording import _

MAX_EMPLOYERS = 25
"""Number of employers listed; if there are more, the page has a search field."""
_PROBLEMS: Mapping[str, tuple[str, str]] = {
    SignInReason.UNREACHABLE: (
        N_("The sign-in of your organisation does not answer"),
        N_("Please try again in a few minutes. If it stays so, tell your IT department."),
    ),
    SignInReason.CANCELLED: (N_("You did not sign in"), N_("The sign-in was cancelled. You can begin anew below.")),
    SignInReason.EXPIRED: (
        N_("That took too long"),
        N_("The sign-in was begun more than an hour ago or in another browser. Please begin anew below."),
    ),
    SignInReason.NOT_PROVEN: (
        N_("The sign-in could not be confirmed"),
        N_("The answer of your organisation's sign-in did not hold. Nothing was changed. Please begin anew."),
    ),
    SignInReason.INVITATION: (
        N_("The invitation does not hold any more"),
        N_("It was used already, or its time is over. Ask for a new one where you got it from."),
    ),
}
"""What happened and what to do, by the reason in the address; unknown reasons show nothing."""
blueprint = Blueprint("sign_in", __name__)
log = structlog.get_logger()
ASKED_AGAIN = "hier"
"""Parameter which says that the reader was already redirected to the node's own host name."""


@blueprint.get("/anmelden")
def choose() -> str:
    """Ask where the reader works; each choice leads to a provider."""
    page_cache.keep_private()
    text, choices = request.args.get("arbeit", "").strip(), services().identity.providers.choices()
    fitting = [pair for pair in choices if text.casefold() in pair[0].name.casefold()]
    return render_template(
        "identity/sign_in.html",
        person=current_person(),
        problem=[_(words) for words in _PROBLEMS.get(request.args.get("problem", ""), ())],
        text=text,
        offered=fitting[:MAX_EMPLOYERS],
        more=len(fitting[MAX_EMPLOYERS:]),
        searchable=len(choices) > MAX_EMPLOYERS or bool(text),
        destination=safe_destination(request.args.get("weiter")),
        guests=bool(services().identity.providers.for_guests()),
    )


@blueprint.get("/anmelden/<provider>")
def start(provider: str) -> BaseResponse:
    """Redirect the reader to a provider. This is a link, because forms of this site may only be sent to this site."""
    page_cache.keep_private()
    client = oidc_client.client(provider)
    settings = services().settings
    if request.host != urlsplit(settings.issuer).netloc and ASKED_AGAIN not in request.args:
        # The response is sent to the node's own host name, the only one to which this browser then sends its cookie.
        # Pass only known parameters, since Flask treats names such as "_external" as options.
        query = {name: request.args[name] for name in ("weiter", "einladung") if name in request.args}
        return redirect(
            settings.issuer + _local("sign_in.start", provider=provider, **query, **{ASKED_AGAIN: "1"}), 303
        )
    destination = safe_destination(request.args.get("weiter"))
    try:
        address = client.start(
            settings.issuer + _local("sign_in.finish", provider=provider),
            destination=destination,
            invitation=request.args.get("einladung", "")[:100],
        )
    except ProviderUnreachable as error:
        return _failed(provider, SignInReason.UNREACHABLE, "start", destination, by_provider=error.by_provider)
    return redirect(address, 303)


@blueprint.get("/anmelden/<provider>/antwort")
def finish(provider: str) -> BaseResponse:
    """Verify the provider's response, open a session with a new secret, and return the reader to their destination."""
    page_cache.keep_private()
    client = oidc_client.client(provider)
    destination = client.remembered().get("destination", "")
    try:
        account, claims, remembered = client.finish()
        invitation = remembered.get("invitation") or None
        opened = services().identity.sign_in.sign_in(account, profile(claims, client.provider), invitation=invitation)
    except ProviderUnreachable as error:
        return _failed(provider, SignInReason.UNREACHABLE, "finish", destination, by_provider=error.by_provider)
    except SignInRefused as error:
        return _failed(provider, error.reason, error.detail, destination, by_provider=error.by_provider)
    except InvitationInvalid:
        return _failed(provider, SignInReason.INVITATION, "invitation", destination)
    _end_session()
    session.clear()
    session[cookies.SESSION_ID] = opened.secret
    services().results.note(f"{SIGN_IN}{provider}")
    for what, claim in client.provider.claims.wanted.items():
        # Some providers leave out the claim of somebody who is in no group; only one that never comes is a mistake.
        came = claim in claims
        services().results.note(f"{CLAIM}{provider}:{what}", "" if came else "missing")
        if not came:
            log.warning("sign_in.claim_missing", provider=provider, claim=claim, scope=client.provider.scope)
    log.info("sign_in.done", provider=provider, person=opened.person.id)
    return redirect(safe_destination(destination), 303)


@blueprint.post("/abmelden")
def sign_out() -> str | tuple[str, dict[str, str]]:
    """End the session on this site, then at the provider too."""
    page_cache.keep_private()
    current = current_session()
    shown = _end_session()
    session.clear()
    back = services().settings.issuer + _local("sign_in.signed_out")
    further = None
    if current and shown:
        # The provider may have been removed from the file while its sessions continue.
        with suppress(ProviderUnknown):
            further = oidc_client.client(current.provider).end_address(shown, back)
    page = render_template("identity/signed_out.html", further=further, person=None)
    # Not a redirect: the content security policy forbids redirecting a form to another site.
    return (page, {"Refresh": f"0; url={further}"}) if further else page


@blueprint.get("/abgemeldet")
def signed_out() -> str:
    """The page to which the provider returns the reader after signing out."""
    page_cache.keep_private()
    return render_template("identity/signed_out.html", further=None, person=current_person())


def _end_session() -> str | None:
    current = current_session()
    if current is None:
        return None
    try:
        return services().identity.sessions.end(current.person.id, current.id)
    except SessionNotFound:
        # The provider ended the session at the same moment.
        return None


def _local(endpoint: str, **values: Any) -> str:
    """Return a path without language and mount point: the address registered at the provider has neither."""
    return split_prefix(url_for(endpoint, **values).removeprefix(mount_point()))[2]


def _failed(
    provider: str, reason: SignInReason, detail: str, destination: str, *, by_provider: bool = False
) -> BaseResponse:
    log.warning("sign_in.failed", provider=provider, reason=str(reason), detail=detail)
    if by_provider:
        services().results.note(f"{SIGN_IN}{provider}", str(reason))
    prefix = split_prefix(destination.removeprefix(mount_point()))[0]
    return redirect(mount_point() + prefix + _local("sign_in.choose", problem=str(reason), weiter=destination), 303)


EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPES = frozenset({"logout+jwt", "jwt", ""})
"""Section 2.4 recommends the first; older providers send the others. The type of access tokens is not included."""
MAX_AGE = timedelta(minutes=5)
_LEEWAY = timedelta(seconds=60)
MAX_TOKEN_BYTES = 16 * 1024


def verify(
    token: str, provider: Provider, documents: ProviderDocuments, now: datetime
) -> tuple[str, datetime, str | None, str | None]:
    """Return a token's `jti`, its expiry, and session or subject. Raises LogoutTokenInvalid, ProviderUnreachable."""
    if len(token) > MAX_TOKEN_BYTES:
        raise LogoutTokenInvalid("length")
    header, claims = _decoded(token, documents)
    if str(header.get("typ", "")).lower() not in TYPES:
        raise LogoutTokenInvalid("typ")
    _check(claims, provider)
    issued = _moment(claims, "iat")
    until = _moment(claims, "exp") if "exp" in claims else issued
    if not now - MAX_AGE - _LEEWAY <= issued <= now + _LEEWAY:
        raise LogoutTokenInvalid("iat")
    if "exp" in claims and until < now - _LEEWAY:
        raise LogoutTokenInvalid("exp")
    sid, subject = _text(claims, "sid"), _text(claims, "sub")
    if sid is None and subject is None:
        raise LogoutTokenInvalid("sid")
    jti = _text(claims, "jti")
    if jti is None:
        raise LogoutTokenInvalid("jti")
    return jti, max(until, issued + MAX_AGE + _LEEWAY), sid, subject


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
    """End the sessions that a signed logout token names. The signature is the proof; cookies are irrelevant."""
    page_cache.keep_private()
    client = oidc_client.client(provider)
    try:
        token, now = request.form.get("logout_token", ""), services().clock()
        jti, until, sid, subject = verify(token, client.provider, client.documents, now)
        ended = services().identity.sessions.end_by_provider(
            client.provider.issuer, jti, until, sid=sid, subject=subject
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
