"""The schemas' specifications of kinds, fields, sections and values, with labels in German and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.records.json_value import JsonScalar, JsonValue, thaw

SPEAKER = "speaker"


def in_language(texts: Mapping[str, str], lang: str) -> str:
    """Return the text for `lang` ("de", "en-GB" …), or else the German one."""
    return texts.get(lang.partition("-")[0]) or texts.get("de", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One allowed value of a field."""

    value: JsonScalar
    labels: Mapping[str, str]

    def label(self, lang: str) -> str:
        """Return the value in words."""
        return in_language(self.labels, lang) or str(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of the front matter.

    `type` is the JSON type; `facet` is the name of the search filter or None; `searched`: a search finds its values by
    their labels; `requirement` is "required", "recommended" or "optional". `properties` are the fields of an object,
    `items` describes the members of a list. `default` applies if the author enters nothing; `unknown` is the value for
    what the author left open; `asked`: municipalities must enter it although the schema does not require it, a part of
    an object only if none of its neighbours in `unless` is present; `sourced`: it must name its sources although the
    schema does not require it, in its own `sources`, those of the group around it, or the field with the suffix
    `_sources`; `preset` is preselected in the first row of a list; `own` is the value of a row that the author marks as
    their own (SPEAKER stands for the author's municipality); `suggest` names sections whose first sentences a form
    offers for an empty text; `shown`: a form shows it among the fields of its step although it is optional; `rows`: how
    many rows a form shows for an empty list; `derived`: a form sets it from the other entries where the author chose
    nothing.
    """

    key: str
    type: str = "string"
    labels: Mapping[str, str] = field(default_factory=dict)
    helps: Mapping[str, str] = field(default_factory=dict)
    widget: str = "text"
    step: str | None = None
    order: int = 0
    facet: str | None = None
    panel: bool = False
    searched: bool = False
    format: str | None = None
    vocabulary: str | None = None
    required: bool = False
    requirement: str = "optional"
    example: str | None = None
    default: JsonValue = None
    unknown: JsonValue = None
    asked: bool = False
    unless: tuple[str, ...] = ()
    sourced: bool = False
    preset: JsonScalar = None
    own: JsonScalar = None
    suggest: tuple[str, ...] = ()
    shown: bool = False
    rows: int = 1
    derived: bool = False
    pattern: str | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    shape: str | None = None
    choices: tuple[Choice, ...] = ()
    properties: tuple[FieldSpec, ...] = ()
    items: FieldSpec | None = None
    parts: Mapping[str, FieldSpec] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the fields of an object, or of a list's objects, by their keys."""
        holder = self.items if self.items is not None else self
        object.__setattr__(self, "parts", {part.key: part for part in holder.properties})

    def label(self, lang: str) -> str:
        """Return the name that readers see."""
        return in_language(self.labels, lang) or self.key

    def help(self, lang: str) -> str:
        """Return the help text, or an empty text."""
        return in_language(self.helps, lang)

    def part(self, key: str) -> FieldSpec | None:
        """Return the field of an object (or of a list's objects) with this key, or None."""
        return self.parts.get(key)

    def is_unknown(self, value: JsonValue) -> bool:
        """Return whether a value only says that the author left it open."""
        return self.unknown is not None and thaw(value) == thaw(self.unknown)

    def value_label(self, value: JsonScalar, lang: str) -> str:
        """Return an allowed value (of the field or of its items) in words, other values as they are."""
        choices = self.choices or (self.items.choices if self.items else ())
        return next((c.label(lang) for c in choices if c.value == value and type(c.value) is type(value)), str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSpec:
    """One section of the body. `claims`: everything must name a source; `unknown` is shown where it is left open."""

    id: str
    labels: Mapping[str, str]
    helps: Mapping[str, str]
    required: bool
    claims: bool
    step: str | None
    order: int
    place: int = 0
    example: str | None = None
    unknown: str = ""

    def label(self, lang: str) -> str:
        """Return the heading."""
        return in_language(self.labels, lang) or self.id

    def help(self, lang: str) -> str:
        """Return the help text, or an empty text."""
        return in_language(self.helps, lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSchema:
    """One kind of record: folder `plural`, German address `route`. Unlisted: not in search, menus and feeds."""

    name: str
    plural: str
    route: str
    labels: Mapping[str, str]
    plural_labels: Mapping[str, str]
    helps: Mapping[str, str]
    fields: tuple[FieldSpec, ...]
    sections: tuple[SectionSpec, ...]
    by_key: Mapping[str, FieldSpec] = field(default_factory=dict)
    listed: bool = True

    def label(self, lang: str) -> str:
        """Return the name of the kind."""
        return in_language(self.labels, lang)

    def plural_label(self, lang: str) -> str:
        """Return the name of the kind in the plural."""
        return in_language(self.plural_labels, lang)

    def help(self, lang: str) -> str:
        """Return one sentence on what the kind is for."""
        return in_language(self.helps, lang)

    def field(self, path: str) -> FieldSpec | None:
        """Return the field at a dotted path ("lessons.0.topic", "lessons.topic"), or None."""
        parts = [part for part in path.split(".") if not part.isdigit()]
        spec = self.by_key.get(parts[0]) if parts else None
        for part in parts[1:]:
            spec = spec.part(part) if spec else None
        return spec

    def facets(self) -> Iterator[tuple[str, FieldSpec]]:
        """Yield path and field of what a search can filter by; in a list's objects "funding.programme_id"."""
        for spec in self.fields:
            if spec.facet:
                yield spec.key, spec
            yield from ((f"{spec.key}.{part.key}", part) for part in spec.parts.values() if part.facet)

    def section(self, section_id: str) -> SectionSpec | None:
        """Return the section with this id, or None."""
        return next((s for s in self.sections if s.id == section_id), None)
