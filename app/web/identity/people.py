# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Operators: who has an account, which roles they have, and what was changed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.identity import Action
from app.identity.errors import LastOperator
from app.web.identity import role_form, town_form
from app.web.identity.people_lists import audit_lines, person_lines, person_page
from app.web.search.question import request_page
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.paging import PAGE_SIZE, pager

blueprint = Blueprint("people", __name__)

SHOWN = 100
"""Changes on one page; the database keeps all of them."""


@blueprint.get("/verwaltung/personen")
@requires(Action.ADMINISTER)
def people() -> str:
    """List everybody with an account."""
    text, page = request.args.get("suche", "").strip()[:200], request_page()
    found, total = services().identity.people.listed(text, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return render_template(
        "identity/people.html",
        text=text,
        total=total,
        page=page,
        people=person_lines(found),
        pager=pager(page, total, PAGE_SIZE, lambda n: url_for("people.people", suche=text or None, seite=n)),
    )


@blueprint.get("/verwaltung/personen/<person_id>")
@requires(Action.ADMINISTER)
def person(person_id: str) -> str:
    """Show one person with roles and what was changed about them."""
    return _page(person_id)


@blueprint.post("/verwaltung/personen/<person_id>/kommune")
@requires(Action.ADMINISTER)
def set_municipality(person_id: str) -> str | Response | tuple[str, int]:
    """Enter the municipality for which somebody speaks; a button of the form looks it up before."""
    town = town_form.read(request.form)
    if town.asks:
        return _page(person_id, town=town)
    if town.municipality is None:
        town = town_form.incomplete(town)
        return _page(person_id, town=town), 422
    services().identity.homes.set(person_id, town.municipality, actor=signed_in().id)
    return redirect(url_for("people.person", person_id=person_id), 303)


@blueprint.post("/verwaltung/personen/<person_id>/kommune/entfernen")
@requires(Action.ADMINISTER)
def remove_municipality(person_id: str) -> Response:
    """Let somebody speak for no municipality, whatever their sign-in says."""
    services().identity.homes.remove(person_id, actor=signed_in().id)
    return redirect(url_for("people.person", person_id=person_id), 303)


@blueprint.post("/verwaltung/personen/<person_id>/kommune/freigeben")
@requires(Action.ADMINISTER)
def release_municipality(person_id: str) -> Response:
    """Leave it to somebody's next sign-in for which municipality they speak."""
    services().identity.homes.release(person_id, actor=signed_in().id)
    return redirect(url_for("people.person", person_id=person_id), 303)


@blueprint.post("/verwaltung/personen/<person_id>/organisation/freigeben")
@requires(Action.ADMINISTER)
def release_organisation(person_id: str) -> Response:
    """Leave it to somebody's next sign-in for whom they work."""
    services().identity.organisations.release(person_id, actor=signed_in().id)
    return redirect(url_for("people.person", person_id=person_id), 303)


@blueprint.post("/verwaltung/personen/<person_id>/rollen")
@requires(Action.ADMINISTER)
def grant(person_id: str) -> Response | tuple[str, int]:
    """Give a role."""
    form = role_form.read(request.form)
    if form.role is None:
        return _page(person_id, form=form), 422
    services().identity.grants.grant(person_id, form.role, actor=signed_in().id)
    return redirect(url_for("people.person", person_id=person_id), 303)


@blueprint.post("/verwaltung/personen/<person_id>/rollen/<int:grant_id>/entziehen")
@requires(Action.ADMINISTER)
def revoke(person_id: str, grant_id: int) -> Response | tuple[str, int]:
    """Take a role away."""
    try:
        services().identity.grants.revoke(person_id, grant_id, actor=signed_in().id)
    except LastOperator:
        return _page(person_id, last_operator=True), 409
    return redirect(url_for("people.person", person_id=person_id), 303)


@blueprint.post("/verwaltung/personen/<person_id>/abmelden")
@requires(Action.ADMINISTER)
def sign_out(person_id: str) -> Response:
    """End all sessions, keys and open invitations of somebody, such as when an account fell into wrong hands.

    What their provider said of roles counts again when they sign in anew.
    """
    identity, actor = services().identity, signed_in().id
    identity.sessions.end_all(person_id, actor=actor)
    identity.tokens.revoke_all(person_id, actor=actor)
    identity.invitations.withdraw_all(person_id, actor=actor)
    identity.grants.forget_provider(person_id)
    return redirect(url_for("people.person", person_id=person_id), 303)


@blueprint.get("/verwaltung/protokoll")
@requires(Action.ADMINISTER)
def audit() -> str:
    """Show the newest changes."""
    entries = audit_lines(services().identity.audit.latest(SHOWN))
    return render_template("identity/audit.html", entries=entries)


def _page(
    person_id: str,
    form: role_form.RoleForm | None = None,
    town: town_form.TownForm | None = None,
    last_operator: bool = False,
) -> str:
    page = person_page(person_id, SHOWN)
    return render_template(
        "identity/person.html",
        page=page,
        form=form or role_form.read(request.form),
        town=town or town_form.of(page.home.municipality),
        last_operator=last_operator,
    )
