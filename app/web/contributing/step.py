"""The five steps of the form."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.documents.errors import DocumentRefused
from app.documents.limits import FILE_LIMIT
from app.identity import Action
from app.records.schema import FieldSpec
from app.review.decision import Decision
from app.review.errors import ProposalNotFound
from app.review.models import Remark
from app.review.text.record_text import RecordText
from app.shared.confinement import Busy
from app.web.contributing.attachments import (
    ACCEPTED,
    UPLOAD,
    attach,
    busy_words,
    choose_again,
    dropped,
    is_described,
    no_file,
    refusal,
    remove_file,
    thumbnails,
)
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, like_draft, opened, progress, step_address, step_titles
from app.web.contributing.findings import MISSING, UNSEEN, FieldFinding, findings, placed
from app.web.contributing.form.completion import OWN_WORD
from app.web.contributing.form.controls import FIELD, control_id, source_options, with_errors
from app.web.contributing.form.reader import RowAction
from app.web.contributing.form.steps import MEDIA, STEPS, step_at, steps_of
from app.web.contributing.from_file import unplaced
from app.web.contributing.step_input import SEEN, marks, receive, typed, wanted
from app.web.curating.queue import FILES, SETTLED
from app.web.identity.words import names_of
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.language import current_language
from app.web.shell.shown import Link
from app.web.shell.wording import _, choices

DO = "tun"
SAVE, NEXT, PREVIEW, FINISH = "sichern", "weiter", "vorschau", "senden"
AUTOSAVE, UPLOAD_FILE = "nebenbei", "hochladen"
ABOUT = "about"
"""The step in which a record gets its title."""
CHECKED = "pruefen"
"""Parameter that asks to name what is missing too."""


@blueprint.get("/<draft_id>")
@requires(Action.PROPOSE)
def resume(draft_id: str) -> BaseResponse:
    """Go on where the author stopped."""
    editor = opened(draft_id)
    step = editor.draft.content.step
    return redirect(step_address(editor, step if step in STEPS else ABOUT), 303)


@blueprint.get("/<draft_id>/<any(worum, vorgehen, ergebnis, lehren, nachnutzung):place>")
@requires(Action.PROPOSE)
def show_step(draft_id: str, place: str) -> str:
    """Show a step."""
    return _page(opened(draft_id), step_at(place), strict=CHECKED in request.args)


@blueprint.post("/<draft_id>/<any(worum, vorgehen, ergebnis, lehren, nachnutzung):place>")
@requires(Action.PROPOSE)
def save_step(draft_id: str, place: str) -> BaseResponse:
    """Save a step and do what the pressed button says."""
    editor, step, button = opened(draft_id), step_at(place), request.form.get(DO, SAVE)
    action = RowAction.parse(button, editor.kind)
    suggest = wanted(button, editor.kind)
    saved, focus, disputed = receive(editor, step, request.form, action, suggest=suggest, tidy=button != AUTOSAVE)
    if disputed:
        return _both(saved, step, disputed, button)
    saved = remove_file(saved, dropped(action, request.form))
    if (done := request.form.getlist(SETTLED)) and button != AUTOSAVE and saved.draft.proposal_id:
        marks_done = Decision(marks=dict.fromkeys(done, True))
        services().review.curation.decide(saved.draft.proposal_id, saved.person, marks_done)
    if button == AUTOSAVE:
        found = like_draft(saved) if step == ABOUT else []
        alike = render_template("contributing/already_there.html", found=found) if step == ABOUT else ""
        return jsonify(marks=marks(saved.kind, step, saved.text), missing=progress(saved).words, alike=alike)
    if suggest and not saved.text.front.get(suggest.key):
        return make_response(_page(saved, step, nothing_for=suggest))
    if request.files.get(UPLOAD):
        return _uploaded(saved, step, button)
    if button == UPLOAD_FILE or is_described(request.form):
        return _not_taken(saved, step, no_file(asked=button == UPLOAD_FILE))
    return redirect(_after(saved, step, button, focus), 303)


def _uploaded(editor: DraftEditor, step: str, button: str) -> BaseResponse:
    """Attach the chosen file, whatever button was pressed: who has chosen one wants it kept."""
    file = request.files[UPLOAD]
    try:
        saved, row = attach(editor, file, request.form)
    except DocumentRefused as error:
        return _not_taken(editor, step, refusal(error, file.filename or ""))
    except Busy:
        return _not_taken(editor, step, busy_words())
    return redirect(_after(saved, step, button, "" if button == NEXT and is_described(request.form) else row), 303)


def _not_taken(editor: DraftEditor, step: str, words: str) -> Response:
    page = _page(editor, step, upload_error=words, described=request.form)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _after(editor: DraftEditor, step: str, button: str, focus: str) -> str:
    if focus:
        return f"{step_address(editor, step)}#{control_id(focus)}"
    if button == PREVIEW:
        return url_for("contribute.preview", draft_id=editor.draft.id, _anchor="inhalt")
    if button == NEXT:
        if any(item.is_error for item in _findings(editor, step)):
            return f"{step_address(editor, step)}#fehler"
        if following := _later(editor, step):
            # Without a fragment the new page would keep that of the old one, such as a row of its list.
            return f"{step_address(editor, following[0])}#inhalt"
    if button in (NEXT, FINISH):
        return url_for("contribute.review_before_sending", draft_id=editor.draft.id, _anchor="inhalt")
    return f"{step_address(editor, step)}#gesichert"


def _later(editor: DraftEditor, step: str) -> tuple[str, ...]:
    order = list(STEPS)
    return tuple(name for name in steps_of(editor.kind) if order.index(name) > order.index(step))


def _both(editor: DraftEditor, step: str, disputed: tuple[tuple[str, str], ...], button: str) -> Response:
    if button == AUTOSAVE:
        return make_response(jsonify(disputed=[label for label, _theirs in disputed]), HTTPStatus.CONFLICT)
    page = _page(
        editor,
        step,
        text=typed(editor, step, request.form),
        disputed=disputed,
        # The file is taken when nothing is disputed any more, and browsers forget which one was chosen.
        upload_error=choose_again(request.files.get(UPLOAD)),
        described=request.form,
    )
    return make_response(page, HTTPStatus.CONFLICT)


def _page(
    editor: DraftEditor,
    step: str,
    *,
    text: RecordText | None = None,
    strict: bool = False,
    disputed: tuple[tuple[str, str], ...] = (),
    upload_error: str = "",
    described: Mapping[str, str] | None = None,
    nothing_for: FieldSpec | None = None,
) -> str:
    shown = text or editor.text
    controls = editor.builder(shown).controls(step)
    found = placed(_findings(editor, step, strict), controls) if text is None else ()
    errors: dict[str, tuple[str, ...]] = {}
    for item in found:
        errors[item.name] = (*errors.get(item.name, ()), item.text)
    later, steps, said = _later(editor, step), len(steps_of(editor.kind)), _said(editor)
    return render_template(
        "contributing/step.html",
        editor=editor,
        step=step,
        number=max(steps - len(later), 1),
        steps=steps,
        title=step_titles()[step],
        controls=[with_errors(control, errors) for control in controls] if errors else controls,
        findings=[item for item in found if item.is_error],
        said=said,
        names=names_of(one.person for remarks in said.values() for one in remarks),
        settled=request.form.getlist(SETTLED),
        progress=progress(editor),
        seen_name=SEEN,
        seen=marks(editor.kind, step, editor.text),
        disputed=disputed,
        upload_error=upload_error,
        nothing_for=_nothing_to_take(editor, nothing_for) if nothing_for else None,
        described=described or {},
        is_described=is_described(described or {}),
        already_there=like_draft(editor) if step == ABOUT else [],
        thumbnails=thumbnails(editor),
        accepted_files=ACCEPTED,
        file_limit=FILE_LIMIT,
        source_options=source_options(shown),
        basis_name=FIELD,
        basis=editor.basis,
        bases=[(OWN_WORD, _("your own statement")), *((item.value, item.label) for item in source_options(shown))],
        unsourced=editor.unsourced,
        licences=choices("license"),
        unplaced=unplaced(editor),
        newer=services().review.stale_drafts.newer_version(editor.draft),
        meanwhile=services().review.stale_drafts.status(editor.draft),
        last=not later,
    )


def _said(editor: DraftEditor) -> dict[str, list[Remark]]:
    said = defaultdict[str, list[Remark]](list)
    with suppress(ProposalNotFound):
        for remark in services().review.proposals.view(editor.draft.proposal_id or "", editor.person).open_remarks:
            said[MEDIA if remark.field == FILES else remark.field].append(remark)
    return said


def _nothing_to_take(editor: DraftEditor, spec: FieldSpec) -> Link:
    lang = current_language()
    sections = [
        _("“%(name)s”", name=section.label(lang)) for section in editor.kind.sections if section.id in spec.suggest
    ]
    words = _(
        "Please write something under %(fields)s first. A first sentence that is too long for this field is not taken"
        " either.",
        fields=_(" or ").join(sections),
    )
    return Link(label=words, href=f"#{control_id(spec.key)}")


def _findings(editor: DraftEditor, step: str, strict: bool = False) -> list[FieldFinding]:
    """Return what is wrong in a step; what is merely not there yet counts only if it is `strict`."""
    hidden = UNSEEN if strict else UNSEEN | MISSING
    found = findings(editor.check().problems, editor.kind)
    return [item for item in found if item.step == step and item.code not in hidden]
