"""How the record will look, made from a draft that need not be finished; and how a single text will."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from flask import Response, jsonify, render_template, request, url_for

from app.identity import Action
from app.records.document import FrontMatterError
from app.records.json_value import LIST, OBJECT, JsonValue, freeze, thaw
from app.records.markdown import Context, render_markdown
from app.records.problem import InvalidRecord, Problem
from app.records.record import Record
from app.records.record_reader import RecordReader
from app.records.schema import FieldSpec, KindSchema
from app.review.text.examiner import Checked, described
from app.review.text.record_text import completed, compose
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, opened, progress
from app.web.contributing.form.steps import BODY
from app.web.records.files import FilePlaces
from app.web.records.text import RecordInWords
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.wording import _

_TRIES = 8
_EMPTY = "–"
_SHAPES = {"date": "2000-01-01", "url": "https://x.example", "sourceKey": "x", "slug": "x", "partialDate": "unknown"}
_TYPES: Mapping[str, JsonValue] = {"integer": 1, "number": 1, "boolean": False}
_FILLED = frozenset({"string", "boolean", "array"})
_TYPED_LISTS = ("municipalities", "lessons", "sources", "topics", "relations", "media", "keywords", "open_questions")


def sketch(editor: DraftEditor, checked: Checked, files: Mapping[str, bytes]) -> Record | None:
    """Return a record that shows what can be shown, None where nothing can."""
    kind, text = editor.kind, editor.completed
    front = cast("dict[str, Any]", thaw(completed(kind, text.front, None, services().clock().date())))
    sections = dict(text.sections)
    stopgaps: set[str] = set()
    for _try in range(_TRIES):
        try:
            index = compose(kind, front, sections, None)
            record = RecordReader(services().schemas).read(checked.path, index, described(files))
        except InvalidRecord as error:
            for problem in error.problems:
                _mend(kind, front, sections, problem, stopgaps)
            front = cast("dict[str, Any]", _closed_up(front))
        except FrontMatterError:
            return None
        else:
            return _without(record, stopgaps)
    return None


def _mend(
    kind: KindSchema, front: dict[str, Any], sections: dict[str, str], problem: Problem, stopgaps: set[str]
) -> None:
    path = problem.field
    if path.startswith(BODY):
        _mend_section(sections, path.removeprefix(BODY), problem, stopgaps)
        return
    top = path.partition(".")[0]
    if problem.code == "required" and "." in path:
        _complete(kind, front, path)
    elif problem.code not in ("required", "too_few_items"):
        _drop(front, path.split("."))
    spec = kind.by_key.get(top)
    if spec is not None and spec.required and not _closed_up(front.get(top)):
        front[top] = _stopgap(spec)
        stopgaps.add(top)


def _complete(kind: KindSchema, front: dict[str, Any], path: str) -> None:
    """Put a dash or "unknown" where a row lacks a text or a date; without a choice or a number it is left out."""
    holder, part = path.split(".")[:-1], kind.field(path)
    row: Any = front
    for step in holder:
        row = _inside(row, step)
    if isinstance(row, dict) and part is not None and part.type in _FILLED and not part.choices:
        row[part.key] = [] if part.type == "array" else _stopgap(part)
    else:
        _drop(front, holder)


def _closed_up(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _closed_up(item) for key, item in value.items()}
    return [_closed_up(item) for item in value if item is not None] if isinstance(value, list) else value


def _mend_section(sections: dict[str, str], name: str, problem: Problem, stopgaps: set[str]) -> None:
    if problem.code == "unknown_source":
        sections[name] = re.sub(rf"\[\^{re.escape(problem.params.get('key', ''))}\]", "", sections.get(name, ""))
    elif problem.code == "section_missing":
        sections[name] = _EMPTY
        stopgaps.add(f"{BODY}{name}")
    else:
        sections[name] = _("This text cannot be shown yet.")


def _drop(holder: Any, parts: list[str]) -> None:
    for part in parts[:-1]:
        holder = _inside(holder, part)
    last = parts[-1]
    if isinstance(holder, dict):
        holder.pop(last, None)
    elif isinstance(holder, list) and last.isdecimal() and int(last) < len(holder):
        # Rows behind it keep their numbers for the other findings of this round.
        holder[int(last)] = None


def _inside(holder: Any, part: str) -> Any:
    if isinstance(holder, LIST):
        return holder[int(part)] if part.isdecimal() and int(part) < len(holder) else None
    return holder.get(part) if isinstance(holder, OBJECT) else None


def _stopgap(spec: FieldSpec) -> JsonValue:
    """Return any value that the schema takes; it is never shown."""
    if spec.choices:
        return spec.choices[0].value
    if spec.type == "array":
        return [_stopgap(spec.items)] if spec.items else []
    if spec.properties:
        return {part.key: _stopgap(part) for part in spec.properties if part.required or part.asked}
    return _TYPES.get(spec.type, _SHAPES.get(spec.shape or "", _EMPTY))


def _without(record: Record, stopgaps: Iterable[str]) -> Record:
    keys = set(stopgaps)
    changes: dict[str, Any] = {name: () for name in _TYPED_LISTS if name in keys}
    changes |= {name: text for name, text in (("title", _("Without a title yet")), ("summary", "")) if name in keys}
    data = {key: value for key, value in record.data.items() if key not in keys}
    return replace(
        record,
        data=cast("Mapping[str, JsonValue]", freeze(data)),
        sections=tuple(section for section in record.sections if f"{BODY}{section.id}" not in keys),
        **changes,
    )


@blueprint.get("/<draft_id>/vorschau")
@requires(Action.PROPOSE)
def preview(draft_id: str) -> str:
    """Show the draft as readers will see it; what cannot be shown yet is left out and said."""
    editor = opened(draft_id)
    files = editor.files()
    checked = editor.check(files)
    record = checked.record or sketch(editor, checked, files)
    address = url_for("contribute.file", draft_id=draft_id, name="x")
    return render_template(
        "contributing/preview.html",
        editor=editor,
        page=unpublished(record, address) if record else None,
        complete=checked.is_sound,
        progress=progress(editor),
    )


@blueprint.post("/<draft_id>/text")
@requires(Action.PROPOSE)
def preview_text(draft_id: str) -> Response:
    """Return a Markdown text as HTML, for the preview beside its field."""
    opened(draft_id)
    return jsonify(html=str(render_markdown(request.form.get("text", "")[: 128 * 1024], Context(top_level=4))))


def unpublished(record: Record, file_address: str) -> RecordInWords:
    """Return a record that is not published yet as its page; `file_address` is that of a file called "x"."""
    return RecordInWords(record, FilePlaces(url=file_address.removesuffix("x")))
