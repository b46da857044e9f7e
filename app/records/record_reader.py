"""Turns stored bytes into a record with its digest, the fingerprint of a version in links, memos and statements."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast
from unicodedata import normalize

import rfc8785

from app.records.document import Document, FrontMatterError, decode_body, parse
from app.records.json_value import JsonValue, freeze, thaw
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
    TranslatedLesson,
    Translation,
    Withdrawn,
)
from app.records.schema import SchemaSet
from app.records.structure import RecordFile, outline, structural_problems, withdrawal_problems
from app.shared.errors import Invalid

PAYLOAD_LIMIT = 256 * 1024
"""Maximum bytes of the payload of a statement about one version."""

CONTENT_LIMIT = PAYLOAD_LIMIT - 4 * 1024
"""Maximum bytes of canonical content; issuer, number, date and topics around it take less than the rest."""


def canonical_content(front: Mapping[str, JsonValue], body: str, files: Sequence[StoredFile]) -> bytes:
    """Return the canonical JSON (RFC 8785) of record, body and files, from which the digest is computed."""
    listed = [{"name": f.name, "size": f.size, "sha256": f.sha256} for f in sorted(files, key=lambda f: f.name)]
    payload = {"record": thaw(front), "body": body, "files": listed}
    return bytes(rfc8785.dumps(cast("Any", payload)))


def digest(front: Mapping[str, JsonValue], body: str, files: Sequence[StoredFile]) -> str:
    """Return "sha256:" and the hex SHA-256 over the canonical JSON (RFC 8785) of record, body and files."""
    return digest_of(canonical_content(front, body, files))


def wording(record: Record) -> str:
    """Return a short hash of a record's text and places, equal for a copy under another identifier."""
    places = [[place.name, place.state, place.ars] for place in record.municipalities]
    said = [record.kind, record.title, record.summary, record.body, places]
    # Letters with diacritics can be encoded in two ways that look the same.
    written = normalize("NFC", rfc8785.dumps(cast("Any", said)).decode())
    return sha256(written.encode()).hexdigest()[:16]


def digest_of(content: bytes) -> str:
    """Return the digest of canonical content."""
    return f"sha256:{sha256(content).hexdigest()}"


FileLoader = Callable[[str], bytes]
"""Returns the bytes of a file beside `index.md` by name."""

_Fields = Mapping[str, Any]


class RecordReader:
    """Turns files into records by one set of schemas."""

    def __init__(self, schemas: SchemaSet) -> None:
        self._schemas = schemas

    def read(
        self, path: str, text: bytes | str, files: Sequence[StoredFile] = (), load: FileLoader | None = None
    ) -> Record:
        """Return the record in folder `path`; `load` reads translations. Raises InvalidRecord (also: a tombstone)."""
        return not_withdrawn(path, self.read_any(path, text, files, load))

    def read_any(
        self,
        path: str,
        text: bytes | str,
        files: Sequence[StoredFile] = (),
        load: FileLoader | None = None,
    ) -> Record | Withdrawn:
        """Return the record or the tombstone in its place; raises InvalidRecord if the text is neither."""
        draft = sound_file(path, text, self._schemas)
        if draft.is_withdrawal:
            return assembled_withdrawal(draft, digest(draft.front, draft.document.body, ()))
        return assembled(draft, files, load=load)


def sound_file(path: str, text: bytes | str, schemas: SchemaSet) -> RecordFile:
    """Return a parsed record or tombstone whose structure is sound; raises InvalidRecord."""
    draft = parsed_file(path, text)
    problems = (withdrawal_problems if draft.is_withdrawal else structural_problems)(draft, schemas)
    if problems:
        raise InvalidRecord(path, tuple(problems))
    return draft


def parsed_file(path: str, text: bytes | str) -> RecordFile:
    """Return a file whose front matter can be read, whatever it says; raises InvalidRecord."""
    try:
        document = parse(text)
    except FrontMatterError as error:
        raise InvalidRecord(path, (_as_problem(f"{path}/{INDEX_FILE}", error),)) from error
    return RecordFile(path=path, document=document, outline=outline(document.body, document.body_line))


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
    """Return the tombstone in a sound file."""
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
    """Return a record; raises InvalidRecord for a tombstone."""
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
    lessons = [_value(TranslatedLesson, lesson) for lesson in entry.get("lessons", ())]
    translation: Translation = _value(Translation, {**entry, "text": text, "lessons": lessons})
    return translation


def translation_text(path: str, name: str, raw: bytes) -> str:
    """Return the Markdown of a translation; raises InvalidRecord if it breaks the rules for a body."""
    try:
        return decode_body(raw)
    except FrontMatterError as error:
        raise InvalidRecord(path, (_as_problem(f"{path}/{name}", error),)) from error


def _as_problem(file: str, error: FrontMatterError) -> Problem:
    return Problem(file=file, line=error.line, code=error.code, params=error.params)


class TextDamaged(Invalid):
    """The stored text of the version `name` does not match its digest."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionText:
    """A version as canonical content and translations: read without git, in a seventh of the time of YAML."""

    content: str
    beside: Mapping[str, str]

    @property
    def size(self) -> int:
        """The number of characters."""
        return len(self.content) + sum(map(len, self.beside.values()))

    def check(self, digest: str) -> None:
        """Raise TextDamaged unless this is the text with this digest."""
        self._content(digest)

    def read(self, path: str, digest: str) -> Record | Withdrawn:
        """Return the version in folder `path`, without line numbers, as it was already checked; raises TextDamaged."""
        content = self._content(digest)
        document = Document(front=content["record"], body=content["body"])
        draft = RecordFile(path=path, document=document, outline=outline(document.body))
        if draft.is_withdrawal:
            return assembled_withdrawal(draft, digest)
        files = tuple(StoredFile(**file) for file in content["files"])
        return assembled(draft, files, digest, lambda name: self.beside[name].encode())

    def _content(self, digest: str) -> Any:
        raw = self.content.encode()
        if digest_of(raw) != digest:
            raise TextDamaged(digest)
        content = json.loads(raw)
        hashes = {file["name"]: file["sha256"] for file in content["files"]}
        texts = {entry["file"] for entry in content["record"].get("translations", ()) if "file" in entry}
        if texts != self.beside.keys():
            raise TextDamaged(digest)
        for name, text in self.beside.items():
            if sha256(text.encode()).hexdigest() != hashes.get(name):
                raise TextDamaged(f"{digest}/{name}")
        return content
