"""Strict YAML: the part of the language that says one thing only.

The C parser delivers events; the values are built here, so anchors, aliases, tags, merge keys and duplicate keys are
refused before anything is expanded, and each value's line is known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TypeAlias

import yaml

from app.records.document.characters import FrontMatterError, refuse_forbidden
from app.records.json_value import LARGEST_INTEGER, JsonScalar, JsonValue

DEEPEST = 12
"""Levels of nesting; records need five."""

_Events: TypeAlias = "Iterator[yaml.Event]"

# YAML's own rules turn `NO` into false, `01067` into an octal number and `2026-01-31` into a date. A postcode or a
# country is text to the people who write records, so only the notation that JSON shares is anything else.
_WORDS: dict[str, JsonScalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)")
_LONGEST_NUMBER = 40


def load(text: str, first_line: int = 1) -> tuple[dict[str, JsonValue], dict[str, int]]:
    """Return the mapping and the line of each dotted path; `first_line` is the line in the file where `text` begins.

    Raises FrontMatterError: the text is no YAML, or uses a part of YAML that is not allowed.
    """
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
    """Builds values from events; the stack of calls is as deep as the text, which DEEPEST bounds."""

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
                self._end(events)
                return front
            elif isinstance(event, yaml.NodeEvent):
                raise self._error("not_a_mapping", event)
        raise FrontMatterError("not_a_mapping", self._first_line)

    def _end(self, events: _Events) -> None:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) or (
                isinstance(event, yaml.DocumentEndEvent) and event.explicit
            ):
                raise self._error("yaml_directive", event)

    def _value(self, event: yaml.Event, events: _Events, path: str, depth: int) -> JsonValue:
        self.lines[path] = self._line(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
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
            # A reader looks for the key, which may stand a line above its value.
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

    def _scalar(self, event: yaml.ScalarEvent) -> JsonValue:
        self._refuse_extras(event, 1)
        if event.style == '"':
            # Escapes in double quotes can spell characters that the file itself may not contain.
            refuse_forbidden(event.value, self._line(event))
        return str(event.value) if event.style else resolve_plain(event.value, self._line(event))

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, depth: int) -> None:
        if event.anchor is not None:
            raise self._error("yaml_anchor", event)
        if event.tag is not None:
            raise self._error("yaml_tag", event)
        if depth > DEEPEST:
            raise self._error("too_deep", event, limit=str(DEEPEST))

    def _line(self, event: yaml.Event) -> int:
        return self._first_line + (event.start_mark.line if event.start_mark else 0)

    def _error(self, code: str, event: yaml.Event, **params: str) -> FrontMatterError:
        return FrontMatterError(code, self._line(event), **params)


def resolve_plain(word: str, line: int) -> JsonScalar:
    """Return what the unquoted word means; raises FrontMatterError where a number is too large to be exact in JSON."""
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return _integer(word, line)
    if _FLOAT.fullmatch(word):
        return _float(word, line)
    return word


def _integer(word: str, line: int) -> int:
    if len(word) > _LONGEST_NUMBER or abs(int(word)) > LARGEST_INTEGER:
        raise FrontMatterError("number_too_large", line, value=word[:_LONGEST_NUMBER])
    return int(word)


def _float(word: str, line: int) -> float:
    value = float(word)
    if not math.isfinite(value) or abs(value) > LARGEST_INTEGER:
        raise FrontMatterError("number_too_large", line, value=word[:_LONGEST_NUMBER])
    return value
