# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fields that the proposal and somebody else changed both: decided in words, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.content.fields import entry_of
from app.content.json_value import JsonValue
from app.content.schema import KindSchema, SectionSpec
from app.identity import Action
from app.review.merging import FILE_PREFIX
from app.review.model.proposal import Proposal
from app.review.model.submission import Conflicted, ConflictedField
from app.web.contributing.form.controls import control_id
from app.web.curating.decisions import refused
from app.web.curating.proposal import page
from app.web.curating.queue import blueprint
from app.web.curating.words import REFUSALS, GivenBack, Typed
from app.web.records.difference import value_text
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.wording import _

PROPOSED, PUBLISHED, OWN = "vorschlag", "veroeffentlicht", "eigen"
HEAD = "stand"
_TEXT = "_text"
"""End of the name of the field in which a third text is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A field in conflict, with all three texts in words; `own` is what somebody wrote instead (texts only)."""

    key: str
    label: str
    base: str
    published: str
    proposed: str
    chosen: str
    own: str
    writable: bool
    published_file: str = ""
    proposed_file: str = ""
    """Addresses where a file that both changed can be seen, "" for none."""

    @property
    def anchor(self) -> str:
        """Return the id of the field's element."""
        return control_id(self.key)


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
    if request.form.get(HEAD) != found.head or any(request.form.get(item.key) not in _WAYS for item in found.fields):
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
    if (newest.writer, newest.base) == (signed_in().id, request.form.get(HEAD)):
        # The form was sent twice, and the first time was taken.
        return _back(proposal_id)
    words = _("This was decided in the meantime. Please look at the text that stands here now.")
    typed = Typed(others=_own_texts(proposal_id))
    return page(proposal_id, problem=words, typed=typed, status=HTTPStatus.CONFLICT)


def _back(proposal_id: str) -> Response:
    return redirect(url_for("proposals.proposal", proposal_id=proposal_id, _anchor="stand"), 303)


def _own_texts(proposal_id: str) -> tuple[GivenBack, ...]:
    """Return the third texts that were written and chosen, each with the label of its field."""
    kind = services().schemas.kind(services().review.proposals.view(proposal_id, signed_in()).proposal.kind)
    written = ((key.removesuffix(_TEXT), text) for key, text in request.form.items() if key.endswith(_TEXT))
    return tuple(
        GivenBack(label=entry_of(kind, key).label(current_language()), text=text)
        for key, text in written
        if text.strip() and request.form.get(key) == OWN
    )


_WAYS = frozenset({PROPOSED, PUBLISHED, OWN})


def _choice(item: ConflictedField) -> JsonValue:
    way = request.form.get(item.key)
    if way == OWN and _is_text(item):
        return request.form.get(f"{item.key}{_TEXT}", "").strip().replace("\r\n", "\n") or None
    return item.proposed if way == PROPOSED else item.published


def _is_text(item: ConflictedField) -> bool:
    """Tell whether the field is a text that can be written here; lists are improved in the form."""
    present = [value for value in (item.base, item.published, item.proposed) if value is not None]
    return all(isinstance(value, str) for value in present) and not _is_file(item)


def _is_file(item: ConflictedField) -> bool:
    return item.key.startswith(FILE_PREFIX)


def _page(found: Conflicted, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> FlaskResponse:
    view = services().review.proposals.view(found.proposal_id, signed_in())
    kind = services().schemas.kind(view.proposal.kind)
    text = render_template(
        "curating/merge.html",
        proposal=view.proposal,
        head=found.head,
        problem=problem,
        disputes=[
            _file_dispute(item, view.proposal, kind) if _is_file(item) else _dispute(item, kind, request.form)
            for item in found.fields
        ],
    )
    return make_response(text, status)


def _dispute(item: ConflictedField, kind: KindSchema, typed: Mapping[str, str]) -> Dispute:
    spec, writable = entry_of(kind, item.key), _is_text(item)

    def words(value: JsonValue) -> str:
        if value is None:
            return _("not there")
        if isinstance(spec, SectionSpec):
            return str(value)
        return value_text().text(spec, value)

    return Dispute(
        key=item.key,
        label=spec.label(current_language()),
        base=words(item.base),
        published=words(item.published),
        proposed=words(item.proposed),
        chosen=typed.get(item.key, PROPOSED),
        own=typed.get(f"{item.key}{_TEXT}", str(item.proposed or "") if writable else ""),
        writable=writable and (isinstance(spec, SectionSpec) or (not spec.choices and spec.shape is None)),
    )


def _file_dispute(item: ConflictedField, proposal: Proposal, kind: KindSchema) -> Dispute:
    """Return a file that both changed: to be seen rather than read."""
    name = item.key.removeprefix(FILE_PREFIX)

    def words(value: JsonValue) -> str:
        return _("not there") if value is None else name

    seen = url_for("records.file", kind=kind, slug=proposal.slug, name=name)
    return Dispute(
        key=item.key,
        label=_("File %(name)s", name=name),
        base=words(item.base),
        published=words(item.published),
        proposed=words(item.proposed),
        chosen=request.form.get(item.key, PROPOSED),
        own="",
        writable=False,
        published_file=seen if item.published else "",
        proposed_file=url_for("proposals.file", proposal_id=proposal.id, name=name) if item.proposed else "",
    )
