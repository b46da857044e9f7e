# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one page on which a proposal is read, discussed and decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, make_response, render_template, request, url_for
from markupsafe import Markup

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.content.git.errors import ObjectMissing
from app.content.problem import Problem
from app.content.record import Record, Section
from app.content.schema import KindSchema
from app.identity import Person
from app.review.errors import NotAllowed, RecordGone
from app.review.model.outcome import Conflicted
from app.review.model.proposal import ProposalView, RemarkKind
from app.web.access import services
from app.web.contributing.findings import Finding, findings
from app.web.curating.comparing import Changes, ShownRemark, changes_of, names_of, shown_remarks
from app.web.curating.deeds import Deeds, deeds
from app.web.curating.refusing import GivenBack, Typed
from app.web.curating.words import purpose_words, state_words, waiting_words, way_words
from app.web.identity.current import signed_in
from app.web.presentation.file_places import FilePlaces
from app.web.presentation.record_page import RecordPage, record_page
from app.web.presentation.shown import Link
from app.web.rendering import render_text
from app.web.routing import record_address
from app.web.wording import _
from app.web.writing import writer_for

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
    errors: tuple[Finding, ...]
    hints: tuple[Finding, ...]
    conflicted: bool
    gone: bool
    changes: Changes
    since_last: bool
    remarks: tuple[ShownRemark, ...]
    preview: RecordPage | None
    deeds: Deeds
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
    text = render_template("pages/curating/proposal.html", screen=screen, problem=problem, typed=typed or Typed())
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
        deeds=deeds(view, services().review.proposals.change(proposal_id, person), person),
        published=_published(proposal.kind, proposal.slug),
        wanted=_wanted(view, changes),
    )


def _wanted(view: ProposalView, changes: Changes) -> tuple[Link, ...]:
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


def _preview(record: Record, kind: KindSchema, proposal_id: str) -> RecordPage:
    files = FilePlaces(url=url_for("proposals.file", proposal_id=proposal_id, name="x").removesuffix("x"))

    def render(section: Section) -> Markup:
        return render_text(record, section.markdown, files, f"{section.id}-")

    return record_page(writer_for(record), kind, render, files=files, confirm=lambda _lesson: "")


def _published(kind: str, slug: str) -> str:
    """Return the address of what is published there, "" where nothing is."""
    try:
        services().catalogue.head_by_slug(kind, slug)
    except (RecordNotFound, RecordWithdrawn):
        return ""
    return record_address(kind, slug)
