"""A record file as text: strict front matter, and a body.

The front matter is restricted to the unambiguous part of YAML. The C parser delivers events; the values are built here,
so anchors, aliases, tags, merge keys and duplicate keys are refused before anything is expanded, and each value's line
is known.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from app.records.json_value import LARGEST_INTEGER, LIST, OBJECT, JsonScalar, JsonValue
from app.shared.errors import Invalid


class FrontMatterError(Invalid):
    """The text is not a record file. `code` names the rule, `line` counts from 1, `params` are for the wording."""

    def __init__(self, code: str, line: int = 1, **params: str) -> None:
        super().__init__(code, line, params)
        self.code = code
        self.line = line
        self.params = params


# Control characters hide content from a reader, and direction marks can make the shown text differ from the stored one
# (CVE-2021-42574). Tab and line feed are allowed; the line separators U+0085, U+2028 and U+2029 would shift line
# numbers.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def decode(raw: bytes | str) -> str:
    """Return the text with line feeds only and no byte order mark; raises FrontMatterError (encoding, characters)."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FrontMatterError("not_utf8", error.object.count(b"\n", 0, error.start) + 1) from error
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    refuse_forbidden(text, line=1)
    return text


def refuse_forbidden(text: str, line: int) -> None:
    """Raise FrontMatterError if the text, which starts in `line`, contains a forbidden character."""
    found = _FORBIDDEN.search(text)
    if found:
        at = line + text.count("\n", 0, found.start())
        raise FrontMatterError("forbidden_character", at, character=f"U+{ord(found[0]):04X}")


def holds_forbidden(value: JsonValue) -> bool:
    """Return whether any text inside a value contains a forbidden character."""
    if isinstance(value, str):
        return _FORBIDDEN.search(value) is not None
    if isinstance(value, OBJECT):
        return any(map(holds_forbidden, value.values()))
    return isinstance(value, LIST) and any(map(holds_forbidden, value))


def without_forbidden(value: JsonValue) -> JsonValue:
    """Return a value with all forbidden characters removed from its texts."""
    if isinstance(value, str):
        return _FORBIDDEN.sub("", value)
    if isinstance(value, OBJECT):
        return {key: without_forbidden(inner) for key, inner in value.items()}
    return [without_forbidden(inner) for inner in value] if isinstance(value, LIST) else value


MAX_DEPTH = 12
"""Maximum levels of nesting; records need five."""

_Events: TypeAlias = "Iterator[yaml.Event]"

# YAML's own rules turn `NO` into false, `01067` into an octal number and `2026-01-31` into a date. To authors,
# postcodes and countries are text, so only the notation shared with JSON is treated as something else.
_WORDS: dict[str, JsonScalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)")
_MAX_DIGITS = 40


def load_yaml(text: str, first_line: int = 1) -> tuple[dict[str, JsonValue], dict[str, int]]:
    """Return the mapping and the line of each dotted path (`text` begins at `first_line`). Raises FrontMatterError."""
    builder = _Builder(first_line)
    try:
        return builder.build(iter(yaml.parse(text, Loader=yaml.CSafeLoader))), builder.lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise FrontMatterError("not_yaml", line, detail=str(error.problem or "")) from error
    except yaml.YAMLError as error:
        raise FrontMatterError("not_yaml", first_line, detail=str(error)[:200]) from error


class _Builder:
    """Builds values from events; it recurses as deep as the text is nested, which MAX_DEPTH limits."""

    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self.lines: dict[str, int] = {}

    def build(self, events: _Events) -> dict[str, JsonValue]:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if event.explicit or event.version or event.tags:
                    raise self._error("yaml_directive", event)
            elif isinstance(event, yaml.MappingStartEvent):
                front = self._mapping(event, events, "", 1)
                for end in events:
                    is_document = isinstance(end, yaml.DocumentStartEvent)
                    if is_document or (isinstance(end, yaml.DocumentEndEvent) and end.explicit):
                        raise self._error("yaml_directive", end)
                return front
            elif isinstance(event, yaml.NodeEvent):
                raise self._error("not_a_mapping", event)
        raise FrontMatterError("not_a_mapping", self._first_line)

    def _value(self, event: yaml.Event, events: _Events, path: str, depth: int) -> JsonValue:
        self.lines[path] = self._line(event)
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_extras(event, 1)
            if event.style == '"':
                # Escapes in double quotes can produce characters that the file itself may not contain.
                refuse_forbidden(event.value, self._line(event))
            return str(event.value) if event.style else resolve_plain(event.value, self._line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, events, path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, events, path, depth)
        raise self._error("yaml_alias", event)

    def _mapping(self, start: yaml.MappingStartEvent, events: _Events, path: str, depth: int) -> dict[str, JsonValue]:
        self._refuse_extras(start, depth)
        mapping: dict[str, JsonValue] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            if key in mapping:
                raise self._error("duplicate_key", event, key=key)
            inner = f"{path}.{key}" if path else key
            mapping[key] = self._value(next(events), events, inner, depth + 1)
            # Use the line of the key, which may be above its value.
            self.lines[inner] = self._line(event)
        return mapping

    def _sequence(self, start: yaml.SequenceStartEvent, events: _Events, path: str, depth: int) -> list[JsonValue]:
        self._refuse_extras(start, depth)
        sequence: list[JsonValue] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            sequence.append(self._value(event, events, f"{path}.{len(sequence)}", depth + 1))
        return sequence

    def _key(self, event: yaml.Event) -> str:
        if not isinstance(event, yaml.ScalarEvent) or not event.value:
            raise self._error("key_not_text", event)
        if event.value == "<<":
            raise self._error("merge_key", event)
        self._refuse_extras(event, 1)
        if event.style == '"':
            refuse_forbidden(event.value, self._line(event))
        return str(event.value)

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, depth: int) -> None:
        if event.anchor is not None:
            raise self._error("yaml_anchor", event)
        if event.tag is not None:
            raise self._error("yaml_tag", event)
        if depth > MAX_DEPTH:
            raise self._error("too_deep", event, limit=str(MAX_DEPTH))

    def _line(self, event: yaml.Event) -> int:
        return self._first_line + (event.start_mark.line if event.start_mark else 0)

    def _error(self, code: str, event: yaml.Event, **params: str) -> FrontMatterError:
        return FrontMatterError(code, self._line(event), **params)


def resolve_plain(word: str, line: int) -> JsonScalar:
    """Return the value of an unquoted word; raises FrontMatterError if a number is too large to be exact in JSON."""
    if word in _WORDS:
        return _WORDS[word]
    value: int | float
    if _INTEGER.fullmatch(word):
        # Python itself refuses to parse numbers of many thousand digits.
        value = int(word) if len(word) <= _MAX_DIGITS else math.inf
    elif _FLOAT.fullmatch(word):
        value = float(word)
    else:
        return word
    if not math.isfinite(value) or abs(value) > LARGEST_INTEGER:
        raise FrontMatterError("number_too_large", line, value=word[:_MAX_DIGITS])
    return value


HEADER_LIMIT = 64 * 1024
"""Bytes of UTF-8 between the two `---` lines."""
BODY_LIMIT = 128 * 1024
"""Bytes of UTF-8 after the second `---` line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A record file: `front` as plain JSON values, `body` as Markdown, `lines` from dotted field path to line."""

    front: Mapping[str, JsonValue]
    body: str
    lines: Mapping[str, int] = field(default_factory=dict)
    body_line: int = 1

    def line(self, path: str) -> int:
        """Return the line of the field or, if it is missing, of the nearest field around it (1: the header)."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)


def parse(raw: bytes | str) -> Document:
    """Read one record file; raises FrontMatterError where it violates `docs/content-format.md`."""
    text = decode(raw)
    header, body = split(text)
    front, lines = load_yaml(header, first_line=2)
    return Document(front=front, body=body, lines=lines, body_line=header.count("\n") + 3)


def decode_body(raw: bytes | str) -> str:
    """Return the text of a Markdown file without front matter; raises FrontMatterError as `parse` does."""
    text = decode(raw)
    _refuse_size("body_too_large", text, BODY_LIMIT, 1)
    return text


def split(text: str) -> tuple[str, str]:
    """Return header (with its last line feed) and body of a decoded text, both within their limits."""
    if not text.startswith("---\n"):
        raise FrontMatterError("header_missing", 1)
    end = text.find("\n---\n", 3)
    if end < 0 and text.endswith("\n---"):
        end = len(text) - 4
    if end < 0:
        raise FrontMatterError("header_open", 1)
    header, body = text[4 : end + 1], text[end + 5 :]
    _refuse_size("header_too_large", header, HEADER_LIMIT, 2)
    _refuse_size("body_too_large", body, BODY_LIMIT, header.count("\n") + 3)
    return header, body


def _refuse_size(code: str, part: str, limit: int, line: int) -> None:
    if len(part) > limit or len(part.encode()) > limit:
        raise FrontMatterError(code, line, limit=str(limit // 1024))
