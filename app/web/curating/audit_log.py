# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The audit log of review, for operators: who did what to which text, without a word of the texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request, url_for

from app.identity import Action
from app.review.audit_log import AuditEvent
from app.review.model.submission import Via
from app.web.curating.words import way_words
from app.web.identity.words import names_of
from app.web.shell import caching
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.paging import page_number
from app.web.shell.wording import _

blueprint = Blueprint("protocol", __name__)

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLogLine:
    """One event in words."""

    at: datetime
    name: str
    deed: str
    subject: str
    detail: str


@blueprint.get("/protokoll")
@requires(Action.ADMINISTER)
def protocol() -> str:
    """Show the newest events, or those before another."""
    caching.keep_private()
    before = page_number(request.args["vor"]) if "vor" in request.args else None
    events = services().review.audit.events(before=before, limit=SHOWN)
    names = names_of(event.person for event in events)
    older = url_for("protocol.protocol", vor=events[-1].id) if len(events) == SHOWN else ""
    lines = [_line(event, names) for event in events]
    return render_template("curating/audit_log.html", lines=lines, older=older)


def _line(event: AuditEvent, names: Mapping[str, str]) -> AuditLogLine:
    return AuditLogLine(
        at=event.at,
        name=names[event.person],
        deed=_actions().get(event.action, event.action),
        subject=event.subject,
        detail=", ".join(words for key, value in event.params.items() if (words := _detail(key, value))),
    )


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


def _actions() -> Mapping[str, str]:
    return {
        "submit": _("sent for review"),
        "revise": _("improved the proposal"),
        "take_over": _("took over and improved"),
        "resolve": _("brought two texts together"),
        "request_changes": _("requested a change"),
        "approve": _("approved"),
        "publish": _("published it"),
        "decline": _("declined the proposal"),
        "withdraw_proposal": _("took the proposal back"),
        "give_back": _("gave the lost proposal back to its author"),
        "settle": _("called a remark done"),
        "reopen": _("opened a remark again"),
        "withdrawal": _("withdrew the record"),
        "restoration": _("restored the record"),
        "confirmation": _("confirmed for the municipality"),
        "still_true": _("said that it is still true"),
        "response": _("responded"),
    }
