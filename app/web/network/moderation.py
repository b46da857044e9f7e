"""Decisions about other nodes and their records: pause, block, hide. All can be reversed."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import RecordNotFound
from app.federation.harvest.foreign_records import ForeignEntry
from app.federation.harvest.held_files import FileCounts
from app.federation.harvest.models import ModerationEntry, Node, NodeState
from app.federation.harvest.moderation import LONGEST_REASON, ReasonMissing
from app.federation.harvest.nodes import INTERVAL
from app.federation.issuer import Issuer
from app.identity import Action
from app.records.problem import InvalidRecord
from app.records.repository import PublishingStopped
from app.shared.errors import NotFound
from app.web.network.contacts import contacts
from app.web.network.overview import confirmed
from app.web.network.reasons import why_file_missing, why_not_fetched, why_set_aside
from app.web.network.sites import is_silent, sites, standing
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.wording import _, error_words

blueprint = Blueprint("moderation", __name__, url_prefix="/verwaltung/netz")
for words in (why_not_fetched, why_set_aside, why_file_missing, confirmed, standing, is_silent):
    blueprint.add_app_template_filter(words)

RECORD = "/eintrag/<origin:origin>/<record_id:record_id>"
NODE = "/seite/<origin:origin>"
REASON = "grund"
SHOWN = 100
"""Decisions and quarantined records shown on the page, each."""


@blueprint.get("")
@requires(Action.MODERATE)
def desk() -> str:
    """Show partners, quarantined and hidden records, and past decisions."""
    harvest = services().harvest
    log = harvest.moderation.log(SHOWN)
    return render_template(
        "network/moderation.html",
        sites=sites(),
        quarantine=harvest.set_aside(SHOWN),
        stopped=error_words(PublishingStopped()) if services().restored.exists() else "",
        set_aside=sum(harvest.aside_counts().values()),
        hidden=harvest.records.hidden(),
        reasons={one.object: one.reason for one in reversed(log) if one.action == "hide"},
        decisions=log,
        names=services().identity.people.names({one.actor for one in log}),
    )


@blueprint.get(RECORD)
@requires(Action.MODERATE)
def record(origin: str, record_id: str, error: str = "") -> str:
    """Ask for the reason to hide a record or to show it again; raises ForeignRecordNotFound."""
    held, reason = services().harvest.records.entry(origin, record_id), request.form.get(REASON, "")
    return render_template("network/moderation_record.html", held=held, reason=reason, error=error)


@blueprint.post(RECORD)
@requires(Action.MODERATE)
def decide_on_record(origin: str, record_id: str) -> BaseResponse:
    """Hide a record or show it again; raises ForeignRecordNotFound."""
    harvest, reason = services().harvest, request.form.get(REASON, "")
    decide = (
        harvest.moderation.unhide if harvest.records.entry(origin, record_id).record.hidden else harvest.moderation.hide
    )
    try:
        decide(origin, record_id, actor=signed_in().id, reason=reason)
    except ReasonMissing:
        return _refused(record(origin, record_id, error=_missing(reason)))
    return redirect(url_for("moderation.record", origin=origin, record_id=record_id), 303)


@blueprint.get(NODE)
@requires(Action.MODERATE)
def node(origin: str, error: str = "") -> str:
    """Show a node, with forms to pause or block it or to reverse that; raises NotFound."""
    _known(origin)
    reason = request.form.get(REASON, "")
    return render_template("network/moderation_node.html", view=contacts()[origin], reason=reason, error=error)


@blueprint.post(NODE)
@requires(Action.MODERATE)
def decide_on_node(origin: str) -> BaseResponse:
    """Block a node with all its records, or unblock it; raises NotFound."""
    known, reason = _known(origin), request.form.get(REASON, "")
    harvest = services().harvest
    blocked = harvest.nodes.get(known).state is NodeState.BLOCKED
    decide = harvest.moderation.unblock if blocked else harvest.moderation.block
    try:
        decide(known, actor=signed_in().id, reason=reason)
    except ReasonMissing:
        return _refused(node(origin, error=_missing(reason)))
    return _to_node(origin)


@blueprint.post(f"{NODE}/pausieren", endpoint="pause", defaults={"state": NodeState.PAUSED})
@blueprint.post(f"{NODE}/fortsetzen", endpoint="resume", defaults={"state": NodeState.ACTIVE})
@requires(Action.MODERATE)
def change(origin: str, state: NodeState) -> BaseResponse:
    """Stop fetching from a partner for now, or fetch from it again; raises NotFound."""
    services().harvest.nodes.change(_known(origin), state=state)
    return _to_node(origin)


@blueprint.post(f"{NODE}/zurueckgestellt")
@requires(Action.MODERATE)
def try_again(origin: str) -> BaseResponse:
    """Examine the quarantined records of a node again; raises NodeNotKnown."""
    services().harvest.try_again(origin)
    return redirect(url_for("moderation.desk") + "#zurueckgestellt", 303)


def _known(origin: str) -> Issuer:
    view = contacts().get(origin)
    if view is None:
        raise NotFound(origin)
    return view.node.issuer


def _to_node(origin: str) -> BaseResponse:
    return redirect(url_for("moderation.node", origin=origin), 303)


def _missing(reason: str) -> str:
    if reason.strip():
        return _("Please shorten the reason to %(count)s characters.", count=LONGEST_REASON)
    return _("Please give a reason: others who look after this site will read it.")


def _refused(page: str | BaseResponse) -> Response:
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.app_template_filter()
def node_state(node: Node) -> str:
    """Return in words whether a node is fetched and shown."""
    return {
        NodeState.BLOCKED: _("blocked: nothing of it is shown or fetched"),
        NodeState.PAUSED: _("paused: nothing is fetched, what is here stays visible"),
        NodeState.ACTIVE: _("is asked every %(count)s minutes", count=int(INTERVAL.total_seconds() // 60)),
    }[node.state]


@blueprint.app_template_filter()
def file_counts(origin: str) -> FileCounts | None:
    """Return how many files of a node are here; None if its records have none. Counted once per request."""
    if "file_counts" not in g:
        g.file_counts = services().harvest.files.counts()
    counts: FileCounts | None = g.file_counts.get(origin)
    return counts if counts and (counts.held or counts.missing) else None


@blueprint.app_template_filter()
def title_of(held: ForeignEntry) -> str:
    """Return the title of a record, even if it is hidden; its slug if the text is missing."""
    catalogue = services().catalogue
    newest = next(reversed(catalogue.versions(held.record.record_id, held.record.origin)), None)
    try:
        return catalogue.record(newest).title if newest else held.record.slug
    except (RecordNotFound, InvalidRecord):
        return held.record.slug


@blueprint.app_template_filter()
def decision_words(action: str) -> str:
    """Return what was decided."""
    words = {
        "hide": _("record taken out of sight"),
        "unhide": _("record shown again"),
        "block": _("site blocked"),
        "unblock": _("site shown again"),
    }
    return words.get(action, action)


@blueprint.app_template_filter()
def decided_by(actor: str, names: Mapping[str, str]) -> str:
    """Return who decided."""
    if actor == "operator":
        return _("operator, at the command line")
    return names.get(actor, _("an account that was deleted"))


@blueprint.app_template_filter()
def decided_about(one: ModerationEntry) -> str:
    """Return the page where a decision can be changed; "" if the node is not known any more."""
    origin, slash, record_id = one.object.rpartition("/")
    if one.action in {"hide", "unhide"} and slash:
        return url_for("moderation.record", origin=origin, record_id=record_id)
    found = (name for name, known in contacts().items() if known.node.issuer.address == one.object)
    name = next(found, "")
    return url_for("moderation.node", origin=name) if name else ""
