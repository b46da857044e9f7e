"""One section or field of a published record, edited alone; the look at what changes follows, then the sending."""

from http import HTTPStatus

from flask import abort, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.identity import Action
from app.records.schema import KindSchema
from app.review.drafts.start import content_of
from app.review.models import Draft, DraftOrigin
from app.review.text.record_text import RecordText
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, editor_of
from app.web.contributing.form.controls import control_id, source_options
from app.web.contributing.form.reader import RowAction
from app.web.contributing.form.steps import MEDIA, SOURCES, step_of
from app.web.contributing.start import published
from app.web.contributing.step import AUTOSAVE, DO, NEXT
from app.web.contributing.step_input import SEEN, marks, receive, typed
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in

ADDRESS = "/aendern/<kind:kind>/<slug:slug>/<part>"


@blueprint.get(ADDRESS)
@requires(Action.PROPOSE)
def ask_part(kind: KindSchema, slug: str, part: str) -> str:
    """Show one part of a record, as the person's draft says it or as it is published; nothing is stored yet."""
    person, record = signed_in(), published(kind, slug)
    mine = (row for row in services().review.drafts.mine(person) if (row.kind, row.slug) == (kind.name, slug))
    new = Draft(kind=kind.name, person=person.id, origin=DraftOrigin.EDIT, content=content_of(record))
    new.slug, new.base = slug, record.digest
    draft = next((row for row in mine if row.proposal_id is None), new)
    return _page(editor_of(draft, person), part)


@blueprint.post(ADDRESS)
@requires(Action.PROPOSE)
def save_part(kind: KindSchema, slug: str, part: str) -> BaseResponse:
    """Put one part into the person's draft of the record, and go on to sending it."""
    person, button, step = signed_in(), request.form.get(DO, NEXT), _step(kind, part)
    editor = editor_of(services().review.drafts.start_edit(kind.name, slug, person), person)
    action = RowAction.parse(button, kind)
    saved, focus, disputed = receive(editor, step, request.form, action, tidy=button != AUTOSAVE)
    if button == AUTOSAVE:
        answer = jsonify(marks=marks(kind, step, saved.text), missing="", alike="")
        return make_response(answer, HTTPStatus.CONFLICT if disputed else HTTPStatus.OK)
    if disputed:
        return make_response(_page(saved, part, typed(saved, step, request.form), disputed), HTTPStatus.CONFLICT)
    if action:
        return redirect(url_for(".ask_part", kind=kind, slug=slug, part=part, _anchor=control_id(focus)), 303)
    return redirect(url_for(".review_before_sending", draft_id=saved.draft.id, _anchor="inhalt"), 303)


def _step(kind: KindSchema, part: str) -> str:
    step = step_of(kind, part)
    # Files are sent in the whole form.
    return step if step and part not in (MEDIA, SOURCES) else abort(404)


def _page(
    editor: DraftEditor, part: str, text: RecordText | None = None, disputed: tuple[tuple[str, str], ...] = ()
) -> str:
    step, shown = _step(editor.kind, part), text or editor.text
    controls = {control.name: control for control in editor.builder(shown).controls(step)}
    return render_template(
        "contributing/one_part.html",
        editor=editor,
        part=controls.get(part) or abort(404),
        listed=controls[SOURCES],
        source_options=source_options(shown),
        seen_name=SEEN,
        seen=marks(editor.kind, step, editor.text),
        disputed=disputed,
    )
