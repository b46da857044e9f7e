"""The structure of a record file: its sections, and the rules that every record must meet."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.records.document import Document
from app.records.json_value import LIST, JsonValue, walk
from app.records.markdown_guard import hostile
from app.records.paths import INDEX_FILE, is_slug
from app.records.problem import Problem, Severity
from app.records.record import Section
from app.records.schema import FieldError, KindSchema, SchemaError, SchemaSet

# The title's length is limited, so that a line of many spaces cannot make the search slow.
_HEADING = re.compile(r"##[ \t]{1,9}(?P<title>\S.{0,200}?)(?:[ \t]{1,9}\{#(?P<id>[A-Za-z0-9_-]{1,80})\})?[ \t]*")
_ANY_HEADING = re.compile(r"##[ \t]")
_PAGE_HEADING = re.compile(r"#[ \t]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_CODE = re.compile(r"`+[^`\n]*`+")
FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,80})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyOutline:
    """Sections in order, and the lines with text outside of them."""

    sections: tuple[Section, ...]
    stray_lines: tuple[int, ...]
    headings_without_id: tuple[int, ...]
    page_headings: tuple[int, ...]


def outline(body: str, first_line: int = 1) -> BodyOutline:
    """Split a body at its `## Title {#id}` lines; `first_line` is the line in the file where it starts."""
    sections: list[Section] = []
    stray: list[int] = []
    without_id: list[int] = []
    pages: list[int] = []
    begun: Section | None = None
    text: list[str] = []
    for number, line, in_code in numbered_lines(body, first_line):
        heading = None if in_code else _HEADING.fullmatch(line)
        if heading and heading["id"]:
            sections += _closed(begun, text)
            begun, text = Section(id=heading["id"], title=heading["title"].strip(), markdown="", line=number), []
            continue
        if heading or (not in_code and _ANY_HEADING.match(line)):
            without_id.append(number)
        elif not in_code and _PAGE_HEADING.match(line):
            pages.append(number)
        elif begun is None and line.strip():
            stray.append(number)
        text.append(line)
    return BodyOutline(
        sections=(*sections, *_closed(begun, text)),
        stray_lines=tuple(stray),
        headings_without_id=tuple(without_id),
        page_headings=tuple(pages),
    )


def _closed(begun: Section | None, lines: list[str]) -> list[Section]:
    text = "\n".join(lines)
    blank = len(text) - len(text.lstrip("\n"))
    return [replace(begun, markdown=text.strip("\n"), text_line=begun.line + 1 + blank)] if begun else []


def numbered_lines(text: str, first_line: int = 1) -> list[tuple[int, str, bool]]:
    """Return each line with its number and whether it belongs to a fenced code block."""
    fence = ""
    lines = []
    for number, line in enumerate(text.split("\n"), first_line):
        found = _FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
        opens = found is not None and not fence and "`" not in found[2]
        lines.append((number, line, bool(fence) or opens))
        if found and opens:
            fence = found[1]
        elif found and fence and found[1].startswith(fence) and not found[2].strip():
            fence = ""
    return lines


def footnotes(text: str, first_line: int = 1) -> Iterator[tuple[str, int]]:
    """Yield the key and the line of each footnote `[^key]` outside code."""
    if "[^" not in text:
        return
    for number, line, in_code in numbered_lines(text, first_line):
        if not in_code and "[^" in line:
            for found in FOOTNOTE.finditer(_CODE.sub("", line)):
                yield found[1], number


WITHDRAWN_SCHEMA = "withdrawn/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile:
    """A parsed file that may become a record; `path` is its folder ("case-studies/<slug>")."""

    path: str
    document: Document
    outline: BodyOutline

    @property
    def file(self) -> str:
        """The name of the file in reports."""
        return f"{self.path}/{INDEX_FILE}"

    @property
    def front(self) -> Mapping[str, JsonValue]:
        """The front matter."""
        return self.document.front

    @property
    def is_withdrawal(self) -> bool:
        """Return whether this is a tombstone."""
        return self.front.get("schema") == WITHDRAWN_SCHEMA

    def problem(
        self, code: str, field: str, line: int = 0, severity: Severity = Severity.ERROR, **params: str
    ) -> Problem:
        """Return a problem at a field of this file; unless given, the line is that of the field."""
        at = line or self.document.line(field)
        return Problem(file=self.file, line=at, field=field, code=code, severity=severity, params=params)

    def violation(self, error: FieldError) -> Problem:
        """Return the problem for a violation of the schema."""
        line = self.document.line(error.path)
        return Problem(file=self.file, line=line, field=error.path, code=error.code, params=error.params)


def structural_problems(draft: RecordFile, schemas: SchemaSet) -> list[Problem]:
    """Return every reason why the file cannot become a record, in file order."""
    misplaced = _misplaced(draft, schemas)
    if misplaced:
        return [misplaced]
    kind = schemas.kind_of_folder(draft.path.partition("/")[0])
    problems = [draft.violation(error) for error in schemas.validate(draft.front)]
    problems += _body(draft, kind)
    # Where the list of sources is at fault, nobody can say which are missing.
    resolvable = not any(problem.entry.startswith("sources") for problem in problems)
    problems += [*_duplicates(draft), *(_unresolved(draft) if resolvable else ())]
    return sorted(problems, key=lambda problem: problem.order)


def withdrawal_problems(draft: RecordFile, schemas: SchemaSet) -> list[Problem]:
    """Return every reason why the file cannot be a tombstone."""
    problems = [draft.violation(error) for error in schemas.validate_withdrawn(draft.front)]
    misplaced = _misplaced(draft, schemas)
    return problems or ([misplaced] if misplaced else [])


def _misplaced(draft: RecordFile, schemas: SchemaSet) -> Problem | None:
    folder, _, slug = draft.path.partition("/")
    if not is_slug(slug):
        return draft.problem("folder_name", "", slug=slug)
    try:
        kind = schemas.kind_of_folder(folder)
    except SchemaError:
        return draft.problem(
            "unknown_folder", "kind", folder=folder, allowed=", ".join(k.plural for k in schemas.kinds)
        )
    if draft.front.get("kind") != kind.name:
        found = str(draft.front.get("kind", ""))
        return draft.problem("kind_does_not_fit_folder", "kind", kind=found, expected=kind.name)
    return None


OF_FIELD = "_sources"
"""Suffix of a field with the sources of another one: `stop_reason_sources` has those of `stop_reason`."""


def source_keys(front: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the keys of the list of sources, in order."""
    return tuple(str(entry["key"]) for _, entry in objects(front, "sources") if "key" in entry)


def named_sources(front: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    """Yield path and key for each source that a field of the front matter names."""
    for path, value in walk(front):
        top, _, inner = path.partition(".")
        if top == "sources" or not isinstance(value, LIST):
            continue
        if inner.rpartition(".")[2] == "sources" or (not inner and top.endswith(OF_FIELD)):
            yield from ((f"{path}.{index}", str(source)) for index, source in enumerate(value))


def objects(front: Mapping[str, JsonValue], key: str) -> Iterator[tuple[str, Mapping[str, JsonValue]]]:
    """Yield path and entry for each object of a list field."""
    entries = front.get(key, ())
    if isinstance(entries, Sequence) and not isinstance(entries, str):
        yield from ((f"{key}.{index}", entry) for index, entry in enumerate(entries) if isinstance(entry, Mapping))


def _body(draft: RecordFile, kind: KindSchema) -> Iterator[Problem]:
    outline, document = draft.outline, draft.document
    found = Counter(section.id for section in outline.sections)
    for spec in kind.sections:
        if spec.required and not found[spec.id]:
            yield draft.problem(
                "section_missing", f"body.{spec.id}", document.body_line, title=spec.label("de"), id=spec.id
            )
    for section in outline.sections:
        field = f"body.{section.id}"
        if kind.section(section.id) is None:
            allowed = ", ".join(spec.id for spec in kind.sections)
            yield draft.problem("unknown_section", field, section.line, id=section.id, allowed=allowed)
        elif found[section.id] > 1:
            yield draft.problem("section_twice", field, section.line, id=section.id)
        elif not section.markdown.strip():
            yield draft.problem("section_empty", field, section.line, id=section.id)
    yield from (draft.problem("text_outside_section", "body", line) for line in outline.stray_lines[:1])
    yield from (draft.problem("heading_without_id", "body", line) for line in outline.headings_without_id)
    yield from (draft.problem("page_heading", "body", line) for line in outline.page_headings)
    danger = hostile(document.body)
    if danger:
        yield draft.problem("hostile_markdown", "body", document.body_line + danger.line - 1, what=danger.what)


def _duplicates(draft: RecordFile) -> Iterator[Problem]:
    for field, key in (("sources", "key"), ("lessons", "id"), ("translations", "lang"), ("media", "file")):
        seen: set[str] = set()
        for path, entry in objects(draft.front, field):
            value = str(entry.get(key, ""))
            if value in seen:
                yield draft.problem("duplicate_value", f"{path}.{key}", value=value)
            seen |= {value} - {""}


def _unresolved(draft: RecordFile) -> Iterator[Problem]:
    known = set(source_keys(draft.front))
    listed = ", ".join(sorted(known))
    for path, key in named_sources(draft.front):
        if key not in known:
            yield draft.problem("unknown_source", path, key=key, known=listed)
    for section in draft.outline.sections:
        for key, line in footnotes(section.markdown, section.text_line):
            if key not in known:
                yield draft.problem("unknown_source", f"body.{section.id}", line, key=key, known=listed)
