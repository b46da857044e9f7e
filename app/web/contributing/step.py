# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The five steps of the form."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.content.attachments import AttachmentRefused
from app.content.paths import FILE_LIMIT
from app.content.schema import FieldSpec
from app.identity import Action
from app.review.text.record_text import RecordText
from app.web.contributing.attachments import (
    ACCEPTED,
    UPLOAD,
    attach,
    choose_again,
    dropped,
    is_described,
    no_file,
    refusal,
    remove_file,
    thumbnails,
)
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, opened, progress, step_address, step_titles
from app.web.contributing.findings import MISSING, UNSEEN, FieldFinding, findings, placed
from app.web.contributing.form.builder import FIELD, source_options
from app.web.contributing.form.completion import OWN_WORD
from app.web.contributing.form.controls import control_id, with_errors
from app.web.contributing.form.rows import RowAction
from app.web.contributing.form.steps import STEPS, step_at, steps_of
from app.web.contributing.report import unplaced
from app.web.contributing.step_input import SEEN, marks, receive, typed, wanted
from app.web.shell.access import services
from app.web.shell.choices import choices
from app.web.shell.current import requires
from app.web.shell.language import current_language
from app.web.shell.shown import Link
from app.web.shell.wording import _

DO = "tun"
SAVE, NEXT, PREVIEW, FINISH, AUTOSAVE, UPLOAD_FILE = (
    *("sichern", "weiter", "vorschau", "senden", "nebenbei", "hochladen"),
)
CHECKED = "pruefen"
"""Parameter that asks to name what is missing too."""


@blueprint.get("/<draft_id>")
@requires(Action.PROPOSE)
def resume(draft_id: str) -> BaseResponse:
    """Go on where the author stopped."""
    manuscript = opened(draft_id)
    step = manuscript.draft.content.step
    return redirect(step_address(manuscript, step if step in STEPS else "about"), 303)


@blueprint.get("/<draft_id>/<any(worum, vorgehen, ergebnis, lehren, nachnutzung):place>")
@requires(Action.PROPOSE)
def show_step(draft_id: str, place: str) -> str:
    """Show a step."""
    return _page(opened(draft_id), step_at(place), strict=CHECKED in request.args)


@blueprint.post("/<draft_id>/<any(worum, vorgehen, ergebnis, lehren, nachnutzung):place>")
@requires(Action.PROPOSE)
def save_step(draft_id: str, place: str) -> BaseResponse:
    """Save a step and do what the pressed button says."""
    manuscript, step, button = opened(draft_id), step_at(place), request.form.get(DO, SAVE)
    action = RowAction.parse(button, manuscript.kind)
    suggest = wanted(button, manuscript.kind)
    received = receive(manuscript, step, request.form, action, suggest=suggest, tidy=button != AUTOSAVE)
    if received.disputed:
        return _both(received.manuscript, step, received.disputed, button)
    saved = remove_file(received.manuscript, dropped(action, request.form))
    if button == AUTOSAVE:
        return jsonify(marks=marks(saved.kind, step, saved.text), missing=progress(saved).words)
    if suggest and not saved.text.front.get(suggest.key):
        return make_response(_page(saved, step, nothing_for=suggest))
    if request.files.get(UPLOAD):
        return _uploaded(saved, step)
    if button == UPLOAD_FILE or is_described(request.form):
        return _not_taken(saved, step, no_file(asked=button == UPLOAD_FILE))
    return redirect(_after(saved, step, button, received.focus), 303)


def _uploaded(manuscript: DraftEditor, step: str) -> BaseResponse:
    """Attach the chosen file, whatever button was pressed: who has chosen one wants it kept."""
    file = request.files[UPLOAD]
    try:
        saved, row = attach(manuscript, file, request.form)
    except AttachmentRefused as error:
        return _not_taken(manuscript, step, refusal(error, file.filename or ""))
    return redirect(f"{step_address(saved, step)}#{control_id(row)}", 303)


def _not_taken(manuscript: DraftEditor, step: str, words: str) -> Response:
    page = _page(manuscript, step, upload_error=words, described=request.form)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _after(manuscript: DraftEditor, step: str, button: str, focus: str) -> str:
    draft_id = manuscript.draft.id
    if focus:
        return f"{step_address(manuscript, step)}#{control_id(focus)}"
    if button == PREVIEW:
        return url_for("contribute.preview", draft_id=draft_id, _anchor="inhalt")
    if button == FINISH:
        return url_for("contribute.review_before_sending", draft_id=draft_id, _anchor="inhalt")
    if button == NEXT:
        if any(item.is_error for item in _findings(manuscript, step)):
            return f"{step_address(manuscript, step)}#fehler"
        following = _later(manuscript, step)
        if not following:
            return url_for("contribute.review_before_sending", draft_id=draft_id, _anchor="inhalt")
        # Without a place of its own the new page would keep that of the old one, such as a row of its list.
        return f"{step_address(manuscript, following[0])}#inhalt"
    return f"{step_address(manuscript, step)}#gesichert"


def _later(manuscript: DraftEditor, step: str) -> tuple[str, ...]:
    order = list(STEPS)
    return tuple(name for name in steps_of(manuscript.kind) if order.index(name) > order.index(step))


def _both(manuscript: DraftEditor, step: str, disputed: tuple[tuple[str, str], ...], button: str) -> Response:
    if button == AUTOSAVE:
        return make_response(jsonify(disputed=[label for label, _theirs in disputed]), HTTPStatus.CONFLICT)
    page = _page(
        manuscript,
        step,
        text=typed(manuscript, step, request.form),
        disputed=disputed,
        # The file is taken when nothing is disputed any more, and browsers forget which one was chosen.
        upload_error=choose_again(request.files.get(UPLOAD)),
        described=request.form,
    )
    return make_response(page, HTTPStatus.CONFLICT)


def _page(
    manuscript: DraftEditor,
    step: str,
    *,
    text: RecordText | None = None,
    strict: bool = False,
    disputed: tuple[tuple[str, str], ...] = (),
    upload_error: str = "",
    described: Mapping[str, str] | None = None,
    nothing_for: FieldSpec | None = None,
) -> str:
    shown = text or manuscript.text
    controls = manuscript.builder(shown).controls(step)
    found = placed(_findings(manuscript, step, strict), controls) if text is None else ()
    errors: dict[str, tuple[str, ...]] = {}
    for item in found:
        errors[item.name] = (*errors.get(item.name, ()), item.text)
    later, steps = _later(manuscript, step), len(steps_of(manuscript.kind))
    return render_template(
        "contributing/step.html",
        manuscript=manuscript,
        step=step,
        number=max(steps - len(later), 1),
        steps=steps,
        title=step_titles()[step],
        controls=[with_errors(control, errors) for control in controls] if errors else controls,
        findings=[item for item in found if item.is_error],
        progress=progress(manuscript),
        seen_name=SEEN,
        seen=marks(manuscript.kind, step, manuscript.text),
        disputed=disputed,
        upload_error=upload_error,
        nothing_for=_nothing_to_take(manuscript, nothing_for) if nothing_for else None,
        described=described or {},
        is_described=is_described(described or {}),
        thumbnails=thumbnails(manuscript),
        accepted_files=ACCEPTED,
        file_limit=FILE_LIMIT,
        source_options=source_options(shown),
        basis_name=FIELD,
        basis=manuscript.basis,
        bases=[(OWN_WORD, _("your own statement")), *((item.value, item.label) for item in source_options(shown))],
        unsourced=manuscript.unsourced,
        licences=choices("license"),
        unplaced=unplaced(manuscript),
        newer=services().review.stale_drafts.newer_version(manuscript.draft),
        meanwhile=services().review.stale_drafts.status(manuscript.draft),
        last=not later,
    )


def _nothing_to_take(manuscript: DraftEditor, spec: FieldSpec) -> Link:
    """Return the field that could not be filled from other texts, and what to do, in words."""
    lang = current_language()
    sections = [
        _("“%(name)s”", name=section.label(lang)) for section in manuscript.kind.sections if section.id in spec.suggest
    ]
    words = _(
        "Please write something under %(fields)s first. A first sentence that is too long for this field is not taken"
        " either.",
        fields=_(" or ").join(sections),
    )
    return Link(label=words, href=f"#{control_id(spec.key)}")


def _findings(manuscript: DraftEditor, step: str, strict: bool = False) -> list[FieldFinding]:
    """Return what is wrong in a step; what is merely not there yet counts only if it is `strict`."""
    hidden = UNSEEN if strict else UNSEEN | MISSING
    found = findings(manuscript.check().problems, manuscript.kind)
    return [item for item in found if item.step == step and item.code not in hidden]
