"""A draft as the pages for writing see it: its text and form, how far it is, and what is published about the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from flask import url_for

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.identity import Person
from app.records.json_value import JsonValue
from app.records.schema import KindSchema
from app.review.models import Draft, DraftContent
from app.review.proposals.service import submission_of
from app.review.text.examiner import Checked
from app.review.text.record_text import RecordText
from app.shared.errors import Unavailable
from app.web.contributing.form.completion import Completion
from app.web.contributing.form.controls import FormBuilder, chosen_basis, source_options
from app.web.contributing.form.notation import Notation
from app.web.contributing.form.steps import STEPS, asked_fields, by_municipality, steps_of
from app.web.search.hits import Card, readable
from app.web.shell.access import services
from app.web.shell.current import signed_in
from app.web.shell.language import current_language
from app.web.shell.links import node_name
from app.web.shell.searched import note_damage
from app.web.shell.wording import _, ngettext

MAX_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class DraftEditor:
    """A draft of the signed-in person."""

    draft: Draft
    kind: KindSchema
    person: Person

    @property
    def text(self) -> RecordText:
        return RecordText(front=self.draft.content.front, sections=self.draft.content.sections)

    def builder(self, text: RecordText) -> FormBuilder:
        return FormBuilder(self.kind, notation(), services().vocabularies, text, self.unsourced, edit=self.edits)

    @property
    def edits(self) -> bool:
        """Tell whether it changes a published record."""
        return self.draft.base is not None

    @cached_property
    def completed(self) -> RecordText:
        """Return the text as it would be sent."""
        complete = Completion(today=services().clock().date(), publisher=publisher(self.person), basis=self.basis)
        return complete(self.kind, self.text)

    @property
    def basis(self) -> str:
        """Return the key of the source on which everything rests that names none."""
        return chosen_basis(self.draft.content.extra, self.text)

    @property
    def unsourced(self) -> str:
        """Return in words what a claim rests on that names no source, "" where each must name one."""
        if not by_municipality(self.text.front):
            return ""
        titles = {option.value: option.label for option in source_options(self.text)}
        return titles.get(self.basis) or _("your own statement")

    def check(self, files: Mapping[str, bytes] | None = None) -> Checked:
        """Return the record that would be sent, with everything that is wrong with it."""
        submission = replace(submission_of(self.draft, files, self.person), text=self.completed)
        return services().review.proposals.check(submission)

    def files(self) -> dict[str, bytes]:
        return services().review.drafts.files(self.draft.id, self.person)

    def saved(self, change: Callable[[DraftContent], DraftContent]) -> DraftEditor:
        """Return the draft after applying `change` to its newest content, even if another window saved it last."""
        drafts, now = services().review.drafts, self.draft
        for _try in range(MAX_TRIES):
            outcome = drafts.save(now.id, self.person, change(now.content), now.version)
            if isinstance(outcome, Draft):
                return replace(self, draft=outcome)
            now = outcome.current
        return replace(self, draft=drafts.load(now.id, self.person))


def opened(draft_id: str) -> DraftEditor:
    """Return a draft of the signed-in person; raises DraftNotFound for everybody else's."""
    person = signed_in()
    return editor_of(services().review.drafts.load(draft_id, person), person)


def editor_of(draft: Draft, person: Person) -> DraftEditor:
    """Return a draft as the pages see it."""
    return DraftEditor(draft=draft, kind=services().schemas.kind(draft.kind), person=person)


def notation() -> Notation:
    """Return how the reader's language writes values."""
    node = services()

    def global_name(origin: str, record_id: str) -> str:
        known = node.catalogue.visible().get(record_id, origin)
        return node.federation.held.sub_of(origin, record_id) if known else ""

    routes = {kind.name: kind.route for kind in node.schemas.kinds}
    return Notation(lang=current_language(), routes=routes, issuer=node.settings.issuer, global_name=global_name)


def publisher(person: Person) -> str:
    """Return the name of a person's organisation or municipality, or of the site if there is neither."""
    catalogue, town = services().catalogue, person.municipality
    if person.organisation:
        with suppress(RecordNotFound, RecordWithdrawn):
            return catalogue.record(catalogue.head_by_slug("organisation", person.organisation)).title
    return town.name if town else person.organisation or services().settings.name


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftProgress:
    """All steps, each with its title, its address and the number of entries missing there; the sum in a sentence."""

    steps: tuple[dict[str, str | int], ...]
    words: str


def step_titles() -> dict[str, str]:
    """Return the titles of the steps."""
    return {
        "about": _("What it is about"),
        "done": _("What you did"),
        "outcome": _("What came out of it"),
        "learned": _("What you learned"),
        "reuse": _("Who can reuse it"),
    }


def progress(editor: DraftEditor) -> DraftProgress:
    """Return how far a draft is."""
    asked, titles = asked_fields(editor.kind, editor.text, edit=editor.edits), step_titles()
    missing = [field.step for field in asked if not field.filled]
    words = ngettext(
        "%(num)s of %(all)s required entries is still missing.",
        "%(num)s of %(all)s required entries are still missing.",
        len(missing),
        all=len(asked),
    )
    return DraftProgress(
        steps=tuple(
            {"name": step, "title": titles[step], "href": step_address(editor, step), "missing": missing.count(step)}
            for step in steps_of(editor.kind)
        ),
        words=words if missing else _("All required entries are there."),
    )


def entries_asked() -> int:
    """Return how many entries a case study cannot do without, which is what most people write."""
    return len(asked_fields(services().schemas.kind("case-study"), RecordText(front={}, sections={})))


def step_address(editor: DraftEditor, step: str) -> str:
    """Return the address of a step."""
    return url_for("contribute.show_step", draft_id=editor.draft.id, place=STEPS[step])


Found = list[tuple[Card, str]]
"""Each with the name of the site it comes from, "" for this one."""


def already_there(title: JsonValue, but: str = "") -> Found:
    """Return records of this site and of others about the same as a title; the record `but` (uid) is left out."""
    if not isinstance(title, str) or not title.strip():
        return []
    try:
        return [(card, node_name(hit.origin)) for hit, card in readable(services().already_there.like(title, but))]
    except Unavailable as error:
        # Nobody is kept from writing by a search that does not answer.
        note_damage(error)
        return []


def like_draft(editor: DraftEditor) -> Found:
    """Return what is there like a new record; what edits a published one, or improves a proposal, is about that."""
    draft = editor.draft
    return [] if draft.base is not None or draft.proposal_id else already_there(editor.text.front.get("title"))
