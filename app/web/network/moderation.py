# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deciding about what other nodes send: pause, block, take out of sight, each with a reason and none final."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.errors import NotFound
from app.federation.harvest.moderation import LONGEST_REASON, ReasonMissing
from app.federation.issuer import Issuer
from app.identity import Action
from app.web.network.desk import (
    SHOWN,
    decision_lines,
    hidden_lines,
    partner_line,
    partner_lines,
    quarantine_lines,
    title_of,
    waiting_lines,
)
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.nodes import contacts, node_name
from app.web.shell.wording import _

blueprint = Blueprint("moderation", __name__, url_prefix="/verwaltung/netz")

RECORD = "/eintrag/<origin:origin>/<record_id:record_id>"
NODE = "/seite/<origin:origin>"
REASON = "grund"


class NodeNotKnown(NotFound):
    """Nothing is known of a node that is called `origin`."""

    def __init__(self, origin: str) -> None:
        super().__init__(origin)
        self.origin = origin


@blueprint.get("")
@requires(Action.MODERATE)
def desk() -> str:
    """Show partners, what was set aside, what is out of sight, and what was decided."""
    harvest = services().harvest
    log = harvest.moderation.log(SHOWN)
    return render_template(
        "network/moderation.html",
        waiting=waiting_lines(),
        partners=partner_lines(),
        quarantine=quarantine_lines(),
        set_aside=harvest.quarantine.count(),
        hidden=hidden_lines(log),
        decisions=decision_lines(log),
    )


@blueprint.get(RECORD)
@requires(Action.MODERATE)
def record(origin: str, record_id: str) -> str:
    """Ask whether a record shall be seen; raises ForeignRecordNotFound."""
    return _record_page(origin, record_id)


@blueprint.post(RECORD)
@requires(Action.MODERATE)
def decide_on_record(origin: str, record_id: str) -> BaseResponse:
    """Take a record out of sight or show it again; raises ForeignRecordNotFound."""
    harvest, reason = services().harvest, request.form.get(REASON, "")
    decide = harvest.unhide if harvest.records.entry(origin, record_id).hidden else harvest.hide
    try:
        decide(origin, record_id, actor=signed_in().id, reason=reason)
    except ReasonMissing:
        return _refused(_record_page(origin, record_id, error=_missing(reason)))
    return redirect(url_for("moderation.record", origin=origin, record_id=record_id), 303)


@blueprint.get(NODE)
@requires(Action.MODERATE)
def node(origin: str) -> str:
    """Ask whether a node shall be asked and seen; raises NodeNotKnown."""
    return _node_page(origin)


@blueprint.post(NODE)
@requires(Action.MODERATE)
def decide_on_node(origin: str) -> BaseResponse:
    """Block a node with all its records, or take the block back; raises NodeNotKnown."""
    known, reason = _known(origin), request.form.get(REASON, "")
    harvest = services().harvest
    decide = harvest.unblock if harvest.issuer(known).blocked else harvest.block
    try:
        decide(known, actor=signed_in().id, reason=reason)
    except ReasonMissing:
        return _refused(_node_page(origin, error=_missing(reason)))
    return _to_node(origin)


@blueprint.post(f"{NODE}/pausieren")
@requires(Action.MODERATE)
def pause(origin: str) -> BaseResponse:
    """Fetch nothing from a partner for now; raises NodeNotKnown and PeerNotFound."""
    services().harvest.pause(_known(origin))
    return _to_node(origin)


@blueprint.post(f"{NODE}/fortsetzen")
@requires(Action.MODERATE)
def resume(origin: str) -> BaseResponse:
    """Fetch from a partner again; raises NodeNotKnown and PeerNotFound."""
    services().harvest.resume(_known(origin))
    return _to_node(origin)


@blueprint.post("/zurueckgestellt/<digest:name>/verwerfen")
@requires(Action.MODERATE)
def drop(name: str) -> BaseResponse:
    """Forget something that was set aside; raises QuarantinedNotFound."""
    services().harvest.quarantine.drop(name)
    return redirect(url_for("moderation.desk") + "#zurueckgestellt", 303)


def _known(origin: str) -> Issuer:
    contact = contacts().get(origin)
    known = contact and (contact.issuer or contact.peer)
    if not known:
        raise NodeNotKnown(origin)
    return known.issuer


def _to_node(origin: str) -> BaseResponse:
    return redirect(url_for("moderation.node", origin=origin), 303)


def _record_page(origin: str, record_id: str, error: str = "") -> str:
    held = services().harvest.records.entry(origin, record_id)
    return render_template(
        "network/moderation_record.html",
        held=held,
        title=title_of(held),
        node=node_name(origin),
        page=url_for("foreign.record", origin=origin, record_id=record_id) if held.visible else "",
        reason=request.form.get(REASON, ""),
        longest=LONGEST_REASON,
        error=error,
    )


def _node_page(origin: str, error: str = "") -> str:
    _known(origin)
    contact = contacts()[origin]
    return render_template(
        "network/moderation_node.html",
        origin=origin,
        contact=contact,
        line=partner_line(origin, contact),
        reason=request.form.get(REASON, ""),
        longest=LONGEST_REASON,
        error=error,
    )


def _missing(reason: str) -> str:
    if reason.strip():
        return _("Please shorten the reason to %(count)s characters.", count=LONGEST_REASON)
    return _("Please give a reason: others who look after this site will read it.")


def _refused(page: str) -> Response:
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
