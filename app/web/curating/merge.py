"""Fields that the proposal and somebody else changed both: decided in words, one by one."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.identity import Action
from app.records.fields import entry_of
from app.records.json_value import JsonValue
from app.records.schema import SectionSpec
from app.review.models import Proposal
from app.review.submission import Conflicted, ConflictedField
from app.review.text.record_text import FILE_PREFIX
from app.web.contributing.merge import STAMP, TextChoice, TextSide
from app.web.curating.decisions import refused
from app.web.curating.proposal import page
from app.web.curating.queue import blueprint
from app.web.curating.words import REFUSALS, Typed
from app.web.records.difference import field_label, field_words
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.shown import Link
from app.web.shell.wording import _

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
    except REFUSALS as error:
        return refused(proposal_id, error, others=_own_texts(proposal_id))


def _decided(found: Conflicted) -> Response:
    if request.form.get(STAMP) != found.head or any(request.form.get(item.key) not in _WAYS for item in found.fields):
        words = _("Please choose for each field. What is published changed meanwhile, or a choice is missing.")
        return _page(found, problem=words, status=HTTPStatus.CONFLICT)
    choices = {item.key: _choice(item) for item in found.fields}
    outcome = services().review.curation.resolve(found.proposal_id, signed_in(), head=found.head, choices=choices)
    if isinstance(outcome, Proposal):
        return _back(found.proposal_id)
    words = _("Together these texts make no sound record. Please choose otherwise, or improve the proposal.")
    return _page(found, problem=words, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _over(proposal_id: str) -> Response:
    """Answer a decision that comes when none is asked for any more; what was written for it comes back."""
    newest = services().review.proposals.view(proposal_id, signed_in()).newest
    if (newest.writer, newest.base) == (signed_in().id, request.form.get(STAMP)):
        # The form was sent twice, and the first time was taken.
        return _back(proposal_id)
    words = _("This was decided in the meantime. Please look at the text that stands here now.")
    typed = Typed(others=_own_texts(proposal_id))
    return page(proposal_id, problem=words, typed=typed, status=HTTPStatus.CONFLICT)


def _back(proposal_id: str) -> Response:
    return redirect(url_for("proposals.proposal", proposal_id=proposal_id, _anchor="stand"), 303)


def _own_texts(proposal_id: str) -> tuple[tuple[str, str], ...]:
    """Return the third texts that were written and chosen, each with the label of its field."""
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
