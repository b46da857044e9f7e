"""The last look before a record is sent for review, and the sending."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.identity import Action
from app.identity.errors import NotAllowed
from app.records.checks.persons import CONCERNS
from app.records.checks.wording import describe_field
from app.records.difference import FieldDifference, compare
from app.records.record import Record
from app.review.errors import NothingChanged, QuotaReached, RecordGone, RevisionOutdated
from app.review.models import Draft, DraftSavedElsewhere, Proposal
from app.review.text.examiner import Checked
from app.review.workflow import StepRefused
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, editor_of, like_draft, opened, progress, step_address
from app.web.contributing.findings import MISSING, FieldFinding, findings, in_form_order, missing_words
from app.web.contributing.form.steps import SOURCES, missing_fields
from app.web.contributing.step import CHECKED
from app.web.records.difference import value_text
from app.web.records.writer import LICENCES
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.wording import _, error_words

REASON = "begruendung"
MAX_REASON_LENGTH = 500


@blueprint.get("/<draft_id>/senden")
@requires(Action.PROPOSE)
def review_before_sending(draft_id: str) -> str:
    """Show what is missing and what could be better, and who will look at it."""
    return _page(opened(draft_id))


@blueprint.post("/<draft_id>/senden")
@requires(Action.PROPOSE)
def send(draft_id: str) -> BaseResponse:
    """Send the record for review, or say by field what keeps it from being taken."""
    editor = _with_reason(opened(draft_id))
    checked = editor.check(editor.files())
    is_sound = not _missing(editor) and checked.is_sound
    text = editor.completed if is_sound else editor.text
    content = replace(editor.draft.content, front=text.front, sections=text.sections)
    stored = services().review.drafts.save(editor.draft.id, editor.person, content, editor.draft.version)
    if isinstance(stored, DraftSavedElsewhere):
        return _stale(stored.current, editor)
    ready = replace(editor, draft=stored)
    if is_sound:
        return _sent(ready)
    return make_response(_page(ready, checked=checked), HTTPStatus.UNPROCESSABLE_ENTITY)


def _sent(ready: DraftEditor) -> BaseResponse:
    draft = ready.draft
    try:
        outcome = services().review.proposals.submit_draft(draft.id, ready.person, draft.version)
    except StepRefused:
        words = _on_its_own(ready)
        return make_response(_page(opened(draft.id), problem=words), HTTPStatus.CONFLICT)
    except NothingChanged:
        words = _("The text is the same as the published one. There is nothing to look at yet.")
        return make_response(_page(ready, problem=words), HTTPStatus.CONFLICT)
    except RecordGone:
        words = _("The record was withdrawn in the meantime. Your text stays here as a draft.")
        return make_response(_page(ready, problem=words), HTTPStatus.CONFLICT)
    except RevisionOutdated:
        words = _("Somebody else changed this proposal in the meantime. Your text stays here as a draft.")
        return make_response(_page(ready, problem=words), HTTPStatus.CONFLICT)
    except QuotaReached as error:
        answer = make_response(_page(ready, problem=error_words(error)), HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    if isinstance(outcome, Proposal):
        return redirect(url_for("contribute.sent", proposal_id=outcome.id), 303)
    if isinstance(outcome, DraftSavedElsewhere):
        return _stale(outcome.current, ready)
    return make_response(_page(ready), HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.get("/gesendet/<proposal_id>")
@requires(Action.PROPOSE)
def sent(proposal_id: str) -> str:
    """Say what happens next."""
    person = signed_in()
    view = services().review.proposals.view(proposal_id, person)
    left = next((draft for draft in services().review.drafts.mine(person) if draft.proposal_id == proposal_id), None)
    return render_template("contributing/sent.html", view=view, reviewers=_reviewers(), left=left)


def _with_reason(editor: DraftEditor) -> DraftEditor:
    reason = request.form.get(REASON, "").strip()[:MAX_REASON_LENGTH]
    draft = editor.draft
    # The row belongs to no session any more, so that this changes what is shown and sent, not what is stored.
    draft.content = replace(draft.content, reason=reason)
    return replace(editor, draft=draft)


def _stale(current: Draft, editor: DraftEditor) -> BaseResponse:
    """Show what another window saved while this text was checked, so that nothing is sent unseen."""
    words = _("The draft was saved in another window just now. Please look at it and send it once more.")
    return make_response(_page(_with_reason(editor_of(current, editor.person)), problem=words), HTTPStatus.CONFLICT)


def _page(editor: DraftEditor, problem: str = "", checked: Checked | None = None) -> str:
    checked = checked or editor.check(editor.files())
    found = in_form_order(_once(findings(checked.problems, editor.kind), _missing(editor)), editor.kind)
    return render_template(
        "contributing/send.html",
        editor=editor,
        problem=problem,
        errors=[(item, _place(editor, item)) for item in found if item.is_error],
        concerns=[(item, _place(editor, item)) for item in found if item.code in CONCERNS],
        hints=[(item, _place(editor, item)) for item in found if not item.is_error and item.code not in CONCERNS],
        progress=progress(editor),
        newer=services().review.stale_drafts.newer_version(editor.draft),
        meanwhile=services().review.stale_drafts.status(editor.draft),
        reviewers=_reviewers(),
        already_there=like_draft(editor),
        reason_name=REASON,
        changes=_changes(editor, checked.record),
        licence=LICENCES.get(str(editor.completed.front.get("license"))),
    )


def _changes(editor: DraftEditor, record: Record | None) -> tuple[FieldDifference, ...]:
    """Return what an edit changes in the published record; nothing while its text cannot be read."""
    catalogue, slug = services().catalogue, editor.draft.slug
    if editor.edits and record and slug:
        with suppress(RecordNotFound, RecordWithdrawn):
            published = catalogue.record(catalogue.head_by_slug(editor.kind.name, slug))
            return compare(published, record, editor.kind, value_text()).changed
    return ()


def _missing(editor: DraftEditor) -> tuple[FieldFinding, ...]:
    """Return what is asked of the author of a new record and not there yet; an edit may leave it as it was."""
    if editor.edits:
        return ()
    return tuple(
        FieldFinding(
            name=field.name,
            label=describe_field(field.name, editor.kind, current_language()).partition(" (")[0],
            text=missing_words(field.name, editor.kind),
            step=field.step,
            code="required",
            is_error=True,
        )
        for field in missing_fields(editor.kind, editor.text)
    )


def _once(found: Iterable[FieldFinding], missing: Sequence[FieldFinding]) -> list[FieldFinding]:
    """Return both together: what is missing by its fields, and not once more by the list or group that holds them."""

    def inside(name: str, holder: str) -> bool:
        return f"{name}.".startswith(f"{holder}.")

    # Sources come of claims: where those are missing, their list is empty as well.
    wanted = [*(field.name for field in missing), *([SOURCES] if missing else [])]

    told = [item for item in found if not (item.code in MISSING and any(inside(name, item.name) for name in wanted))]
    named = [item.name for item in told if item.is_error]
    return [*told, *(field for field in missing if not any(inside(name, field.name) for name in named))]


def _place(editor: DraftEditor, finding: FieldFinding) -> str:
    return f"{step_address(editor, finding.step or 'about')}?{CHECKED}=1#{finding.anchor}"


def _reviewers() -> str:
    settings = services().settings
    return settings.operator_name or settings.name


def _on_its_own(editor: DraftEditor) -> str:
    """Let a draft whose proposal is over be sent as a proposal of its own; return in words what is to be done now."""
    try:
        services().review.stale_drafts.stand_alone(editor.draft.id, editor.person)
    except RevisionOutdated:
        return _("First bring your text together with the one that was published.")
    except NotAllowed:
        return _("Its author took the proposal back, so this text cannot be sent. Copy what you need from it.")
    return _(
        "The proposal that you wanted to improve was decided on in the meantime. Your text is a draft of its own now:"
        " send it once more, and it becomes a new proposal."
    )
