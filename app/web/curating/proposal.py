"""The page on which a proposal is read, discussed and decided: what it changes, and what its reader may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Response, abort, make_response, render_template, request, url_for

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.identity import Action, Person, may
from app.identity.errors import NotAllowed
from app.records.checks.persons import CONCERNS
from app.records.checks.wording import describe_field
from app.records.difference import FieldDifference, RecordDifference, compare
from app.records.git.errors import ObjectMissing
from app.records.problem import Problem
from app.records.record import Record
from app.records.schema import KindSchema
from app.review.emptying import EMPTIED
from app.review.errors import OwnProposal, RecordGone, SecondPersonMissing
from app.review.models import Remark, RemarkKind
from app.review.permissions import ProposedChange, is_seconded, needs_two
from app.review.proposals.service import ComparedTexts
from app.review.proposals.store import ProposalView
from app.review.submission import Conflicted, Via
from app.review.workflow import Step, steps_from
from app.web.contributing.draft_editor import already_there
from app.web.contributing.findings import FieldFinding, findings
from app.web.contributing.preview import unpublished
from app.web.curating.queue import REOPENED, SETTLED, Typed, blueprint, chosen, decided_before, kept, withdrawn_since
from app.web.identity.words import names_of
from app.web.records.difference import in_words, value_text
from app.web.shell.access import services
from app.web.shell.answers import sent
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.links import node_name
from app.web.shell.routing import record_address
from app.web.shell.shown import Link
from app.web.shell.wording import _, error_words

DISCUSSION, CONFIRMATION = "gespraech", "bestaetigung"
"""Places of the page where something is typed or ticked that belongs to no field."""
ROUND = "runde"
"""Field with the number of the text that was read."""
SINCE_LAST, SINCE_ALWAYS = "vorige", "anfang"
"""Values of the parameter `seit`: compare with the text last commented on by those who decide, or with the base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedActions:
    """The steps open to the reader, and why others are not; with `needs_two`, whoever approves cannot publish."""

    steps: frozenset[Step] = frozenset()
    needs_two: bool = False
    why_not: str = ""
    why_not_publish: str = ""


def allowed_actions(view: ProposalView, change: ProposedChange, person: Person) -> AllowedActions:
    """Return what `person` may do with a proposal that asks for `change`."""
    proposal, steps = view.proposal, steps_from(view.proposal.state)
    if not steps:
        return AllowedActions()
    own, mine = person.id in view.writers, person.id == proposal.author
    reviews, curates = change.allows(person, Action.REVIEW), change.allows(person, Action.CURATE)
    publishes = change.allows(person, Action.PUBLISH) and bool(steps & {Step.APPROVE, Step.PUBLISH})
    approved = {one.person for one in view.approvals if one.round == proposal.rounds} - view.writers
    # Whoever publishes approves, too, where that takes one person only.
    seconded = is_seconded(proposal.via, proposal.author, approved | {person.id}, person.id)
    if publishes and seconded:
        steps |= {Step.PUBLISH}
    may_take = {
        Step.REVISE: mine,
        Step.TAKE_OVER: curates and not mine,
        Step.WITHDRAW: mine,
        # Whoever corrects from another site hears of the decision only.
        Step.REQUEST_CHANGES: reviews and proposal.via is not Via.PEER,
        Step.APPROVE: reviews and not seconded,
        Step.PUBLISH: publishes and seconded,
        Step.DECLINE: reviews,
        Step.RESOLVE: mine or curates,
    }
    why_not = error_words(OwnProposal()) if own else ""
    try:
        change.permit(person, Action.REVIEW)
    except NotAllowed as error:
        why_not = why_not or error_words(error)
    return AllowedActions(
        steps=frozenset(step for step in steps if may_take.get(step)),
        needs_two=needs_two(proposal.via, proposal.author),
        why_not=why_not,
        why_not_publish=error_words(SecondPersonMissing()) if person.id in approved and not seconded else "",
    )


def page(
    proposal_id: str, *, problem: str = "", typed: Typed | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Answer with the page of a proposal; raises ProposalNotFound. `problem` says what was refused."""
    person, proposals, typed = signed_in(), services().review.proposals, typed or Typed()
    view, since = proposals.view(proposal_id, person), request.args.get("seit", "")
    reads_on = not since and person.id not in view.writers and view.proposal.state.is_open
    seen = view.last_look(person.id) if reads_on else 0
    texts = proposals.texts(proposal_id, person, since=seen)
    kind, published = services().schemas.kind(view.proposal.kind), _published(view.proposal.kind, view.proposal.slug)
    if view.newest.text == EMPTIED:
        shown_of = {
            "view": view,
            "proposal": view.proposal,
            "kind": kind,
            "names": _names(view),
            "published": published,
            "given_back": (*((_("Your sentence"), text) for text in typed.texts.values()), *typed.others),
        }
        return make_response(render_template("curating/emptied.html", **shown_of), status)
    hindrance, problems, record = examined(view, person)
    shown, found = record or texts.proposed, findings(problems, kind)
    # Decided proposals need no further look.
    concerns = [item for item in found if item.code in CONCERNS and view.proposal.state.is_open]
    since_last = (since == SINCE_LAST or 0 < seen < view.proposal.rounds) and texts.earlier is not None
    changes = changes_of(view, texts, kind, since_last=since_last)
    allowed = allowed_actions(view, proposals.change(proposal_id, person), person)
    address = url_for("proposals.file", proposal_id=proposal_id, name="x")
    correction, names = services().review.corrections.behind(view.proposal), _names(view)
    if correction:
        names = {**names, view.proposal.author: node_name(correction.record.origin)}
    text = render_template(
        "curating/proposal.html",
        view=view,
        proposal=view.proposal,
        kind=kind,
        names=names,
        approved_by=[names[one.person] for one in view.approvals if one.round == view.proposal.rounds],
        hindrance=hindrance,
        errors=[item for item in found if item.is_error],
        concerns=[(item, _place(item, changes)) for item in concerns],
        hints=[item for item in found if not item.is_error and item not in concerns],
        changes=changes,
        since_last=since_last,
        seen=seen,
        correction=correction,
        outdated=correction and texts.published and texts.published.digest != correction.data["version"],
        preview=unpublished(shown, address) if shown else None,
        shown=shown,
        allowed=allowed,
        claims=view.claimed_by == person.id,
        # Only for a new record that is not decided yet.
        already_there=already_there(view.proposal.title, f"|{view.proposal.record_id}")
        if changes.is_new and view.proposal.state.is_open
        else [],
        published=published,
        record_page=record_address(view.proposal.kind, view.proposal.slug),
        withdrawn_since=withdrawn_since(view.proposal),
        wanted=_wanted(view, changes),
        problem=problem,
        typed=typed,
        # What was confirmed of an earlier text is confirmed anew.
        ticked=request.form.getlist(CONFIRMATION) if request.form.get(ROUND) == str(view.proposal.rounds) else (),
        marked=frozenset(request.form.getlist(SETTLED) + request.form.getlist(REOPENED)),
        decided=[*decided_before()],
        # Past this one, if it is not to be decided now.
        following=services().review.queue.next_after(proposal_id, person, chosen())
        if may(person, Action.CURATE)
        else None,
        kept=kept(),
    )
    return make_response(text, status)


def _names(view: ProposalView) -> Mapping[str, str]:
    said = (name for remark in view.remarks for name in (remark.person, remark.resolved_by or ""))
    approved = (approval.person for approval in view.approvals)
    return names_of([view.proposal.author, view.claimed_by, *(one.writer for one in view.revisions), *approved, *said])


def _wanted(view: ProposalView, changes: ProposalChanges) -> tuple[Link, ...]:
    fields = {field.key: field for field in changes.fields}
    asked = (one for one in view.open_remarks if one.kind is RemarkKind.CHANGE_REQUEST and view.proposal.state.is_open)
    return tuple(
        Link(label=f"{field.label}: {one.text}", href=f"#{field.anchor}")
        if (field := fields.get(one.field))
        else Link(label=one.text, href=f"#{DISCUSSION}")
        for one in asked
    )


def _place(finding: FieldFinding, changes: ProposalChanges) -> str:
    """Return the anchor of the field that a finding is about, "" if the field did not change."""
    keys = (finding.name, finding.name.partition(".")[0])
    return next((f"#{field.anchor}" for field in changes.fields if field.key in keys), "")


def examined(view: ProposalView, person: Person) -> tuple[str, Sequence[Problem], Record | None]:
    """Return what the checks say about the text as it would be published now, and what hinders publishing it at all."""
    stored = view.newest.problems
    if not view.proposal.state.is_open:
        return "", stored, None
    try:
        found = services().review.curation.examine(view.proposal.id, person)
    except RecordGone:
        return "gone", stored, None
    except (NotAllowed, ObjectMissing):
        return "", stored, None
    return ("conflict", stored, None) if isinstance(found, Conflicted) else ("", found.problems, found.record)


def _published(kind: str, slug: str) -> str:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedField:
    """A field with its difference (None: nothing to compare) and its discussion."""

    key: str
    label: str
    difference: FieldDifference | None
    remarks: Sequence[Remark]

    @property
    def anchor(self) -> str:
        return anchor_of(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalChanges:
    """What changed: `words` first, then `fields`; `remarks` are those on the whole."""

    words: tuple[str, ...]
    fields: tuple[ReviewedField, ...]
    is_new: bool
    remarks: Sequence[Remark]


@blueprint.app_template_filter()
def anchor_of(key: str) -> str:
    """Return the id of the element with a field's discussion; the preview uses the plain field id."""
    return f"aenderung-{key.replace('.', '-').replace('_', '-')}"


def changes_of(view: ProposalView, texts: ComparedTexts, kind: KindSchema, *, since_last: bool) -> ProposalChanges:
    """Return what a proposal changes, or with `since_last` what its newest text changes in the one before."""
    remarks: dict[str, list[Remark]] = {}
    for remark in view.remarks:
        remarks.setdefault(remark.field, []).append(remark)
    before = texts.earlier if since_last else texts.base or texts.published
    found = _difference(before, texts.proposed, kind)
    changed = {field.key: field for field in found.changed} if found else {}
    # Whoever has read the rest needs only what is still open there.
    kept = [key for key, said in remarks.items() if not since_last or any(one.resolved_at is None for one in said)]
    keys = [*changed, *(key for key in kept if key and key not in changed)]
    lang = current_language()
    return ProposalChanges(
        words=in_words(found) if found and before is not None else (),
        fields=tuple(
            ReviewedField(
                key=key,
                label=changed[key].label if key in changed else describe_field(key, kind, lang).partition(" (")[0],
                difference=changed.get(key),
                remarks=remarks.get(key, ()),
            )
            for key in keys
        ),
        is_new=before is None,
        remarks=remarks.get("", ()),
    )


def _difference(before: Record | None, after: Record | None, kind: KindSchema) -> RecordDifference | None:
    if after is None:
        return None
    found = compare(before or replace(after, data={}, sections=(), files=()), after, kind, value_text())
    if before is not None:
        return found
    # Skip identifier and dates of a new record, and the descriptions of files, which are shown with these.
    hidden = frozenset(spec.key for spec in kind.fields if spec.widget == "hidden") | {"files"}
    return replace(found, fields=tuple(field for field in found.fields if field.key not in hidden))
