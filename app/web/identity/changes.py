"""What was changed about people and roles, for operators: as a page, as CSV, and on the page of a person."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template

from app.identity import Action, Role, RoleKind, Scope
from app.identity.models import AccountEvent, AuditEntry
from app.shared.wording import N_
from app.web.identity.log_filter import LogForm, log_file, older
from app.web.identity.words import names_of, role_words
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.wording import _

blueprint = Blueprint("changes", __name__)

SHOWN = 100
"""Changes on one page; the database keeps all of them."""
_EVENTS: Mapping[AccountEvent, str] = {
    AccountEvent.JOINED: N_("signed in for the first time"),
    AccountEvent.GRANTED: N_("role given"),
    AccountEvent.REVOKED: N_("role taken away"),
    AccountEvent.INVITED: N_("invitation made"),
    AccountEvent.INVITATION_USED: N_("invitation used"),
    AccountEvent.INVITATION_WITHDRAWN: N_("invitation withdrawn"),
    AccountEvent.MUNICIPALITY_SET: N_("municipality entered"),
    AccountEvent.MUNICIPALITY_REMOVED: N_("municipality taken away"),
    AccountEvent.MUNICIPALITY_RELEASED: N_("municipality left to the sign-in"),
    AccountEvent.ORGANISATION_RELEASED: N_("organisation left to the sign-in"),
    AccountEvent.DELETED: N_("account deleted"),
    AccountEvent.ERASED: N_("nothing of the account left in any file"),
    AccountEvent.TOKEN_MADE: N_("key for programs made"),
    AccountEvent.TOKEN_REVOKED: N_("key for programs taken away"),
    AccountEvent.SIGNED_OUT_BY_OPERATOR: N_("signed out everywhere by an operator"),
}


@blueprint.get("/verwaltung/protokoll")
@requires(Action.ADMINISTER)
def changes() -> str:
    """Show changes, the newest first, as far as they are asked for."""
    form = LogForm.read([event.value for event in AccountEvent])
    entries = services().identity.audit.latest(SHOWN, wanted=form.wanted)
    return render_template(
        "identity/audit.html",
        form=form,
        kinds=[(event.value, _(words)) for event, words in _EVENTS.items()],
        csv=form.address("changes.spreadsheet"),
        older=older("changes.changes", form, entries, SHOWN),
        **_shown(entries),
    )


@blueprint.get("/verwaltung/protokoll.csv")
@requires(Action.ADMINISTER)
def spreadsheet() -> Response:
    """Send the same changes as CSV, all that fit."""
    form = LogForm.read([event.value for event in AccountEvent])
    entries = form.all(lambda wanted, limit: services().identity.audit.latest(limit, wanted=wanted))
    names = _names(entries)
    head = [_("When"), _("What"), _("Whom"), _("By whom")]
    rows = (
        [
            change_words(one),
            names[one.person_id] if one.person_id else "",
            names[one.actor] if one.actor else _("the system"),
        ]
        for one in entries
    )
    return log_file("personen.csv", head, entries, rows)


def changes_of(person_id: str) -> Mapping[str, object]:
    """Return the newest changes about a person, and the names of those who made them."""
    return _shown(services().identity.audit.latest(SHOWN, person_id))


def _shown(entries: tuple[AuditEntry, ...]) -> Mapping[str, object]:
    names = _names(entries)
    return {"entries": entries, "names": names, "known": frozenset(services().identity.people.names(names))}


def _names(entries: tuple[AuditEntry, ...]) -> Mapping[str, str]:
    return names_of(each for one in entries for each in (one.actor, one.person_id) if each)


@blueprint.app_template_filter()
def change_words(entry: AuditEntry) -> str:
    """Return what was changed, with the role or the municipality that it was about."""
    kind = entry.detail.get("role")
    given = role_words(Role(kind=RoleKind(kind), scope=Scope.stored(entry.detail))) if kind else ""
    detail = ", ".join(part for part in (given, _towns(entry)) if part)
    return f"{_(_EVENTS[entry.event])}: {detail}" if detail else _(_EVENTS[entry.event])


def _towns(entry: AuditEntry) -> str:
    keys = [str(entry.detail[name]) for name in ("before", "ars") if name in entry.detail]
    places = (services().places.get(key) for key in keys)
    named = [f"{place.name} ({key})" if place else key for key, place in zip(keys, places, strict=True)]
    return _("official key %(key)s", key=" → ".join(named)) if named else ""
