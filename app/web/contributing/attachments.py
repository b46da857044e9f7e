"""Pictures and files of a draft: attached, described, removed, shown."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, abort, url_for
from werkzeug.datastructures import FileStorage

from app.documents.errors import DocumentRefused
from app.documents.kinds import ENDINGS, kind_of_name
from app.documents.limits import FILE_LIMIT
from app.identity import Action
from app.records.checks.files import problem_of
from app.records.checks.wording import word
from app.records.json_value import LIST, JsonValue
from app.records.paths import file_name
from app.review.models import DraftContent
from app.review.text.record_text import named_files
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, editor_of, opened
from app.web.contributing.form.reader import REMOVE, RowAction
from app.web.contributing.form.steps import MEDIA
from app.web.shell.access import services
from app.web.shell.answers import sent
from app.web.shell.current import requires
from app.web.shell.language import current_language
from app.web.shell.wording import _

UPLOAD = "datei"
ACCEPTED = ",".join(f".{ending}" for ending in ENDINGS)
"""File endings for the browser's dialogue; the content decides what is accepted."""
DESCRIPTION = {"alt": "datei_alt", "license": "datei_lizenz", "author": "datei_urheber"}
"""Parts of a medium, with the fields in which they come with a new file."""


def attach(editor: DraftEditor, file: FileStorage, described: Mapping[str, str]) -> tuple[DraftEditor, str]:
    """Return the draft with a new file, and its row ("media.2"). Raises DocumentRefused, Busy, DraftTooLarge."""
    names = {known.name for known in editor.draft.files}
    kind, data = services().documents.cleaned(editor.person.id, file.filename or "", content_of(file))
    name = file_name(file.filename or "", kind.ending, names)
    draft = services().review.drafts.attach(editor.draft.id, editor.person, name, data)
    said = {part: described.get(field, "").strip() for part, field in DESCRIPTION.items()}
    row: JsonValue = {"file": name, **{part: text for part, text in said.items() if text}}
    place = ""

    def with_row(content: DraftContent) -> DraftContent:
        nonlocal place
        listed = content.front.get(MEDIA)
        rows = [*listed, row] if isinstance(listed, LIST) else [row]
        place = f"{MEDIA}.{len(rows) - 1}"
        return replace(content, front={**content.front, MEDIA: rows})

    return editor_of(draft, editor.person).saved(with_row), place


def content_of(file: FileStorage) -> bytes:
    """Return the bytes of an uploaded file, at most one more than allowed: enough to see that it is too large."""
    with file.stream as stream:
        return stream.read(FILE_LIMIT + 1)


def dropped(action: RowAction | None, form: Mapping[str, str]) -> str:
    """Return the name of the file whose row a button removes, "" if it removes none."""
    if action is None or action.verb != REMOVE or action.name != MEDIA:
        return ""
    return form.get(f"{MEDIA}.{action.row}.file", "")


def remove_file(editor: DraftEditor, name: str) -> DraftEditor:
    """Return the draft without a file; where a row still names the file, both stay."""
    if name in named_files(editor.text.front) or all(file.name != name for file in editor.draft.files):
        return editor
    return editor_of(services().review.drafts.detach(editor.draft.id, editor.person, name), editor.person)


def thumbnails(editor: DraftEditor) -> dict[str, str]:
    """Return the addresses of the attached pictures by name."""
    return {
        file.name: url_for("contribute.file", draft_id=editor.draft.id, name=file.name)
        for file in editor.draft.files
        if (kind := kind_of_name(file.name)) and kind.is_picture
    }


def refusal(error: DocumentRefused, name: str) -> str:
    """Return why the file `name` was not taken, and what to do, in words."""
    wording = word(problem_of(error, name), current_language())
    return f"{wording.message} {wording.remedy}"


def busy_words() -> str:
    """Return the sentence for "other files are being checked"."""
    return _("Other files are being checked at the moment. Please choose the file again and send it once more.")


def is_described(form: Mapping[str, str]) -> bool:
    """Tell whether a new file was described; its licence does not count, because one is preselected."""
    return any(form.get(DESCRIPTION[part], "").strip() for part in ("alt", "author"))


def no_file(*, asked: bool) -> str:
    """Return in words that no file was chosen: it is `asked` for by its button, or else was merely described."""
    if asked:
        return _("Please choose a file first.")
    return _("You described a file but chose none. Please choose it, or empty the fields about it.")


def choose_again(file: FileStorage | None) -> str:
    """Return in words that a chosen file has to be chosen again, "" where there was none."""
    return _("Files have to be chosen again: %(names)s", names=file.filename) if file else ""


@blueprint.get("/<draft_id>/dateien/<file_name:name>")
@requires(Action.PROPOSE)
def file(draft_id: str, name: str) -> Response:
    """Show an attached picture to its author; everything else is saved."""
    editor = opened(draft_id)
    if all(known.name != name for known in editor.draft.files):
        abort(404)
    return sent(name, services().review.drafts.file(draft_id, editor.person, name))
