# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The audit log of review, for operators: who did what to which text, without a word of the texts."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request, url_for

from app.identity import Action
from app.review.model.submission import Via
from app.review.models import AuditEvent
from app.web.curating.words import way_words
from app.web.identity.words import names_of
from app.web.shell import caching
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.paging import page_number
from app.web.shell.wording import _
from app.wording import N_

blueprint = Blueprint("protocol", __name__)

SHOWN = 100
_ACTIONS: Mapping[str, str] = {
    "submit": N_("sent for review"),
    "revise": N_("improved the proposal"),
    "take_over": N_("took over and improved"),
    "resolve": N_("brought two texts together"),
    "request_changes": N_("requested a change"),
    "approve": N_("approved"),
    "publish": N_("published it"),
    "decline": N_("declined the proposal"),
    "withdraw_proposal": N_("took the proposal back"),
    "erase": N_("deleted the proposal together with the account"),
    "forget": N_("removed lines that are older than three years"),
    "give_back": N_("gave the lost proposal back to its author"),
    "settle": N_("called a remark done"),
    "reopen": N_("opened a remark again"),
    "withdrawal": N_("withdrew the record"),
    "restoration": N_("restored the record"),
    "confirmation": N_("confirmed for the municipality"),
    "still_true": N_("said that it is still true"),
    "response": N_("responded"),
}


@blueprint.get("/protokoll")
@requires(Action.ADMINISTER)
def protocol() -> str:
    """Show the newest events, or those before another."""
    caching.keep_private()
    before = page_number(request.args["vor"]) if "vor" in request.args else None
    events = services().review.audit.events(before=before, limit=SHOWN)
    names = names_of(event.person for event in events)
    older = url_for("protocol.protocol", vor=events[-1].id) if len(events) == SHOWN else ""
    return render_template("curating/audit_log.html", events=events, names=names, older=older)


@blueprint.app_template_filter()
def action_words(event: AuditEvent) -> str:
    """Return what was done."""
    return _(_ACTIONS.get(event.action, event.action))


@blueprint.app_template_filter()
def detail_words(event: AuditEvent) -> str:
    """Return the parameters of an event that mean something to people."""
    return ", ".join(words for key, value in event.params.items() if (words := _detail(key, value)))


def _detail(key: str, value: str) -> str:
    """Return a parameter in words, "" for those that only programs need."""
    if not value:
        return ""
    if key == "via":
        return way_words(Via(value)) if value in set(Via) else value
    return {
        "ver": _("version %(number)s", number=value),
        "round": _("text %(number)s", number=value),
        "field": _("field %(name)s", name=value),
        "repaired": _("completed after an interruption"),
    }.get(key, "")
