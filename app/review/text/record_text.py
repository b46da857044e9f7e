"""The text of a record as fields, sections and files; how it is merged, completed and written as `index.md`."""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import cast

from app.records.document import parse
from app.records.document_writer import REMOVED, write_back
from app.records.fields import BODY_PREFIX
from app.records.json_value import LIST, OBJECT, JsonValue, thaw
from app.records.paths import INDEX_FILE
from app.records.record import Record
from app.records.schema import KindSchema
from app.records.structure import WITHDRAWN_SCHEMA, outline

FILE_PREFIX = "files."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordText:
    """Front matter by key, Markdown by section id, hex SHA-256 by file name; incomplete while somebody is writing."""

    front: Mapping[str, JsonValue] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parsed(cls, index: bytes, files: Mapping[str, str]) -> RecordText:
        """Return the text of an `index.md`, with these files by their hashes; raises FrontMatterError."""
        document = parse(index)
        return cls(front=document.front, sections=sections_of(document.body), files=files)

    @classmethod
    def of_record(cls, record: Record) -> RecordText:
        files = {file.name: file.sha256 for file in record.files}
        return cls(front=record.data, sections=sections_of(record.body), files=files)

    @classmethod
    def of_folder(cls, files: Mapping[str, bytes]) -> RecordText:
        """Return the text of a folder, including its `index.md`; raises FrontMatterError."""
        beside = {name: sha256(data).hexdigest() for name, data in files.items() if name != INDEX_FILE}
        return cls.parsed(files[INDEX_FILE], beside)

    def files_among(self, *sources: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the bytes of its files, found in `sources` by hash; files found nowhere are left out."""
        known = {sha256(data).hexdigest(): data for source in sources for data in source.values()}
        return {name: known[digest] for name, digest in self.files.items() if digest in known}

    def flat(self) -> dict[str, JsonValue]:
        """Return all parts with keys of one form: "title", "body.problem", "files.plan.png"."""
        return {
            **self.front,
            **{f"{BODY_PREFIX}{name}": text.strip() for name, text in self.sections.items()},
            **{f"{FILE_PREFIX}{name}": sha256 for name, sha256 in self.files.items()},
        }

    def changed_from(self, before: RecordText) -> tuple[str, ...]:
        """Return the keys of all parts that differ from an earlier text, in the form of `flat`."""
        old, new = before.flat(), self.flat()
        return tuple(key for key in {**new, **old} if thaw(old.get(key)) != thaw(new.get(key)))

    @classmethod
    def from_flat(cls, fields: Mapping[str, JsonValue]) -> RecordText:
        """Return the text from the result of `flat`."""
        marked = (BODY_PREFIX, FILE_PREFIX)
        return cls(
            front={key: value for key, value in fields.items() if not key.startswith(marked)},
            sections={k.removeprefix(BODY_PREFIX): str(v) for k, v in fields.items() if k.startswith(BODY_PREFIX)},
            files={k.removeprefix(FILE_PREFIX): str(v) for k, v in fields.items() if k.startswith(FILE_PREFIX)},
        )


def sections_of(body: str) -> dict[str, str]:
    """Return the Markdown of each section by id."""
    return {section.id: section.markdown for section in outline(body).sections}


_NAME = "file"
_BYTES = "#sha256"
"""Key of the hash of a row's file during a merge; no field of a record can have this name."""

_Row = Mapping[str, JsonValue]


def named_files(front: Mapping[str, JsonValue]) -> frozenset[str]:
    """Return the files that rows of a text name."""
    return frozenset(str(row[_NAME]) for value in front.values() for row in _rows(value) if row.get(_NAME))


def bind_files(text: RecordText) -> RecordText:
    """Return the text with the hash of each named file in its row; other files stay separate fields."""

    def bound(row: _Row) -> _Row:
        digest = text.files.get(str(row.get(_NAME)))
        return {**row, _BYTES: digest} if digest else row

    named = named_files(text.front)
    others = {name: digest for name, digest in text.files.items() if name not in named}
    return replace(text, front={key: _each(value, bound) for key, value in text.front.items()}, files=others)


def release_files(text: RecordText) -> RecordText:
    """Return the text from the result of `bind_files`."""
    bound = {name: digest for value in text.front.values() for name, digest in bound_files(value).items()}
    front = {key: without_files(value) for key, value in text.front.items()}
    return replace(text, front=front, files={**text.files, **bound})


def bound_files(value: JsonValue) -> dict[str, str]:
    """Return the hashes of the files in a value during a merge, by name."""
    return {str(row[_NAME]): str(row[_BYTES]) for row in _rows(value) if row.get(_BYTES)}


def without_files(value: JsonValue) -> JsonValue:
    """Return a value during a merge without the hashes, as people know it."""
    return _each(value, lambda row: {key: part for key, part in row.items() if key != _BYTES})


def _rows(value: JsonValue) -> Iterator[_Row]:
    if isinstance(value, LIST):
        yield from (cast("_Row", row) for row in value if isinstance(row, OBJECT))


def _each(value: JsonValue, change: Callable[[_Row], _Row]) -> JsonValue:
    if not isinstance(value, LIST):
        return value
    return [change(cast("_Row", row)) if isinstance(row, OBJECT) else row for row in value]


_EMPTY = "---\nschema: {schema}\n---\n"


def compose(kind: KindSchema, front: Mapping[str, JsonValue], sections: Mapping[str, str], like: bytes | None) -> bytes:
    """Return the file without empty values, with comments, order, headings of `like`. Raises FrontMatterError."""
    wanted = {key: thaw(value) for key, value in front.items() if not is_empty(value)}
    text = like.decode() if like else _EMPTY.format(schema=wanted.get("schema", f"{kind.name}/1"))
    present = parse(text)
    changes = {
        **{key: value for key, value in wanted.items() if present.front.get(key) != value},
        **{key: REMOVED for key in present.front if key not in wanted},
    }
    if not present.front.keys() - changes.keys() and like is None:
        changes["schema"] = wanted.get("schema", f"{kind.name}/1")
    body = compose_body(kind, sections, present.body)
    places = {key: spec.order for key, spec in kind.by_key.items()}
    ordered = sorted(changes, key=lambda key: (places.get(key, 1000), key))
    return write_back(text, {key: changes[key] for key in ordered}, body=body).encode()


def compose_body(kind: KindSchema, sections: Mapping[str, str], like: str = "") -> str:
    """Return the body with the non-empty sections in the schema's order; headings of `like` are kept."""
    present = outline(like).sections
    titles = {section.id: section.title for section in present}
    before = {section.id: section.markdown for section in present}
    known = [spec.id for spec in kind.sections]
    order = [*known, *(name for name in sections if name not in known)]
    kept = {name: _normal(sections[name]) for name in order if _normal(sections.get(name, ""))}
    if kept == {name: _normal(text) for name, text in before.items()} and list(kept) == list(before):
        return like
    labels = {spec.id: spec.label("de") for spec in kind.sections}
    parts = [f"## {titles.get(name) or labels.get(name, name)} {{#{name}}}\n\n{kept[name]}\n" for name in kept]
    return "\n".join(parts)


def is_empty(value: JsonValue) -> bool:
    """Return whether a form field was left blank."""
    return value is None or (isinstance(value, (str, list, tuple, dict)) and not value)


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def completed(
    kind: KindSchema, front: Mapping[str, JsonValue], base: Record | None, today: date
) -> dict[str, JsonValue]:
    """Complete the front matter; identifier, kind, authorship stay; a changed text counts as reviewed today."""
    given = {key: value for key, value in front.items() if not is_empty(value)}
    defaults: dict[str, JsonValue] = {spec.key: spec.default for spec in kind.fields if spec.default is not None}
    usual = {"lang": "de", "license": "CC-BY-4.0", "compiled_by": "municipality"}
    usual |= {"last_confirmed": today.isoformat(), "review_by": review_date(today).isoformat()}
    known = {key: base.data[key] for key in usual if key in base.data} if base else {}
    record_id = base.id if base else str(given.get("id") or uuid.uuid4())
    schema = given.get("schema", base.schema if base else f"{kind.name}/1")
    return {**defaults, **usual, **known, **given, "id": record_id, "kind": kind.name, "schema": schema}


def review_date(today: date) -> date:
    """Return the next review date: a year from now, or the last day of the month if that month has no such day."""
    year = today.year + 1
    return today.replace(year=year, day=min(today.day, monthrange(year, today.month)[1]))


PERSONAL_DATA = "personal-data"
"""The reason for which a text is not only hidden, but deleted wherever possible."""
_NAMELESS = frozenset({"legal", PERSONAL_DATA})
"""Reasons for which the tombstone has no title either."""


def tombstone(record: Record, reason: str, note: str, successor: str | None) -> bytes:
    """Return a tombstone file; raises FrontMatterError if `note` contains what no record may contain."""
    front: dict[str, JsonValue] = {"id": record.id, "kind": record.kind, "reason": reason}
    # The tombstone of a plan does not say what was planned.
    if reason not in _NAMELESS and "until" not in record.data:
        front |= {"title": record.title, "topics": list(record.topics)}
    front |= {"note": note.strip()} if note.strip() else {}
    front |= {"successor": successor} if successor else {}
    return write_back(f"---\nschema: {WITHDRAWN_SCHEMA}\n---\n", front).encode()
