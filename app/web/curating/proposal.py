# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page on which a proposal is read, discussed and decided: all that stands on it, and what its reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, abort, make_response, render_template, request, url_for
from markupsafe import Markup

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.content.git.errors import ObjectMissing
from app.content.problem import Problem
from app.content.record import Record, Section
from app.content.schema import KindSchema
from app.identity import Action, Person
from app.review.errors import NotAllowed, RecordGone
from app.review.model.proposal import ProposalView, RemarkKind
from app.review.model.submission import Conflicted
from app.review.model.workflow import Step, is_seconded, needs_two, steps_from
from app.review.subject import ProposedChange
from app.web.contributing.findings import FieldFinding, findings
from app.web.curating.changes import ProposalChanges, ShownRemark, changes_of, shown_remarks
from app.web.curating.queue import blueprint
from app.web.curating.words import (
    GivenBack,
    Typed,
    four_eyes,
    purpose_words,
    refusal,
    state_words,
    two_people,
    waiting_words,
    way_words,
)
from app.web.identity.words import names_of
from app.web.records.files import FilePlaces
from app.web.records.markdown import render_text
from app.web.records.text import RecordInWords, record_in_words
from app.web.records.writer import writer_for
from app.web.shell.access import services
from app.web.shell.answers import sent
from app.web.shell.current import requires, signed_in
from app.web.shell.routing import record_address
from app.web.shell.shown import Link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedActions:
    """The buttons of the page; `why_not` says why somebody who is here cannot decide.

    With `needs_two` the one who approves cannot publish; `why_not_publish` tells them so afterwards.
    """

    revise: bool = False
    take_over: bool = False
    withdraw: bool = False
    request_changes: bool = False
    approve: bool = False
    publish: bool = False
    decline: bool = False
    resolve: bool = False
    needs_two: bool = False
    why_not: str = ""
    why_not_publish: str = ""

    @property
    def decide(self) -> bool:
        """Tell whether the reader decides about the proposal."""
        return self.request_changes or self.approve or self.publish or self.decline


def allowed_actions(view: ProposalView, change: ProposedChange, person: Person) -> AllowedActions:
    """Return what `person` may do with a proposal that asks for `change`."""
    proposal, steps = view.proposal, steps_from(view.proposal.state)
    if not steps:
        return AllowedActions()
    own, mine = person.id in view.writers, person.id == proposal.author
    reviews, curates = change.allows(person, Action.REVIEW), change.allows(person, Action.CURATE)
    publishes = change.allows(person, Action.PUBLISH) and Step.PUBLISH in steps
    seconded = _is_seconded(view, person)
    return AllowedActions(
        revise=mine and Step.REVISE in steps,
        take_over=curates and not mine and Step.TAKE_OVER in steps,
        withdraw=mine and Step.WITHDRAW in steps,
        request_changes=reviews and Step.REQUEST_CHANGES in steps,
        approve=reviews and Step.APPROVE in steps,
        publish=publishes and seconded,
        decline=reviews and Step.DECLINE in steps,
        resolve=(mine or curates) and Step.RESOLVE in steps,
        needs_two=needs_two(proposal.via, proposal.author),
        why_not=four_eyes() if own else _why_not(change, person),
        why_not_publish=two_people() if publishes and not seconded else "",
    )


def _is_seconded(view: ProposalView, person: Person) -> bool:
    proposal = view.proposal
    standing = {one.person for one in view.approvals if one.round == proposal.rounds} - view.writers
    return is_seconded(proposal.via, proposal.author, standing, person.id)


def _why_not(change: ProposedChange, person: Person) -> str:
    try:
        change.permit(person, Action.REVIEW)
    except NotAllowed as error:
        return refusal(error)
    return ""


DISCUSSION, DECLINE = "gespraech", "ablehnung"
"""Forms of the page that belong to no field, by the names under which they come back."""

SINCE_LAST = "vorige"
"""Value of the parameter `seit`: compare with the text of the round before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody said about the text `number` when they sent it."""

    name: str
    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalScreen:
    """Everything that stands on the page of a proposal."""

    view: ProposalView
    kind: KindSchema
    lang: str
    purpose: str
    state: str
    waiting: str
    way: str
    author: str
    messages: tuple[Message, ...]
    approved_by: tuple[str, ...]
    errors: tuple[FieldFinding, ...]
    hints: tuple[FieldFinding, ...]
    conflicted: bool
    gone: bool
    changes: ProposalChanges
    since_last: bool
    remarks: tuple[ShownRemark, ...]
    preview: RecordInWords | None
    deeds: AllowedActions
    published: str
    wanted: tuple[Link, ...] = ()

    def place_of(self, form: str) -> str:
        """Return the id of the part of the page to which a form belongs, "" where there is none."""
        places = {field.key: field.anchor for field in self.changes.fields} | {DISCUSSION: DISCUSSION}
        places |= {DECLINE: DECLINE} if self.deeds.decline else {}
        return places.get(form, "")

    def given_back(self, typed: Typed) -> tuple[GivenBack, ...]:
        """Return what was typed and stands in no form of the page, as when somebody else decided meanwhile."""
        if not typed.text.strip() or self.place_of(typed.form):
            return typed.others
        return (*typed.others, GivenBack(label=_("Your sentence"), text=typed.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    """What the checks say about the text as it would be published now."""

    problems: Sequence[Problem]
    record: Record | None = None
    conflicted: bool = False
    gone: bool = False


def page(
    proposal_id: str, *, problem: str = "", typed: Typed | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Answer with the page of a proposal; raises ProposalNotFound. `problem` says what was refused."""
    screen = screen_of(proposal_id, signed_in())
    text = render_template("curating/proposal.html", screen=screen, problem=problem, typed=typed or Typed())
    return make_response(text, status)


def screen_of(proposal_id: str, person: Person) -> ProposalScreen:
    """Return everything about a proposal that `person` may see; raises ProposalNotFound."""
    view = services().review.proposals.view(proposal_id, person)
    texts = services().review.proposals.texts(proposal_id, person)
    proposal, kind = view.proposal, services().schemas.kind(view.proposal.kind)
    examined = _examined(view, person)
    shown = examined.record or texts.proposed
    found = findings(examined.problems, kind)
    writers = (one.writer for one in view.rounds)
    names = names_of([proposal.author, *writers, *(approval.person for approval in view.approvals)])
    since_last = request.args.get("seit") == SINCE_LAST and texts.earlier is not None
    changes = changes_of(view, texts, kind, since_last=since_last)
    return ProposalScreen(
        view=view,
        kind=kind,
        lang=shown.lang if shown else "",
        purpose=purpose_words(proposal.purpose),
        state=state_words(proposal.state),
        waiting=waiting_words(proposal.state),
        way=way_words(proposal.via),
        author=names[proposal.author],
        messages=tuple(
            Message(name=names[one.writer], number=one.number, text=one.reason) for one in view.rounds if one.reason
        ),
        approved_by=tuple(names[one.person] for one in view.approvals if one.round == proposal.rounds),
        errors=tuple(item for item in found if item.is_error),
        hints=tuple(item for item in found if not item.is_error),
        conflicted=examined.conflicted,
        gone=examined.gone,
        changes=changes,
        since_last=since_last,
        remarks=shown_remarks(view.remarks).get("", ()),
        preview=_preview(shown, kind, proposal_id) if shown else None,
        deeds=allowed_actions(view, services().review.proposals.change(proposal_id, person), person),
        published=_published(proposal.kind, proposal.slug),
        wanted=_wanted(view, changes),
    )


def _wanted(view: ProposalView, changes: ProposalChanges) -> tuple[Link, ...]:
    """Return the changes that were asked for and not called done, each with the place on the page where it stands."""
    fields = {field.key: field for field in changes.fields}
    asked = (one for one in view.open_remarks if one.kind is RemarkKind.CHANGE_REQUEST and view.proposal.state.is_open)
    return tuple(
        Link(label=f"{field.label}: {one.text}", href=f"#{field.anchor}")
        if (field := fields.get(one.field))
        else Link(label=one.text, href=f"#{DISCUSSION}")
        for one in asked
    )


def _examined(view: ProposalView, person: Person) -> _Examined:
    stored = view.newest.problems
    if not view.proposal.state.is_open:
        return _Examined(problems=stored)
    try:
        found = services().review.curation.examine(view.proposal.id, person)
    except RecordGone:
        return _Examined(problems=stored, gone=True)
    except (NotAllowed, ObjectMissing):
        return _Examined(problems=stored)
    if isinstance(found, Conflicted):
        return _Examined(problems=stored, conflicted=True)
    return _Examined(problems=found.problems, record=found.record)


def _preview(record: Record, kind: KindSchema, proposal_id: str) -> RecordInWords:
    files = FilePlaces(url=url_for("proposals.file", proposal_id=proposal_id, name="x").removesuffix("x"))

    def render(section: Section) -> Markup:
        return render_text(record, section.markdown, files, f"{section.id}-")

    return record_in_words(writer_for(record), kind, render, files=files, confirm=lambda _lesson: "")


def _published(kind: str, slug: str) -> str:
    """Return the address of what is published there, "" where nothing is."""
    try:
        services().catalogue.head_by_slug(kind, slug)
    except (RecordNotFound, RecordWithdrawn):
        return ""
    return record_address(kind, slug)


@blueprint.get("/<proposal_id>")
@requires(Action.DISCUSS)
def proposal(proposal_id: str) -> Response:
    """Show a proposal to its writers and to the editors."""
    return page(proposal_id)


@blueprint.get("/<proposal_id>/dateien/<file_name:name>")
@requires(Action.DISCUSS)
def file(proposal_id: str, name: str) -> Response:
    """Show a picture of the proposal; everything else is saved."""
    try:
        data = services().review.proposals.file(proposal_id, signed_in(), name)
    except ObjectMissing:
        abort(404)
    return sent(name, data)
