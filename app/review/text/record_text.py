"""The text of a record: fields, sections and files, under one sort of key where two texts merge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import cast

from app.records.document import parse
from app.records.fields import BODY_PREFIX
from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.paths import INDEX_FILE
from app.records.record import Record
from app.records.structure import outline

FILE_PREFIX = "files."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordText:
    """Front matter by key, Markdown by section id, hex SHA-256 by file name.

    As somebody writes it, parts may be missing that the node knows itself, and the bytes of files come beside it.
    """

    front: Mapping[str, JsonValue] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parsed(cls, index: bytes, files: Mapping[str, str]) -> RecordText:
        """Return what an `index.md` says, with these files by their hashes; raises FrontMatterError."""
        document = parse(index)
        return cls(front=document.front, sections=sections_of(document.body), files=files)

    @classmethod
    def of_record(cls, record: Record) -> RecordText:
        files = {file.name: file.sha256 for file in record.files}
        return cls(front=record.data, sections=sections_of(record.body), files=files)

    @classmethod
    def of_folder(cls, files: Mapping[str, bytes]) -> RecordText:
        """Return the text of a folder, `index.md` among its files; raises FrontMatterError."""
        beside = {name: sha256(data).hexdigest() for name, data in files.items() if name != INDEX_FILE}
        return cls.parsed(files[INDEX_FILE], beside)

    def files_among(self, *sources: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the bytes of its files, looked for in `sources` by their hash; what is nowhere stays out."""
        known = {sha256(data).hexdigest(): data for source in sources for data in source.values()}
        return {name: known[digest] for name, digest in self.files.items() if digest in known}

    def flat(self) -> dict[str, JsonValue]:
        """Return all under one sort of key: "title", "body.problem", "files.plan.png"."""
        return {
            **self.front,
            **{f"{BODY_PREFIX}{name}": text.strip() for name, text in self.sections.items()},
            **{f"{FILE_PREFIX}{name}": sha256 for name, sha256 in self.files.items()},
        }

    @classmethod
    def from_flat(cls, fields: Mapping[str, JsonValue]) -> RecordText:
        """Return the text that `flat` came from."""
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
"""The hash of a row's file while the row is being merged; no field of a record can have such a name."""

_Row = Mapping[str, JsonValue]


def named_files(front: Mapping[str, JsonValue]) -> frozenset[str]:
    """Return the files that the rows of a text name."""
    return frozenset(str(row[_NAME]) for value in front.values() for row in _rows(value) if row.get(_NAME))


def bind_files(text: RecordText) -> RecordText:
    """Return the text with the hash of each named file in its row; other files stay fields of their own."""

    def bound(row: _Row) -> _Row:
        digest = text.files.get(str(row.get(_NAME)))
        return {**row, _BYTES: digest} if digest else row

    named = named_files(text.front)
    others = {name: digest for name, digest in text.files.items() if name not in named}
    return replace(text, front={key: _each(value, bound) for key, value in text.front.items()}, files=others)


def release_files(text: RecordText) -> RecordText:
    """Return the text that `bind_files` came from."""
    bound = {name: digest for value in text.front.values() for name, digest in bound_files(value).items()}
    front = {key: without_files(value) for key, value in text.front.items()}
    return replace(text, front=front, files={**text.files, **bound})


def bound_files(value: JsonValue) -> dict[str, str]:
    """Return the hashes of the files in a value that is being merged, by name."""
    return {str(row[_NAME]): str(row[_BYTES]) for row in _rows(value) if row.get(_BYTES)}


def without_files(value: JsonValue) -> JsonValue:
    """Return a value that is being merged as people know it."""
    return _each(value, lambda row: {key: part for key, part in row.items() if key != _BYTES})


def _rows(value: JsonValue) -> Iterator[_Row]:
    if isinstance(value, LIST):
        yield from (cast("_Row", row) for row in value if isinstance(row, OBJECT))


def _each(value: JsonValue, change: Callable[[_Row], _Row]) -> JsonValue:
    if not isinstance(value, LIST):
        return value
    return [change(cast("_Row", row)) if isinstance(row, OBJECT) else row for row in value]
