"""Signing in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.database.jobs import SIGN_IN
from app.identity.errors import InvitationInvalid, SessionNotFound
from app.identity.providers import profile
from app.identity.providers.provider import ProviderUnknown
from app.shared.wording import N_
from app.web.identity import oidc_client
from app.web.identity.oidc_provider import ProviderUnreachable, SignInReason, SignInRefused
from app.web.shell import cookies, page_cache
from app.web.shell.access import services
from app.web.shell.current import current_person, current_session, safe_destination
from app.web.shell.language import mount_point, split_prefix
from app.web.shell.wording import _

MAX_EMPLOYERS = 25
"""Names shown at once; with more there is a field to look for one's own."""


_PROBLEMS: Mapping[str, tuple[str, str]] = {
    SignInReason.UNREACHABLE: (
        N_("The sign-in of your organisation does not answer"),
        N_("Please try again in a few minutes. If it stays so, tell your IT department."),
    ),
    SignInReason.CANCELLED: (
        N_("You did not sign in"),
        N_("The sign-in was cancelled. You can begin anew below."),
    ),
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
"""What happened and what to do, by the reason in the address; made-up reasons show nothing."""

blueprint = Blueprint("sign_in", __name__)
log = structlog.get_logger()

ASKED_AGAIN = "hier"
"""Parameter that says the reader was already sent to the node's own host name."""


@blueprint.get("/anmelden")
def choose() -> str:
    """Ask where the reader works; each answer leads to a provider."""
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
def start(provider: str) -> Response:
    """Send the reader to a provider. A link and no form, since a page may send forms to this site alone."""
    page_cache.keep_private()
    client = oidc_client.client(provider)
    settings = services().settings
    if request.host != urlsplit(settings.issuer).netloc and ASKED_AGAIN not in request.args:
        # The answer comes to the node's own name, and only there this browser shows its cookie.
        # Nothing else goes along: Flask would take names such as "_external" for orders of its own.
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
def finish(provider: str) -> Response:
    """Take the provider's answer, open a session under a new secret, and go where the reader wanted to."""
    page_cache.keep_private()
    client = oidc_client.client(provider)
    destination = client.remembered().get("destination", "")
    try:
        proven = client.finish()
        invitation = proven.remembered.get("invitation") or None
        told = profile(proven.claims, client.provider)
        opened = services().identity.sign_in.sign_in(proven.account, told, invitation=invitation)
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
    log.info("sign_in.done", provider=provider, person=opened.person.id)
    return redirect(safe_destination(destination), 303)


@blueprint.post("/abmelden")
def sign_out() -> str | tuple[str, dict[str, str]]:
    """End the session here, then at the provider too."""
    page_cache.keep_private()
    current = current_session()
    shown = _end_session()
    session.clear()
    back = services().settings.issuer + _local("sign_in.signed_out")
    further = _end_address(current.provider, shown, back) if current and shown else None
    page = render_template("identity/signed_out.html", further=further, person=None)
    # Not a redirect: the answer to a form may not lead to another site under the policy of these pages.
    return (page, {"Refresh": f"0; url={further}"}) if further else page


@blueprint.get("/abgemeldet")
def signed_out() -> str:
    """Where the provider sends the reader back to."""
    page_cache.keep_private()
    return render_template("identity/signed_out.html", further=None, person=current_person())


def _end_session() -> str | None:
    current = current_session()
    if current is None:
        return None
    try:
        return services().identity.sessions.end(current.person.id, current.id)
    except SessionNotFound:
        # The provider ended it at the same moment.
        return None


def _end_address(provider: str, shown: str, back: str) -> str | None:
    try:
        return oidc_client.client(provider).end_address(shown, back)
    except ProviderUnknown:
        # It left the file while its sessions went on.
        return None


def _local(endpoint: str, **values: Any) -> str:
    """Return a path without language and mount point: what is registered at the provider exists once."""
    return split_prefix(url_for(endpoint, **values).removeprefix(mount_point()))[2]


def _failed(
    provider: str, reason: SignInReason, detail: str, destination: str, *, by_provider: bool = False
) -> Response:
    log.warning("sign_in.failed", provider=provider, reason=str(reason), detail=detail)
    if by_provider:
        services().results.note(f"{SIGN_IN}{provider}", str(reason))
    prefix = split_prefix(destination.removeprefix(mount_point()))[0]
    address = mount_point() + prefix + _local("sign_in.choose", problem=str(reason), weiter=destination)
    return redirect(address, 303)
