"""What waits: the queue of the editors, and one's own proposals."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, render_template, request

from app.identity import Action, may
from app.review.models import Purpose
from app.review.queue import QueueFilter, QueueItem
from app.review.workflow import OPEN_STATES, ProposalState
from app.web.curating import words
from app.web.curating.words import age_words, purpose_words, state_words, withdrawn_since
from app.web.identity.words import names_of
from app.web.shell import caching
from app.web.shell.access import services
from app.web.shell.choices import choices, label, topics
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.wording import _, ngettext

blueprint = Blueprint("proposals", __name__, url_prefix="/vorschlaege")
blueprint.before_request(caching.keep_private)
for in_words in (words.state_words, words.waiting_words, words.purpose_words, words.way_words, words.remark_words):
    blueprint.add_app_template_filter(in_words)

_WRITTEN = frozenset({Purpose.NEW, Purpose.EDIT})
"""Everything else is published at once and waits for nobody."""

_ORDER = (ProposalState.SUBMITTED, ProposalState.APPROVED, ProposalState.CHANGES_REQUESTED)


@blueprint.get("")
@requires(Action.DISCUSS)
def queue() -> str:
    """List what waits for the editors, and what one sent oneself."""
    person, chosen = signed_in(), _chosen()
    curates = may(person, Action.CURATE)
    waiting = services().review.queue.queue(person, chosen) if curates else ()
    mine = [item for item in services().review.queue.mine(person) if item.proposal.purpose in _WRITTEN]
    return render_template(
        "curating/queue.html",
        curates=curates,
        waiting=waiting,
        mine=mine,
        names=names_of(item.proposal.author for item in (*waiting, *mine)),
        filtered=chosen != QueueFilter(),
        states=(("", _("all that wait")), *((state.value, state_words(state)) for state in _ORDER)),
        topics=(("", _("all fields of action")), *topics()),
        regions=(("", _("all states")), *choices("state")),
        chosen=request.args,
    )


def _chosen() -> QueueFilter:
    """Return what the address asks for; what is nothing that can be asked for is left out."""
    state, topic, region = (request.args.get(name, "") for name in ("stand", "thema", "land"))
    return QueueFilter(
        states=frozenset({ProposalState(state)}) if state in OPEN_STATES else frozenset(),
        topics=frozenset({topic}) if topic in dict(topics()) else frozenset(),
        regions=frozenset({region}) if region in dict(choices("state")) else frozenset(),
    )


@blueprint.app_template_filter()
def queue_facts(item: QueueItem, author: str) -> Iterator[str]:
    """Yield what a proposal is, in words."""
    proposal, labels = item.proposal, dict(topics())
    yield services().schemas.kind(proposal.kind).label(current_language())
    yield purpose_words(proposal.purpose)
    yield author
    yield from (labels[topic] for topic in proposal.topics if topic in labels)
    yield from (label("state", state) for state in proposal.regions)
    if item.open_remarks:
        yield ngettext("%(num)s open remark", "%(num)s open remarks", item.open_remarks)
    if item.warnings:
        yield ngettext("%(num)s hint of the checks", "%(num)s hints of the checks", item.warnings)


@blueprint.app_template_filter()
def queue_wait(item: QueueItem) -> str:
    """Return where it stands, for whom it waits and for how long."""
    state = state_words(item.proposal.state)
    if reason := withdrawn_since(item.proposal):
        return _("withdrawn afterwards (%(reason)s)", reason=reason)
    if not item.waits_for:
        return state
    who = _("waits for the author") if item.waits_for == "author" else _("waits for the editors")
    return f"{state}, {who} {age_words(item.age)}"
