"""What is said and decided about a proposal in one form, and what is chosen where others changed the same fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.identity import Action, may
from app.records.fields import BODY_PREFIX, entry_of
from app.records.json_value import JsonValue
from app.records.schema import SectionSpec
from app.review.decision import Decision
from app.review.errors import QuotaReached, TextMissing, TextTooLong, Unconfirmed
from app.review.models import Proposal
from app.review.submission import Conflicted, ConflictedField, Rejected
from app.review.text.record_text import FILE_PREFIX
from app.review.workflow import Step, Unsettled
from app.shared.errors import DomainError
from app.web.contributing.merge import STAMP, TextChoice, TextSide
from app.web.contributing.start import begin_revision
from app.web.curating.proposal import CONFIRMATION, DISCUSSION, ROUND, page
from app.web.curating.queue import FILES, REOPENED, SETTLED, Typed, blueprint, chosen, kept
from app.web.records.difference import field_label, field_words
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.errors import log_error, status_of
from app.web.shell.shown import Link
from app.web.shell.wording import _, error_words

TEXT = "text-"
"""How the names of all boxes begin."""
BUTTON = "tun"
STEPS: Mapping[str, Step] = {
    "freigeben": Step.APPROVE,
    "veroeffentlichen": Step.PUBLISH,
    "erbitten": Step.REQUEST_CHANGES,
    "ablehnen": Step.DECLINE,
}
"""What the buttons decide; all others of the form only remark, before they go on to something else."""
IMPROVE, WITHDRAW = "verbessern", "zuruecknehmen"
CLAIMS: Mapping[str, bool] = {"kuemmern": True, "abgeben": False}
"""The buttons with which somebody says that they look after a proposal, or no longer do."""


@blueprint.post("/<proposal_id>")
@requires(Action.DISCUSS)
def decide(proposal_id: str) -> Response:
    """Take in everything that was typed and ticked on the page, and what its button decides."""
    person, pressed, review = signed_in(), request.form.get(BUTTON, ""), services().review
    decision = Decision(
        step=STEPS.get(pressed),
        round=round_of(),
        remarks=_remarks(proposal_id),
        confirmed={what for what in Unsettled if what in request.form.getlist(CONFIRMATION)},
        marks=dict.fromkeys(request.form.getlist(REOPENED), False) | dict.fromkeys(request.form.getlist(SETTLED), True),
    )
    following = review.queue.next_after(proposal_id, person, chosen()) if may(person, Action.CURATE) else None
    outcome = None
    try:
        if pressed not in (IMPROVE, WITHDRAW, *CLAIMS) or decision.remarks or decision.marks:
            outcome = review.curation.decide(proposal_id, person, decision)
        if pressed in CLAIMS:
            review.curation.claim(proposal_id, person, is_mine=CLAIMS[pressed])
        if pressed == IMPROVE:
            return begin_revision(proposal_id)
        if pressed == WITHDRAW:
            review.proposals.withdraw(proposal_id, person)
    except DomainError as error:
        return refused(proposal_id, error)
    if isinstance(outcome, Conflicted | Rejected):
        return _not_published(outcome, proposal_id)
    if decision.step is None:
        return _done(proposal_id, "stand" if pressed in (WITHDRAW, *CLAIMS) else DISCUSSION)
    return onward([proposal_id], following)


def onward(decided: Sequence[str], following: Proposal | None = None) -> Response:
    """Lead from what was decided to what follows, or to the next proposal of the queue."""
    following = following or services().review.queue.next_after("", signed_in(), chosen())
    there: dict[str, Any] = {**kept(), "nach": decided} | ({"proposal_id": following.id} if following else {})
    return redirect(url_for("proposals.proposal" if following else "proposals.queue", **there), 303)


def _not_published(outcome: Conflicted | Rejected, proposal_id: str) -> Response:
    typed = Typed(texts=_typed())
    if isinstance(outcome, Conflicted) and not typed.texts:
        return redirect(url_for("proposals.conflicts", proposal_id=proposal_id), 303)
    words = _("The checks below found something that has to be mended first.")
    return page(proposal_id, problem=words, typed=typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _done(proposal_id: str, fragment: str = "stand") -> Response:
    return redirect(url_for("proposals.proposal", proposal_id=proposal_id, _anchor=fragment), 303)


def refused(proposal_id: str, error: DomainError, others: tuple[tuple[str, str], ...] = ()) -> Response:
    """Answer with the page of the proposal and why the step was refused; raises ProposalNotFound."""
    place = CONFIRMATION if isinstance(error, Unconfirmed) else ""
    if isinstance(error, TextMissing | TextTooLong):
        place = (error.field if isinstance(error, TextTooLong) else "") or DISCUSSION
    typed = Typed(texts=_typed(), place=place, wrong=error_words(error) if place != CONFIRMATION else "", others=others)
    status = status_of(error)
    log_error(error, status)
    answer = page(proposal_id, problem=error_words(error), typed=typed, status=status)
    if isinstance(error, QuotaReached):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _typed() -> dict[str, str]:
    texts = ((name.removeprefix(TEXT), text) for name, text in request.form.items() if name.startswith(TEXT))
    return {place: text for place, text in texts if text.strip()}


def _remarks(proposal_id: str) -> dict[str, str]:
    """Return what was typed by fields, "" for the whole and for whatever is no field of such a record."""
    kind = services().schemas.kind(services().review.proposals.view(proposal_id, signed_in()).proposal.kind)
    said: dict[str, str] = {}
    for place, text in _typed().items():
        is_section = place.startswith(BODY_PREFIX) and kind.section(place.removeprefix(BODY_PREFIX)) is not None
        field = place if is_section or place in kind.by_key or place == FILES else ""
        said[field] = f"{said[field]}\n\n{text}" if field in said else text
    return said


def round_of(field: str = ROUND) -> int:
    """Return the number of the text that was read."""
    number = request.form.get(field, "")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        abort(400)
    return int(number)


PROPOSED, PUBLISHED, OWN = "vorschlag", "veroeffentlicht", "eigen"
_TEXT = "_text"
"""End of the name of the field in which a third text is written."""
_WAYS = frozenset({PROPOSED, PUBLISHED, OWN})


@blueprint.get("/<proposal_id>/abgleich")
@requires(Action.DISCUSS)
def conflicts(proposal_id: str) -> Response:
    """Show the fields in conflict, to choose from."""
    found = services().review.curation.conflicts(proposal_id, signed_in())
    if found is None:
        return redirect(url_for("proposals.proposal", proposal_id=proposal_id), 303)
    return _page(found)


@blueprint.post("/<proposal_id>/abgleich")
@requires(Action.DISCUSS)
def resolve(proposal_id: str) -> Response:
    """Bring both together by the choices; it becomes a new text of the proposal that has to be approved again."""
    try:
        found = services().review.curation.conflicts(proposal_id, signed_in())
        return _over(proposal_id) if found is None else _decided(found)
    except DomainError as error:
        return refused(proposal_id, error, others=_own_texts(proposal_id))


def _decided(found: Conflicted) -> Response:
    if request.form.get(STAMP) != found.head or any(request.form.get(item.key) not in _WAYS for item in found.fields):
        words = _("Please choose for each field. What is published changed meanwhile, or a choice is missing.")
        return _page(found, problem=words, status=HTTPStatus.CONFLICT)
    choices = {item.key: _choice(item) for item in found.fields}
    outcome = services().review.curation.resolve(found.proposal_id, signed_in(), head=found.head, choices=choices)
    if isinstance(outcome, Proposal):
        return _done(found.proposal_id)
    words = _("Together these texts make no sound record. Please choose otherwise, or improve the proposal.")
    return _page(found, problem=words, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _over(proposal_id: str) -> Response:
    """Answer a decision that comes when none is asked for any more; what was written for it comes back."""
    newest = services().review.proposals.view(proposal_id, signed_in()).newest
    if (newest.writer, newest.base) == (signed_in().id, request.form.get(STAMP)):
        # The form was sent twice, and the first time was taken.
        return _done(proposal_id)
    words = _("This was decided in the meantime. Please look at the text that stands here now.")
    return page(proposal_id, problem=words, typed=Typed(others=_own_texts(proposal_id)), status=HTTPStatus.CONFLICT)


def _own_texts(proposal_id: str) -> tuple[tuple[str, str], ...]:
    kind = services().schemas.kind(services().review.proposals.view(proposal_id, signed_in()).proposal.kind)
    written = ((key.removesuffix(_TEXT), text) for key, text in request.form.items() if key.endswith(_TEXT))
    return tuple(
        (field_label(kind, key), text) for key, text in written if text.strip() and request.form.get(key) == OWN
    )


def _choice(item: ConflictedField) -> JsonValue:
    way = request.form.get(item.key)
    if way == OWN and _is_text(item):
        return request.form.get(f"{item.key}{_TEXT}", "").strip().replace("\r\n", "\n") or None
    return item.proposed if way == PROPOSED else item.published


def _is_text(item: ConflictedField) -> bool:
    """Tell whether the field is a text that can be written here; lists are improved in the form."""
    present = [value for value in (item.base, item.published, item.proposed) if value is not None]
    return all(isinstance(value, str) for value in present) and not item.key.startswith(FILE_PREFIX)


def _page(found: Conflicted, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> FlaskResponse:
    proposal = services().review.proposals.view(found.proposal_id, signed_in()).proposal
    choices = [_text_choice(item, proposal) for item in found.fields]
    text = render_template("curating/merge.html", proposal=proposal, stamp=found.head, problem=problem, choices=choices)
    return make_response(text, status)


def _text_choice(item: ConflictedField, proposal: Proposal) -> TextChoice:
    kind, key = services().schemas.kind(proposal.kind), item.key
    name = key.removeprefix(FILE_PREFIX) if key.startswith(FILE_PREFIX) else ""
    theirs = url_for("records.file", kind=kind, slug=proposal.slug, name=name) if name else ""
    mine = url_for("proposals.file", proposal_id=proposal.id, name=name) if name else ""

    def side(value: str, label: str, said: JsonValue, href: str) -> TextSide:
        files = (Link(label=name, href=href),) if name and said else ()
        return TextSide(value=value, label=label, text=field_words(kind, key, said), files=files)

    spec = entry_of(kind, key)
    writable = _is_text(item) and (isinstance(spec, SectionSpec) or (not spec.choices and spec.shape is None))
    return TextChoice(
        key=key,
        label=field_label(kind, key),
        sides=(
            side(PROPOSED, _("The proposal"), item.proposed, mine),
            side(PUBLISHED, _("What is published now"), item.published, theirs),
        ),
        chosen=request.form.get(key, PROPOSED),
        base=(name if name and item.base else field_words(kind, key, item.base)),
        own=request.form.get(f"{key}{_TEXT}", str(item.proposed or "")) if writable else None,
    )
