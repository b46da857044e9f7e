"""The audit log of review, for operators: who did what to which text, without a word of the texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, render_template, url_for

from app.identity import Action, may
from app.review.models import AuditEvent, Proposal
from app.review.submission import Via
from app.shared.wording import N_
from app.web.curating.queue import way_words
from app.web.identity.changes import LogForm, log_file, older
from app.web.identity.words import names_of
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.links import SiteLinks
from app.web.shell.shown import Link
from app.web.shell.wording import _

blueprint = Blueprint("protocol", __name__)
PAGE_LINES = 100
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
    "claim": N_("said that they look after the proposal"),
    "release": N_("no longer looks after the proposal"),
    "withdrawal": N_("withdrew the record"),
    "restoration": N_("restored the record"),
    "confirmation": N_("confirmed for the municipality"),
    "still_true": N_("said that it is still true"),
    "response": N_("responded"),
    "answer": N_("answered a correction from another site"),
    "vocabulary": N_("changed the vocabulary"),
    "folder": N_("published texts from a folder"),
}


@blueprint.get("/protokoll")
@requires(Action.ADMINISTER)
def protocol() -> str:
    """Show the events that match the filter, newest first."""
    form = LogForm.read(_ACTIONS)
    events = services().review.audit.events(wanted=form.wanted, limit=PAGE_LINES)
    people = {event.person for event in events}
    return render_template(
        "curating/audit_log.html",
        lines=_lines(events),
        names=names_of(people),
        known=frozenset(services().identity.people.names(people)),
        form=form,
        kinds=[(action, _(words)) for action, words in _ACTIONS.items()],
        csv=form.address("protocol.spreadsheet"),
        older=older("protocol.protocol", form, events, PAGE_LINES),
    )


@blueprint.get("/protokoll.csv")
@requires(Action.ADMINISTER)
def spreadsheet() -> Response:
    """Send the events that match the filter as CSV, up to the limit of a file."""
    form = LogForm.read(_ACTIONS)
    events = form.all(lambda wanted, limit: services().review.audit.events(wanted=wanted, limit=limit))
    names, issuer = names_of(event.person for event in events), services().settings.issuer
    head = [_("When"), _("By whom"), _("What"), _("Details"), _("To what"), _("Address")]
    rows = (
        [
            names[event.person],
            action_words(event),
            detail_words(event),
            about.label,
            f"{issuer}{about.href}" if about.href else "",
        ]
        for event, about in _lines(events)
    )
    return log_file("protokoll.csv", head, events, rows)


def _lines(events: Sequence[AuditEvent]) -> list[tuple[AuditEvent, Link]]:
    proposals = services().review.audit.proposals(event.subject for event in events)
    return [(event, _about(event, proposals.get(event.subject))) for event in events]


def _about(event: AuditEvent, proposal: Proposal | None) -> Link:
    """Return the title of a published record with its page, else a number: what is unpublished is not for operators."""
    named = event.subject if "/" in event.subject else f"{proposal.kind}/{proposal.slug}" if proposal else ""
    record = SiteLinks().record(named) if named else None
    if proposal is None:
        gone = event.subject if "/" in event.subject or not event.subject else _("a proposal that was deleted")
        return record or Link(label=gone, href="")
    number = _("Proposal %(number)s", number=proposal.id)
    if record is None and may(signed_in(), Action.CURATE):
        return Link(label=number, href=url_for("proposals.proposal", proposal_id=proposal.id))
    return record or Link(label=number, href="")


@blueprint.app_template_filter()
def action_words(event: AuditEvent) -> str:
    """Return what was done."""
    return _(_ACTIONS.get(event.action, event.action))


@blueprint.app_template_filter()
def detail_words(event: AuditEvent) -> str:
    """Return the parameters of an event that mean something to people."""

    def words(key: str, value: str) -> str:
        if key == "via":
            return way_words(Via(value)) if value in set(Via) else value
        return {
            "despite": _("what stood open was confirmed"),
            "ver": _("version %(number)s", number=value),
            "round": _("text %(number)s", number=value),
            "field": _("field %(name)s", name=value),
            "repaired": _("completed after an interruption"),
            "added": _("%(number)s new", number=value),
            "updated": _("%(number)s changed", number=value),
        }.get(key, "")

    return ", ".join(filter(None, (words(key, value) for key, value in event.params.items() if value)))
