# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Single values of a record as text in a field, and back.

What cannot be read as what the schema asks for stays the text that was typed: nothing is lost, and the schema says
what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from app.content.json_value import JsonScalar, JsonValue
from app.content.schema import FieldSpec
from app.web.forms import dates, numbers
from app.web.forms.cleaning import lines, one_line, paragraphs

_REFERENCES = frozenset({"ref", "target", "case"})
"""Fields that name another record."""

_COPY = re.compile(r"(?:.*/)?r/(?P<origin>[^/]+)/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_DATES = frozenset({"date", "partialDate"})
_REF = re.compile(r"(?P<kind>[a-z-]+)/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)")
_LONG = 200
"""Characters from which a text gets a field of several lines."""

YES, NO = "true", "false"


def _nobody(_origin: str, _record_id: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """How the reader's language writes values; `routes` maps kinds to their place in addresses of `issuer`.

    `global_name` gives the permanent address of a record of another node by origin and id, "" for an unknown origin.
    """

    lang: str = "de"
    routes: Mapping[str, str] = field(default_factory=dict)
    issuer: str = ""
    global_name: Callable[[str, str], str] = _nobody

    def shown(self, spec: FieldSpec, value: JsonValue) -> str:
        """Return a stored value as it stands in a field."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, int | float):
            return str(value) if spec.choices else numbers.shown(value, self.lang)
        if isinstance(value, str):
            return self._text(spec, value)
        if isinstance(value, Sequence):
            return "\n".join(self.shown(spec.items or spec, item) for item in value)
        return str(value)

    def read(self, spec: FieldSpec, text: str) -> JsonValue:
        """Return the value that was typed; an empty field is None."""
        if spec.type == "array":
            return [self.read(spec.items or spec, line) for line in lines(text)] or None
        if is_long(spec):
            return paragraphs(text) or None
        line = one_line(text)
        return self._value(spec, line) if line else None

    def _text(self, spec: FieldSpec, value: str) -> str:
        if spec.shape in _DATES:
            return dates.shown(value, self.lang)
        found = _REF.fullmatch(value) if spec.key in _REFERENCES else None
        if found and found["kind"] in self.routes:
            return f"/{self.routes[found['kind']]}/{found['slug']}"
        return value

    def _value(self, spec: FieldSpec, line: str) -> JsonValue:
        if spec.choices:
            return _chosen(spec, line)
        if spec.type == "boolean":
            return {YES: True, NO: False}.get(line, line)
        if spec.type in ("integer", "number"):
            return numbers.read(line, self.lang)
        if spec.shape in _DATES:
            return dates.read(line)
        return self.reference(line) if spec.key in _REFERENCES else line

    def reference(self, line: str) -> str:
        """Return how records call what a page of this site shows, other texts as they are.

        That is "case-study/slug" for an own record, and for the copy of another node's its permanent address there.
        """
        try:
            parts = urlsplit(line)
        except ValueError:
            return line
        if parts.netloc and not (self.issuer and line.startswith(f"{self.issuer}/")):
            return line
        path = unquote(parts.path).strip("/")
        copy = _COPY.fullmatch(path)
        if copy:
            return self.global_name(copy["origin"], copy["id"]) or line
        steps = path.split("/")
        kinds = {route: kind for kind, route in self.routes.items()}
        return f"{kinds[steps[-2]]}/{steps[-1]}" if len(steps) > 1 and steps[-2] in kinds else line


def is_long(spec: FieldSpec) -> bool:
    """Tell whether a text gets a field of several lines."""
    if spec.type != "string" or spec.choices or spec.shape == "url" or spec.key in _REFERENCES:
        return False
    return spec.widget == "textarea" or (spec.max_length or 0) > _LONG


def _chosen(spec: FieldSpec, line: str) -> JsonScalar:
    return next((choice.value for choice in spec.choices if str(choice.value) == line), line)
