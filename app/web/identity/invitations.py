"""Invitations for people whose town has no provider, and the e-mail that the inviter sends."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.identity import Action
from app.identity.errors import InvitationInvalid
from app.identity.models import Invitation
from app.web.identity.forms import SLUG, RoleForm, TownForm, read_role, read_town, town_form
from app.web.identity.oidc_provider import SignInReason
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.current import current_person, requires, signed_in
from app.web.shell.formats import day
from app.web.shell.rate_limit import guarded
from app.web.shell.wording import _

_ADDRESS = re.compile(r"[^\s@<>,;:?&]+@[^\s@<>,;:?&]+")
blueprint = Blueprint("invitations", __name__)


def letter(made: Invitation, link: str, *, site: str, inviter: str) -> dict[str, str]:
    """Return subject and text of the e-mail with the link, in the inviter's language, and a mailto link for it."""
    subject = _("Invitation to %(site)s", site=site)
    invited = _("%(inviter)s invites you to %(site)s.", inviter=inviter, site=site) if inviter else ""
    text = _(
        "Hello,\n\n"
        "%(invited)s There municipalities write down what they tried, what became of it and "
        "what others can learn from it. Reading needs no account; with this invitation you can take part yourself.\n\n"
        "Please open this link and sign in:\n\n%(link)s\n\n"
        "The link works once, until %(day)s. If you did not expect this invitation, you need do nothing.",
        invited=invited or _("You are invited to %(site)s.", site=site), link=link, day=day(made.expires_at.date()),
    )  # fmt: skip
    to = made.for_whom.strip()
    # RFC 6068 requires CRLF between lines, and permits an empty recipient.
    words = urlencode({"subject": subject, "body": text.replace("\n", "\r\n")}, quote_via=quote)
    address = quote(to, safe="@") if _ADDRESS.fullmatch(to) else ""
    return {"subject": subject, "text": text, "href": f"mailto:{address}?{words}"}


@blueprint.get("/einladung")
def invitation() -> AnyResponse:
    """Show what an invitation grants, and lead to the sign-in. The secret is in the query, which no log contains."""
    page_cache.keep_private()
    secret = request.args.get("k", "")
    try:
        with guarded("invitation", secret, InvitationInvalid):
            found = services().identity.invitations.get(secret)
    except InvitationInvalid:
        return redirect(url_for("sign_in.choose", problem=str(SignInReason.INVITATION)), 303)
    page = render_template(
        "identity/invitation.html",
        invitation=found,
        start=url_for("sign_in.start", provider=found.provider, einladung=secret, weiter=url_for("account.account")),
        person=current_person(),
    )
    answer = make_response(page)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.get("/verwaltung/einladungen")
@requires(Action.ADMINISTER)
def invitations() -> str:
    """List the invitations, with the form for a new one."""
    return _page()


@blueprint.post("/verwaltung/einladungen")
@requires(Action.ADMINISTER)
def invite() -> str | tuple[str, int]:
    """Create an invitation and show its link once; another button of the form looks up the municipality first."""
    form, town = read_role(request.form), read_town(request.form)
    if town.asks:
        return _page(form, town)
    errors = _errors(form, town)
    if form.role is None or errors:
        return _page(form, town, errors=errors), 422
    provider, for_whom, organisation = (_sent(name) for name in ("anmeldung", "fuer", "organisation"))
    invited = services().identity.invitations.invite(
        signed_in().id, provider, for_whom, form.role, organisation or None, town.municipality
    )
    link = services().settings.issuer + url_for("invitations.invitation", k=invited.secret)
    return _page(link=link, made=invited.invitation)


@blueprint.post("/verwaltung/einladungen/<invitation_id>/zurueckziehen")
@requires(Action.ADMINISTER)
def withdraw(invitation_id: str) -> AnyResponse:
    """Withdraw an unused invitation."""
    services().identity.invitations.withdraw(invitation_id, actor=signed_in().id)
    return redirect(url_for("invitations.invitations"), 303)


def _sent(name: str) -> str:
    return request.form.get(name, "").strip()


def _errors(form: RoleForm, town: TownForm) -> dict[str, str]:
    guests = {provider.key for provider in services().identity.providers.for_guests()}
    organisation, slugs = _sent("organisation"), _("Short names consist of small letters, digits and hyphens.")
    found = {
        "fuer": "" if 0 < len(_sent("fuer")) <= 200 else _("Please say for whom it is, in 200 characters at most."),
        "organisation": "" if not organisation or SLUG.fullmatch(organisation) else slugs,
        **town.errors,
        "anmeldung": "" if _sent("anmeldung") in guests else _("Please choose a sign-in."),
        "organisationen": "" if form.organisations_valid else slugs,
        "rolle": "" if form.role or not form.organisations_valid else _("Please choose a role."),
    }
    return {field: words for field, words in found.items() if words}


def _page(
    form: RoleForm | None = None,
    town: TownForm | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    link: str = "",
    made: Invitation | None = None,
) -> str:
    identity = services().identity
    return render_template(
        "identity/invitations.html",
        invitations=identity.invitations.listed(),
        now=services().clock(),
        providers=[(provider.key, provider.label) for provider in identity.providers.for_guests()],
        form=form or read_role(type(request.form)()),
        town=town or town_form(None),
        entered=request.form if town else {},
        errors=errors or {},
        link=link,
        mail=letter(made, link, site=services().settings.name, inviter=signed_in().display_name) if made else None,
    )
