"""What waits for the editors, one's own proposals, and proposals in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Blueprint, render_template, request

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.identity import Action, Person, may
from app.review.errors import ProposalNotFound
from app.review.models import Proposal, Purpose, RemarkKind
from app.review.queue import QueueFilter, QueueItem
from app.review.submission import Via
from app.review.workflow import OPEN_STATES, STATES, ProposalState
from app.shared.errors import Invalid, NotFound, Unavailable
from app.shared.wording import N_
from app.web.identity.words import names_of
from app.web.records.difference import field_label
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.wording import _, choices, label, ngettext, topics

blueprint = Blueprint("proposals", __name__, url_prefix="/vorschlaege")
blueprint.before_request(page_cache.keep_private)

_WRITTEN = frozenset({Purpose.NEW, Purpose.EDIT})
"""All other purposes are published at once, without editors."""
SETTLED, REOPENED = "erledigt", "offen"
"""Boxes to tick at earlier remarks."""
FILES = "files"
"""The pictures and files of a record, which are discussed like a field."""
_NARROWING = ("stand", "thema", "land", "wort")
_NAMED = 3
"""The number of changed fields that a line names."""
_ORDER = (ProposalState.SUBMITTED, ProposalState.APPROVED, ProposalState.CHANGES_REQUESTED)


@blueprint.get("")
@requires(Action.DISCUSS)
def queue() -> str:
    """List what waits for the editors, and what one sent oneself."""
    person, wanted = signed_in(), chosen()
    curates = may(person, Action.CURATE)
    waiting = services().review.queue.queue(person, wanted) if curates else ()
    mine = [item for item in services().review.queue.mine(person) if item.proposal.purpose in _WRITTEN]
    return render_template(
        "curating/queue.html",
        curates=curates,
        waiting=waiting,
        mine=mine,
        small=sum(is_small_for(item, person) for item in waiting),
        names=names_of(name for item in (*waiting, *mine) for name in (item.proposal.author, item.claimed_by)),
        filtered=wanted != QueueFilter(),
        states=(("", _("all that wait")), *((state.value, state_words(state)) for state in _ORDER)),
        topics=(("", _("all fields of action")), *topics()),
        regions=(("", _("all states")), *choices("state")),
        filtered_by=request.args,
        kept=kept(),
        decided=[*decided_before()],
    )


def is_small_for(item: QueueItem, person: Person) -> bool:
    """Tell whether one look may be enough for this person: a small edit by others after which nobody else looks."""
    return item.is_small and item.proposal.author != person.id and item.claimed_by in ("", person.id)


def kept() -> dict[str, str]:
    """Return the filter in the URL, to go on through the proposals that it leaves."""
    return {name: request.args[name] for name in _NARROWING if request.args.get(name)}


def decided_before() -> Iterator[Proposal]:
    """Yield the proposals from whose decision one comes here."""
    for proposal_id in request.args.getlist("nach"):
        with suppress(ProposalNotFound):
            yield services().review.proposals.view(proposal_id, signed_in()).proposal


def chosen() -> QueueFilter:
    """Return the filter in the URL, without invalid values."""
    state, topic, region, words = (request.args.get(name, "") for name in _NARROWING)
    return QueueFilter(
        states=frozenset({ProposalState(state)}) if state in OPEN_STATES else frozenset(),
        topics=frozenset({topic}) if topic in dict(topics()) else frozenset(),
        regions=frozenset({region}) if region in dict(choices("state")) else frozenset(),
        words=tuple(words.split()),
    )


@blueprint.app_template_filter()
def queue_facts(item: QueueItem, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the facts about a proposal in words; `names` are those of people by their ids."""
    proposal, labels = item.proposal, dict(topics())
    yield services().schemas.kind(proposal.kind).label(current_language())
    yield names[proposal.author]
    if item.claimed_by:
        yield _("%(name)s looks after it", name=names[item.claimed_by])
    yield from (labels[topic] for topic in proposal.topics if topic in labels)
    yield from (label("state", state) for state in proposal.regions)
    if item.open_remarks:
        yield ngettext("%(num)s open remark", "%(num)s open remarks", item.open_remarks)
    if item.warnings:
        yield ngettext("%(num)s hint of the checks", "%(num)s hints of the checks", item.warnings)


@blueprint.app_template_filter()
def queue_changes(item: QueueItem) -> str:
    """Return what a proposal changes, such as "1 field: Costs"; of many fields the first are named."""
    kind = services().schemas.kind(item.proposal.kind)
    names = [*dict.fromkeys(field_label(kind, key) for key in item.changed)]
    shown = ", ".join((*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])))
    words = ngettext("%(num)s field: %(names)s", "%(num)s fields: %(names)s", len(names), names=shown)
    return words if names else purpose_words(item.proposal.purpose)


@blueprint.app_template_filter()
def queue_wait(item: QueueItem) -> str:
    """Return its state, for whom it waits and for how long."""
    state = state_words(item.proposal.state)
    if reason := withdrawn_since(item.proposal):
        return _("withdrawn afterwards (%(reason)s)", reason=reason)
    if not item.waits_for:
        return state
    who = _("waits for the author") if item.waits_for == "author" else _("waits for the editors")
    return f"{state}, {who} {age_words(item.age)}"


_WAITING: Mapping[ProposalState, str] = {
    ProposalState.SUBMITTED: N_("Waits for somebody of the editors who reads and decides."),
    ProposalState.CHANGES_REQUESTED: N_("Waits for the author, who was asked for a change."),
    ProposalState.APPROVED: N_("Was reviewed and waits for somebody of the editors who publishes it."),
}
_PURPOSES: Mapping[Purpose, str] = {
    Purpose.NEW: N_("new"),
    Purpose.EDIT: N_("change of a record"),
    Purpose.WITHDRAWAL: N_("withdrawal"),
    Purpose.RESTORATION: N_("restoration"),
    Purpose.CONFIRMATION: N_("confirmation by the municipality"),
    Purpose.STILL_TRUE: N_("“Still true”"),
    Purpose.RESPONSE: N_("response"),
    Purpose.ANSWER: N_("answer to a correction"),
}
_WAYS: Mapping[Via, str] = {
    Via.FORM: N_("through the form"),
    Via.PUSH: N_("with git"),
    Via.MIRROR: N_("through the mirror"),
    Via.PEER: N_("from a partner site"),
    Via.SEED: N_("with the collection"),
    Via.RECOVERY: N_("when a backup was restored"),
    Via.GUEST: N_("by e-mail, without an account"),
}
_REMARKS: Mapping[RemarkKind, str] = {
    RemarkKind.COMMENT: N_("Remark"),
    RemarkKind.CHANGE_REQUEST: N_("Change requested"),
    RemarkKind.DECLINE: N_("Reason for declining"),
}


@blueprint.app_template_filter()
def state_words(state: ProposalState) -> str:
    """Return the state of a proposal."""
    return _(STATES[state])


@blueprint.app_template_filter()
def waiting_words(state: ProposalState) -> str:
    """Return why a proposal waits and for whom."""
    return _(_WAITING[state]) if state in _WAITING else ""


@blueprint.app_template_filter()
def purpose_words(purpose: Purpose) -> str:
    """Return what a proposal would change."""
    return _(_PURPOSES[purpose])


@blueprint.app_template_filter()
def way_words(via: Via) -> str:
    """Return how a proposal came."""
    return _(_WAYS[via])


@blueprint.app_template_filter()
def remark_words(kind: RemarkKind) -> str:
    """Return what a remark is."""
    return _(_REMARKS[kind])


def age_words(age: timedelta) -> str:
    """Return for how long something has waited."""
    if age.days < 1:
        return _("since today")
    return ngettext("for %(num)s day", "for %(num)s days", age.days)


def withdrawn_since(proposal: Proposal) -> str:
    """Return why the record of a published proposal was withdrawn since then, "" if it is still published."""
    node = services()
    if proposal.state is not ProposalState.PUBLISHED or proposal.purpose is Purpose.WITHDRAWAL:
        return ""
    try:
        node.catalogue.head_by_slug(proposal.kind, proposal.slug)
    except RecordWithdrawn as error:
        try:
            reason = node.catalogue.withdrawal(error.entry).reason
        except (Invalid, NotFound, Unavailable):
            # The note is damaged or cannot be read now; that the record was withdrawn stands in the catalogue.
            return _("not readable at present")
        return node.schemas.label("withdrawn.reason", reason, current_language())
    except RecordNotFound:
        pass
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed, by place, and the place refused with its reason; `others` by label belong to another page."""

    texts: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    wrong: str = ""
    others: tuple[tuple[str, str], ...] = ()
