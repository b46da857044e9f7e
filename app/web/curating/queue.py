# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits: the queue of the editors, and one's own proposals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from app.identity import Action, may
from app.review.model.proposal import Proposal, Purpose
from app.review.model.workflow import OPEN_STATES, ProposalState
from app.review.queue import QueueFilter, QueueItem
from app.web.curating.changes import names_of
from app.web.curating.words import age_words, purpose_words, state_words
from app.web.pages.lists import VOCABULARY
from app.web.shell import caching
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.wording import _, ngettext

blueprint = Blueprint("proposals", __name__, url_prefix="/vorschlaege")


@blueprint.before_request
def _private() -> None:
    caching.keep_private()


_WRITTEN = frozenset({Purpose.NEW, Purpose.EDIT})
"""Everything else is published at once and waits for nobody."""

_ORDER = (ProposalState.SUBMITTED, ProposalState.APPROVED, ProposalState.CHANGES_REQUESTED)
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One proposal in words: what it is, why it waits and for whom, and for how long."""

    proposal: Proposal
    facts: tuple[str, ...]
    waits: str


@blueprint.get("")
@requires(Action.DISCUSS)
def queue() -> str:
    """List what waits for the editors, and what one sent oneself."""
    person, chosen = signed_in(), _chosen()
    curates = may(person, Action.CURATE)
    waiting = services().review.queue.queue(person, chosen) if curates else ()
    mine = [item for item in services().review.queue.mine(person) if item.proposal.purpose in _WRITTEN]
    names = names_of(item.proposal.author for item in (*waiting, *mine))
    return render_template(
        "curating/queue.html",
        curates=curates,
        waiting=[_line(item, names) for item in waiting],
        mine=[_line(item, names) for item in mine],
        filtered=chosen != QueueFilter(),
        states=_states(),
        topics=_topics(),
        regions=_regions(),
        chosen=request.args,
    )


def _chosen() -> QueueFilter:
    """Return what the address asks for; what is nothing that can be asked for is left out."""
    state = request.args.get("stand", "")
    topic, region = request.args.get("thema", ""), request.args.get("land", "")
    return QueueFilter(
        states=frozenset({ProposalState(state)}) if state in OPEN_STATES else frozenset(),
        topics=frozenset({topic}) if topic in dict(_topics()) and topic else frozenset(),
        regions=frozenset({region}) if region in dict(_regions()) and region else frozenset(),
    )


def _line(item: QueueItem, names: Mapping[str, str]) -> QueueLine:
    proposal = item.proposal
    return QueueLine(proposal=proposal, facts=tuple(_facts(item, names)), waits=_waits(item))


def _facts(item: QueueItem, names: Mapping[str, str]) -> Iterable[str]:
    proposal, lang = item.proposal, current_language()
    yield services().schemas.kind(proposal.kind).label(lang)
    yield purpose_words(proposal.purpose)
    yield names[proposal.author]
    labels = dict(_topics())
    yield from (labels[topic] for topic in proposal.topics if topic in labels)
    yield from (services().schemas.label("state", state, lang) for state in proposal.states)
    if item.open_remarks:
        yield ngettext("%(num)s open remark", "%(num)s open remarks", item.open_remarks)
    if item.warnings:
        yield ngettext("%(num)s hint of the checks", "%(num)s hints of the checks", item.warnings)


def _waits(item: QueueItem) -> str:
    """Return where it stands, for whom it waits and for how long."""
    state = state_words(item.proposal.state)
    if not item.waits_for:
        return state
    who = _("waits for the author") if item.waits_for == "author" else _("waits for the editors")
    return f"{state}, {who} {age_words(item.age)}"


def _states() -> Options:
    return (("", _("all that wait")), *((state.value, state_words(state)) for state in _ORDER))


def _topics() -> Options:
    vocabulary, lang = services().vocabularies.get(VOCABULARY), current_language()
    found = [(concept.id, concept.label(lang)) for concept in vocabulary.concepts] if vocabulary else []
    return (("", _("all fields of action")), *found)


def _regions() -> Options:
    choices, lang = services().schemas.choices("state"), current_language()
    return (("", _("all states")), *((str(choice.value), choice.label(lang)) for choice in choices))
