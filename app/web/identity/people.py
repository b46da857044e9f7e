"""Operators' pages about accounts, roles, and changes to them."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.identity import Action, RoleKind
from app.identity.errors import LastOperator
from app.web.identity.changes import changes_of
from app.web.identity.forms import RoleForm, TownForm, incomplete_town, read_role, read_town, town_form
from app.web.search.question import request_page
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.paging import PAGE_SIZE, pager

blueprint = Blueprint("people", __name__)


@blueprint.get("/verwaltung/personen")
@requires(Action.ADMINISTER)
def people() -> str:
    """List all people with an account."""
    text, page = request.args.get("suche", "").strip()[:200], request_page()
    found, total = services().identity.people.listed(text, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return render_template(
        "identity/people.html",
        text=text,
        total=total,
        page=page,
        people=found,
        pager=pager(page, total, PAGE_SIZE, lambda n: url_for("people.people", suche=text or None, seite=n)),
    )


@blueprint.get("/verwaltung/personen/<person_id>")
@requires(Action.ADMINISTER)
def person(person_id: str) -> str:
    """Show a person with their roles and the changes to them."""
    return _page(person_id)


@blueprint.post("/verwaltung/personen/<person_id>/kommune")
@requires(Action.ADMINISTER)
def set_municipality(person_id: str) -> str | Response | tuple[str, int]:
    """Set the municipality that a person speaks for; another button of the form looks it up first."""
    town = read_town(request.form)
    if town.asks:
        return _page(person_id, town=town)
    if town.municipality is None:
        town = incomplete_town(town)
        return _page(person_id, town=town), 422
    services().identity.affiliations.set(person_id, town.municipality, actor=signed_in().id)
    return _back(person_id)


@blueprint.post("/verwaltung/personen/<person_id>/kommune/entfernen")
@requires(Action.ADMINISTER)
def remove_municipality(person_id: str) -> Response:
    """Remove the municipality, whatever the sign-in says."""
    services().identity.affiliations.set(person_id, None, actor=signed_in().id)
    return _back(person_id)


@blueprint.post("/verwaltung/personen/<person_id>/kommune/freigeben")
@requires(Action.ADMINISTER)
def release_municipality(person_id: str) -> Response:
    """Let the next sign-in decide the municipality."""
    services().identity.affiliations.release(person_id, actor=signed_in().id)
    return _back(person_id)


@blueprint.post("/verwaltung/personen/<person_id>/organisation/freigeben")
@requires(Action.ADMINISTER)
def release_organisation(person_id: str) -> Response:
    """Let the next sign-in decide the organisation."""
    services().identity.affiliations.release_organisation(person_id, actor=signed_in().id)
    return _back(person_id)


@blueprint.post("/verwaltung/personen/<person_id>/rollen")
@requires(Action.ADMINISTER)
def grant(person_id: str) -> Response | tuple[str, int]:
    """Grant a role."""
    form = read_role(request.form)
    if form.role is None:
        return _page(person_id, form=form), 422
    services().identity.grants.grant(person_id, form.role, actor=signed_in().id)
    return _back(person_id)


@blueprint.post("/verwaltung/personen/<person_id>/rollen/<int:grant_id>/entziehen")
@requires(Action.ADMINISTER)
def revoke(person_id: str, grant_id: int) -> Response | tuple[str, int]:
    """Revoke a role."""
    try:
        services().identity.grants.revoke(person_id, grant_id, actor=signed_in().id)
    except LastOperator:
        return _page(person_id, last_operator=True), 409
    return _back(person_id)


@blueprint.post("/verwaltung/personen/<person_id>/abmelden")
@requires(Action.ADMINISTER)
def sign_out(person_id: str) -> Response:
    """End all sessions, keys and invitations of a person; the next sign-in restores the roles from their provider."""
    identity, actor = services().identity, signed_in().id
    identity.sessions.end_all(person_id, actor=actor)
    identity.tokens.revoke_all(person_id, actor=actor)
    identity.invitations.withdraw_all(person_id, actor=actor)
    identity.grants.forget_provider(person_id)
    return _back(person_id)


def _back(person_id: str) -> Response:
    return redirect(url_for("people.person", person_id=person_id), 303)


def _page(
    person_id: str, form: RoleForm | None = None, town: TownForm | None = None, last_operator: bool = False
) -> str:
    identity = services().identity
    home, grants = identity.affiliations.of(person_id), identity.grants.of(person_id)
    sessions = len(identity.sessions.of(person_id))
    # People who have left their town still get messages while roles from their provider are in force.
    rests = any(each.from_provider and each.counts and each.role.kind is not RoleKind.READER for each in grants)
    return render_template(
        "identity/person.html",
        person=identity.people.get(person_id),
        email=identity.people.address(person_id),
        home=home,
        grants=grants,
        sessions=sessions,
        is_anywhere=bool(sessions or identity.tokens.of(person_id) or rests),
        form=form or read_role(request.form),
        town=town or town_form(home.municipality),
        last_operator=last_operator,
        **changes_of(person_id),
    )
