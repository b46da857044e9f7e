"""From stored bytes to a record: parse, check the structure, build the typed value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from app.records.digest import digest
from app.records.document import FrontMatterError, decode_body, parse
from app.records.json_value import JsonValue, freeze
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord, Problem
from app.records.record import (
    AppliesIf,
    Lesson,
    Medium,
    Municipality,
    Record,
    Relation,
    Source,
    StoredFile,
    Translation,
    Withdrawn,
)
from app.records.schema import SchemaSet
from app.records.structure import RecordFile, outline, structural_problems, withdrawal_problems

FileLoader = Callable[[str], bytes]
"""Returns the bytes of a file beside `index.md` by name."""

_Fields = Mapping[str, Any]


class RecordReader:
    """Turns files into records by the rules of one set of schemas."""

    def __init__(self, schemas: SchemaSet) -> None:
        self._schemas = schemas

    def read(
        self, path: str, text: bytes | str, files: Sequence[StoredFile] = (), load: FileLoader | None = None
    ) -> Record:
        """Return the record in folder `path` ("case-studies/<slug>"); `load` also brings the text of its translations.

        Raises InvalidRecord: the text is no record, or it is the note of a withdrawn one.
        """
        return not_withdrawn(path, self.read_any(path, text, files, load))

    def read_any(
        self,
        path: str,
        text: bytes | str,
        files: Sequence[StoredFile] = (),
        load: FileLoader | None = None,
    ) -> Record | Withdrawn:
        """Return the record, or the note that stands in its place; raises InvalidRecord where the text is neither."""
        draft = sound_file(path, text, self._schemas)
        if draft.is_withdrawal:
            return assembled_withdrawal(draft, digest(draft.front, draft.document.body, ()))
        return assembled(draft, files, load=load)


def sound_file(path: str, text: bytes | str, schemas: SchemaSet) -> RecordFile:
    """Return a parsed record, or note of its withdrawal, whose structure is sound; raises InvalidRecord."""
    try:
        document = parse(text)
    except FrontMatterError as error:
        raise InvalidRecord(path, (_as_problem(f"{path}/{INDEX_FILE}", error),)) from error
    draft = RecordFile(path=path, document=document, outline=outline(document.body, document.body_line))
    problems = (withdrawal_problems if draft.is_withdrawal else structural_problems)(draft, schemas)
    if problems:
        raise InvalidRecord(path, tuple(problems))
    return draft


def assembled(
    draft: RecordFile, files: Sequence[StoredFile], known_digest: str = "", load: FileLoader | None = None
) -> Record:
    """Return the record in a sound file; without `load`, translations have no text."""
    beside = tuple(sorted(files, key=lambda file: file.name))
    front = cast("_Fields", draft.front)
    plural, _, slug = draft.path.partition("/")
    return Record(
        **_chosen(front, _SINGLE),
        topics=tuple(front["topics"]),
        keywords=tuple(front.get("keywords", ())),
        open_questions=tuple(front.get("open_questions", ())),
        questions=tuple(front.get("questions", ())),
        plural=plural,
        slug=slug,
        municipalities=tuple(_value(Municipality, entry) for entry in front.get("municipalities", ())),
        sources=tuple(_value(Source, entry) for entry in front["sources"]),
        lessons=tuple(_lesson(entry) for entry in front.get("lessons", ())),
        relations=tuple(_value(Relation, entry) for entry in front.get("relations", ())),
        media=tuple(_value(Medium, entry) for entry in front.get("media", ())),
        translations=tuple(_translation(draft, entry, load) for entry in front.get("translations", ())),
        sections=draft.outline.sections,
        data=cast("Mapping[str, JsonValue]", freeze(front)),
        body=draft.document.body,
        files=beside,
        digest=known_digest or digest(front, draft.document.body, beside),
    )


def assembled_withdrawal(draft: RecordFile, known_digest: str) -> Withdrawn:
    """Return the note that stands in place of a record, from its sound file."""
    front = cast("_Fields", draft.front)
    plural, _, slug = draft.path.partition("/")
    return Withdrawn(
        **_chosen(front, ("id", "kind", "reason", "title", "note", "successor")),
        topics=tuple(front.get("topics", ())),
        plural=plural,
        slug=slug,
        data=cast("Mapping[str, JsonValue]", freeze(front)),
        body=draft.document.body,
        digest=known_digest,
    )


def not_withdrawn(path: str, found: Record | Withdrawn) -> Record:
    """Return a record; raises InvalidRecord where the note of its withdrawal stands in its place."""
    if isinstance(found, Withdrawn):
        raise InvalidRecord(path, (Problem(file=f"{path}/{INDEX_FILE}", code="withdrawn", line=1),))
    return found


_SINGLE = (
    *("id", "kind", "schema", "title", "summary", "lang", "license"),
    *("compiled_by", "confirmed", "last_confirmed", "review_by"),
)


def _chosen(front: _Fields, names: Sequence[str]) -> dict[str, Any]:
    return {name: front[name] for name in names if name in front}


def _value(kind: type[Any], entry: _Fields) -> Any:
    """Build a value whose attributes are the keys of the schema; lists become tuples."""
    return kind(**{key: tuple(item) if isinstance(item, list) else item for key, item in entry.items()})


def _lesson(entry: _Fields) -> Lesson:
    condition = entry.get("applies_if")
    lesson: Lesson = _value(Lesson, {**entry, "applies_if": _value(AppliesIf, condition) if condition else None})
    return lesson


def _translation(draft: RecordFile, entry: _Fields, load: FileLoader | None) -> Translation:
    name = entry.get("file")
    text = translation_text(draft.path, name, load(name)) if load and name else None
    translation: Translation = _value(Translation, {**entry, "text": text})
    return translation


def translation_text(path: str, name: str, raw: bytes) -> str:
    """Return the Markdown of a further version; raises InvalidRecord if it breaks the rules for a body."""
    try:
        return decode_body(raw)
    except FrontMatterError as error:
        raise InvalidRecord(path, (_as_problem(f"{path}/{name}", error),)) from error


def _as_problem(file: str, error: FrontMatterError) -> Problem:
    return Problem(file=file, line=error.line, code=error.code, params=error.params)
