"""One record in the form that the rules work on."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.problem import InvalidRecord, Problem, Severity
from app.records.record import Section
from app.records.record_reader import parsed_file, sound_file
from app.records.schema import FieldSpec, KindSchema, SchemaSet
from app.records.sentences import plain
from app.records.structure import RecordFile, footnotes, numbered_lines, objects

_ITEM = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+(.*)")
_SUBHEADING = re.compile(r"#{1,6}[ \t]")
_MISPLACED = frozenset({"folder_name", "unknown_folder", "kind_does_not_fit_folder"})


@dataclass(frozen=True, kw_only=True)
class TextBlock:
    """A paragraph, list item or table of a section, with its first line in the file."""

    text: str
    line: int
    is_table: bool = False

    @property
    def plain(self) -> str:
        """The words without markup and footnotes."""
        return plain(self.text)

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the footnotes in the block."""
        return tuple(key for key, _ in footnotes(self.text))

    def is_sourced(self, following: TextBlock | None) -> bool:
        """Return whether it has a source; a table may have it in the next block, the line before a list needs none."""
        below = self.is_table and following is not None and following.sources
        return bool(self.sources or below) or self.text.rstrip().endswith(":")


@dataclass(frozen=True, kw_only=True)
class SoundRecord:
    """A structurally sound record, its files (name to size in bytes), a function to read them, and today's date."""

    draft: RecordFile
    kind: KindSchema
    today: date
    files: Mapping[str, int] = field(default_factory=dict)
    read: Callable[[str], bytes] = lambda name: b""  # noqa: ARG005  # without files there is nothing to read

    @property
    def front(self) -> Mapping[str, JsonValue]:
        """The front matter."""
        return self.draft.front

    @property
    def ref(self) -> str:
        """The name by which other records refer to this one."""
        return f"{self.kind.name}/{self.draft.path.partition('/')[2]}"

    @cached_property
    def blocks(self) -> Mapping[str, tuple[TextBlock, ...]]:
        """The blocks of each section by its id."""
        return {section.id: tuple(blocks(section)) for section in self.draft.outline.sections}

    @cached_property
    def values(self) -> tuple[tuple[str, FieldSpec, JsonValue], ...]:
        """Each value of the front matter at any depth with its path and specification."""
        kept = (spec for spec in self.kind.fields if spec.key in self.front)
        return tuple(value for spec in kept for value in _inside(spec.key, spec, self.front[spec.key]))

    def objects(self, key: str) -> Iterator[tuple[str, Mapping[str, JsonValue]]]:
        """Yield path and entry for each object of a list field."""
        return objects(self.front, key)

    def error(self, code: str, path: str, line: int = 0, **params: str) -> Problem:
        """Return an error at a field, or at a line of the body."""
        return self.draft.problem(code, path, line, Severity.ERROR, **params)

    def warning(self, code: str, path: str, line: int = 0, **params: str) -> Problem:
        """Return a warning at a field, or at a line of the body."""
        return self.draft.problem(code, path, line, Severity.WARNING, **params)


class SoundRecordReader:
    """Reads files into sound records by one set of schemas; `today` is the day of the check."""

    def __init__(self, schemas: SchemaSet, today: date) -> None:
        self._schemas = schemas
        self._today = today

    def read(
        self, path: str, text: bytes | str, files: Mapping[str, int], read: Callable[[str], bytes]
    ) -> SoundRecord | RecordFile:
        """Return the record in folder `path`, or the parsed file of a sound tombstone; raises InvalidRecord."""
        draft = sound_file(path, text, self._schemas)
        if draft.is_withdrawal:
            return draft
        return self._sound(draft, files, read)

    def remainder(
        self, error: InvalidRecord, text: bytes | str, files: Mapping[str, int], read: Callable[[str], bytes]
    ) -> SoundRecord | None:
        """Return a faulty record without the fields and entries at fault; None if unreadable or in the wrong folder."""
        try:
            draft = parsed_file(error.path, text)
        except InvalidRecord:
            return None
        if draft.is_withdrawal or any(problem.code in _MISPLACED for problem in error.problems):
            return None
        faulty = {problem.entry for problem in error.problems}
        front = {key: _kept(key, value, faulty) for key, value in draft.front.items() if key not in faulty}
        return self._sound(replace(draft, document=replace(draft.document, front=front)), files, read)

    def _sound(self, draft: RecordFile, files: Mapping[str, int], read: Callable[[str], bytes]) -> SoundRecord:
        kind = self._schemas.kind_of_folder(draft.path.partition("/")[0])
        return SoundRecord(draft=draft, kind=kind, today=self._today, files=files, read=read)


def _kept(key: str, value: JsonValue, faulty: Container[str]) -> JsonValue:
    """Return a field in which faulty entries are null, so that the others keep their places."""
    if not isinstance(value, LIST):
        return value
    return [None if f"{key}.{number}" in faulty else entry for number, entry in enumerate(value)]


def blocks(section: Section) -> Iterator[TextBlock]:
    """Yield the paragraphs, list items and tables of a section; headings and code are left out."""
    lines: list[str] = []
    start = section.text_line
    for number, line, in_code in numbered_lines(section.markdown, section.text_line):
        begins_item = bool(_ITEM.match(line)) and not in_code
        if in_code or not line.strip() or _SUBHEADING.match(line) or begins_item:
            yield from _block(lines, start)
            lines = []
        if not in_code and line.strip() and not _SUBHEADING.match(line):
            start = start if lines else number
            lines.append(line)
    yield from _block(lines, start)


def _block(lines: list[str], start: int) -> Iterator[TextBlock]:
    if lines:
        found = _ITEM.match(lines[0])
        first = found[1] if found else lines[0]
        is_table = len(lines) > 1 and "|" in lines[0] and set(lines[1].strip()) <= set("|:- ")
        yield TextBlock(text="\n".join([first, *lines[1:]]), line=start, is_table=is_table)


def _inside(path: str, spec: FieldSpec, value: JsonValue) -> Iterator[tuple[str, FieldSpec, JsonValue]]:
    yield path, spec, value
    if isinstance(value, OBJECT):
        for key, item in value.items():
            part = spec.parts.get(key)
            if part:
                yield from _inside(f"{path}.{key}", part, item)
    elif isinstance(value, LIST) and spec.items:
        for index, item in enumerate(value):
            yield from _inside(f"{path}.{index}", spec.items, item)
