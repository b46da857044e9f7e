"""Joining an association, and admitting members if this site is one."""

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.federation.association.members import EndReason, KeysInvalid, LinkInvalid, Member, MembersFull, MemberState
from app.federation.association.trust import OwnAddress
from app.federation.harvest.nodes import NameTaken
from app.federation.issuer import Issuer
from app.federation.listing.keys import words_of
from app.fetching import FetchFailed
from app.identity import Action
from app.web.network.reasons import why_not_fetched
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.wording import _, error_words

blueprint = Blueprint("membership", __name__)
blueprint.add_app_template_filter(words_of)
PAGE = "/verwaltung/netz/mitglieder"


@blueprint.get("/netz/beitritt")
def guide() -> str:
    """Say what to do with a join link; its secret is in the fragment, which browsers do not send."""
    return render_template("network/join.html")


@blueprint.get(PAGE)
@requires(Action.ADMINISTER)
def page(link: str = "", error: str = "", field: str = "") -> str:
    """Show members, requests, and the associations of this site; `link` is a new join link, `error` is for `field`."""
    said, nodes = services().harvest.associations.said(), services().harvest.nodes.all()
    return render_template(
        "network/membership.html",
        members=services().federation.members.all(),
        associations=[one for one in nodes if one.trusted],
        disputed=said.disputed,
        refused=said.refused,
        own_root=_own_root(),
        link=link,
        error=error,
        field=field,
        entered=request.form,
        reasons=[("left", _("Has left")), ("excluded", _("Exclude"))],
    )


@blueprint.post(PAGE)
@requires(Action.ADMINISTER)
def invite() -> str | Response:
    """Create a join link and show it once."""
    name = request.form.get("name", "").strip()
    if not 0 < len(name) <= 200:
        return _refused(_("Please say for whom it is, in 200 characters at most."), "name")
    try:
        secret = services().federation.members.invite(
            name, request.form.get("schluessel", "").replace(",", " ").split()
        )
    except (KeysInvalid, MembersFull) as error:
        return _refused(error_words(error), "schluessel")
    return page(link=services().harvest.associations.link(secret, _own_root()))


@blueprint.post(f"{PAGE}/beitreten")
@requires(Action.ADMINISTER)
def join() -> str | Response:
    """Ask the association that created a join link for membership."""
    try:
        services().harvest.join(request.form.get("link", ""), _own_root())
    except (LinkInvalid, OwnAddress, NameTaken) as error:
        return _refused(error_words(error), "link")
    except FetchFailed as error:
        return _refused(why_not_fetched(error.code), "link")
    return _back()


@blueprint.post(f"{PAGE}/<int:number>/aufnehmen")
@requires(Action.ADMINISTER)
def admit(number: int) -> Response:
    """Admit a node that asks for membership; raises NoSuchMember."""
    services().federation.members.admit(number)
    services().tell_members()
    return _back()


@blueprint.post(f"{PAGE}/<int:number>/ablehnen")
@requires(Action.ADMINISTER)
def decline(number: int) -> Response:
    """Delete an invitation or a request for membership."""
    services().federation.members.decline(number)
    return _back()


@blueprint.post(f"{PAGE}/beenden")
@requires(Action.ADMINISTER)
def end() -> Response:
    """End a membership; raises NoSuchMember."""
    reason = EndReason.EXCLUDED if request.form.get("grund") == EndReason.EXCLUDED else EndReason.LEFT
    services().federation.members.end(Issuer(request.form.get("adresse", "")), reason)
    services().tell_members()
    return _back()


def _own_root() -> str:
    listed = services().federation.listing.listed
    return listed.root(1).sha256 if listed.has_root() else ""


def _back() -> Response:
    return redirect(url_for("membership.page"), 303)


def _refused(words: str, field: str) -> Response:
    return make_response(page(error=words, field=field), HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.app_template_filter()
def member_state(member: Member) -> str:
    """Return the state of a membership in words."""
    return {
        MemberState.INVITED: _("has a link"),
        MemberState.ASKED: _("asks to be let in"),
        MemberState.ADMITTED: _("takes part"),
        MemberState.ENDED: _("has left") if member.reason == EndReason.LEFT else _("is excluded"),
        MemberState.SUCCESSOR: _("takes the place of this association"),
    }[member.state]
