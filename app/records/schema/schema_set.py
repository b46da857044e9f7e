"""All schemas of a folder: turns the JSON Schema files into specifications, and validates front matter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry

from app.records.json_value import JsonScalar, JsonValue
from app.records.schema.specification import Choice, FieldSpec, KindSchema, SectionSpec
from app.records.schema.validation import FieldError, violations
from app.shared.errors import NotFound

Schema = Mapping[str, Any]

_DEFINITIONS = "/$defs/"
_LABEL, _HELP = ("title", "x-label-en"), ("description", "x-help-en")
"""Keys of the German and the English text in a schema."""
_WIDGETS = {"array": "text-list", "object": "group", "boolean": "checkbox", "integer": "number", "number": "number"}


class SchemaError(NotFound):
    """The schemas have no such kind of record, or a folder contains no schemas."""

    name: str

    message = (
        "nothing is known of %(name)s. If that is a folder of the program, it was installed as a copy: with the "
        "program's own folder as the current one, call .venv/bin/pip install -e ."
    )


_VOCABULARY = "vocabulary"
_WITHDRAWN = "withdrawn"


class SchemaSet:
    """Kinds of records with their fields, and validators; created once per process by `load`, and immutable."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        by_file = {name.rpartition("/")[2]: document for name, document in documents.items()}
        resolver = ReferenceResolver(by_file)
        registry = Registry([(name, dict(document)) for name, document in documents.items()])
        kinds = [kind_schema(d, resolver) for d in by_file.values() if "x-kind" in d]
        self._kinds = {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.name)}
        self._plurals = {kind.plural: kind for kind in self._kinds.values()}
        self._validators = {
            name.removesuffix(".schema.json"): Draft202012Validator(dict(document), registry=registry)
            for name, document in by_file.items()
        }
        no_kind = {"x-kind": "", "x-plural": "", "x-route": "", "x-body": ()}
        self._others = {
            name: kind_schema({**no_kind, **by_file[f"{name}.schema.json"]}, resolver)
            for name in (_VOCABULARY, _WITHDRAWN)
        }
        self._labels = dict(_labelled(self._kinds.values(), by_file["common.schema.json"], resolver))
        for spec in self._others[_WITHDRAWN].fields:
            self._labels |= dict(_choices_of(spec, f"{_WITHDRAWN}.{spec.key}"))

    @classmethod
    def load(cls, folder: Path) -> SchemaSet:
        """Read all `*.schema.json` of a folder; raises SchemaError if there are none."""
        files = sorted(folder.glob("*.schema.json"))
        if not files:
            raise SchemaError(str(folder))
        return _made_of(tuple(file.read_text(encoding="utf-8") for file in files))

    @property
    def kinds(self) -> tuple[KindSchema, ...]:
        """All kinds of records, by name."""
        return tuple(self._kinds.values())

    @property
    def listed(self) -> frozenset[str]:
        """The names of the kinds that appear in lists, feeds and searches."""
        return frozenset(kind.name for kind in self._kinds.values() if kind.listed)

    def kind(self, name: str) -> KindSchema:
        """Return the kind with this name ("case-study")."""
        if name not in self._kinds:
            raise SchemaError(name)
        return self._kinds[name]

    def kind_of_folder(self, plural: str) -> KindSchema:
        """Return the kind whose records are in this folder ("case-studies")."""
        if plural not in self._plurals:
            raise SchemaError(plural)
        return self._plurals[plural]

    def validate(self, front: Mapping[str, JsonValue]) -> list[FieldError]:
        """Return every violation of the schema for the front matter's `kind`, including an unknown kind."""
        name = front.get("kind")
        if not isinstance(name, str) or name not in self._kinds:
            allowed = ", ".join(self._kinds)
            return [FieldError(path="kind", code="not_allowed", params={"value": str(name), "allowed": allowed})]
        return violations(self._validators[name], front, self._kinds[name])

    def validate_withdrawn(self, front: Mapping[str, JsonValue]) -> list[FieldError]:
        """Return every violation of the schema for tombstones."""
        return violations(self._validators[_WITHDRAWN], front, self._others[_WITHDRAWN])

    def validate_vocabulary(self, front: Mapping[str, JsonValue]) -> list[FieldError]:
        """Return every violation of the vocabulary schema."""
        return violations(self._validators[_VOCABULARY], front, self._others[_VOCABULARY])

    def validator(self, name: str) -> Draft202012Validator:
        """Return the validator of the schema `name`, for documents other than records; raises KeyError."""
        return self._validators[name]

    def label(self, name: str, value: JsonScalar, lang: str) -> str:
        """Return a value of a field ("withdrawn.reason") or type ("state") in words, or unchanged if unknown."""
        choices = self._labels.get(name, {})
        choice = choices.get(value)
        return choice.label(lang) if choice else str(value)

    def choices(self, name: str) -> tuple[Choice, ...]:
        """Return the allowed values of a field or shared type, in the order of the schema."""
        return tuple(self._labels.get(name, {}).values())


@lru_cache(maxsize=4)
def _made_of(texts: tuple[str, ...]) -> SchemaSet:
    # Cached by the contents of the files, so that a changed folder is read again.
    documents = [json.loads(text) for text in texts]
    return SchemaSet({document["$id"]: document for document in documents})


def _labelled(
    kinds: Iterable[KindSchema], common: Schema, resolver: ReferenceResolver
) -> Iterator[tuple[str, dict[JsonScalar, Choice]]]:
    for name, schema in common["$defs"].items():
        spec = field_spec(name, schema, common, resolver, required=False)
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        yield from _choices_of(spec, snake)
    for kind in kinds:
        for spec in kind.fields:
            yield from _choices_of(spec, spec.key)
    yield "kind", {kind.name: Choice(value=kind.name, labels=kind.labels) for kind in kinds}


def _choices_of(spec: FieldSpec, path: str) -> Iterator[tuple[str, dict[JsonScalar, Choice]]]:
    if spec.choices:
        yield path, {choice.value: choice for choice in spec.choices}
    for inner in spec.properties:
        yield from _choices_of(inner, f"{path}.{inner.key}")
    if spec.items:
        yield from _choices_of(spec.items, path)


class ReferenceResolver:
    """Follows `$ref` between the files of a folder; keys beside a reference override those of its target."""

    def __init__(self, documents: Mapping[str, Schema]) -> None:
        self._documents = documents

    def resolve(self, schema: Schema, document: Schema) -> tuple[Schema, Schema, str | None]:
        """Return the merged schema, the document of its inner references, and the name of the definition."""
        reference = schema.get("$ref")
        if reference is None:
            return schema, document, None
        name, _, pointer = reference.partition("#")
        target: Any = self._documents[name] if name else document
        owner = target
        for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
            target = target[part]
        merged, owner, inner = self.resolve(target, owner)
        own = {key: value for key, value in schema.items() if key != "$ref"}
        # A reference to a definition names a type of values; a reference to anything else, such as a field, does not.
        shape = pointer.removeprefix(_DEFINITIONS) if pointer.startswith(_DEFINITIONS) else None
        return {**merged, **own}, owner, inner or shape


def kind_schema(document: Schema, resolver: ReferenceResolver) -> KindSchema:
    """Return the kind described by a schema file, its fields in the order of `x-order`."""
    found: dict[str, FieldSpec] = {}
    needed: set[str] = set()
    for holder, owner in _parts(document, resolver):
        needed |= set(holder.get("required", ()))
        for key, schema in holder.get("properties", {}).items():
            if key not in found or "title" in schema:
                found[key] = field_spec(key, schema, owner, resolver, required=key in needed)
    fields = tuple(sorted(found.values(), key=lambda spec: spec.order))
    return KindSchema(
        name=document["x-kind"],
        plural=document["x-plural"],
        route=document["x-route"],
        labels=_texts(document, *_LABEL),
        plural_labels=_texts(document, "x-plural-label", "x-plural-label-en"),
        helps=_texts(document, *_HELP),
        fields=fields,
        sections=tuple(_section(order, entry) for order, entry in enumerate(document["x-body"])),
        by_key=MappingProxyType({spec.key: spec for spec in fields}),
        listed=document.get("x-listed", True),
    )


def _parts(document: Schema, resolver: ReferenceResolver) -> Iterator[tuple[Schema, Schema]]:
    for part in document.get("allOf", ()):
        if "$ref" in part:
            merged, owner, _ = resolver.resolve(part, document)
            yield merged, owner
    yield document, document


def field_spec(key: str, schema: Schema, document: Schema, resolver: ReferenceResolver, *, required: bool) -> FieldSpec:
    """Return the specification of one property, including its parts for objects and lists."""
    merged, owner, shape = resolver.resolve(schema, document)
    choices = _choices(merged)
    is_number = choices and all(isinstance(choice.value, int) for choice in choices)
    kind = str(merged.get("type") or ("integer" if is_number else "string"))
    properties = merged.get("properties", {}) if merged.get("type") == "object" else {}
    needed, items = set(merged.get("required", ())), merged.get("items")
    return FieldSpec(
        key=key,
        type=kind,
        labels=_texts(merged, *_LABEL),
        helps=_texts(merged, *_HELP),
        widget=merged.get("x-widget") or ("select" if choices else _WIDGETS.get(kind, "text")),
        step=merged.get("x-step"),
        order=merged.get("x-order", 0),
        facet=merged.get("x-facet"),
        panel=merged.get("x-panel", False),
        searched=merged.get("x-searched", False),
        format=merged.get("x-format"),
        vocabulary=merged.get("x-vocabulary"),
        required=required,
        requirement="required" if required else merged.get("x-requirement", "optional"),
        example=merged.get("x-example"),
        default=merged.get("x-default"),
        unknown=merged.get("x-unknown"),
        asked=merged.get("x-asked", False),
        unless=tuple(merged.get("x-unless", ())),
        sourced=merged.get("x-sourced", False),
        preset=merged.get("x-preset"),
        own=merged.get("x-own"),
        suggest=tuple(merged.get("x-suggest", ())),
        shown=merged.get("x-shown", False),
        rows=merged.get("x-rows", 1),
        derived=merged.get("x-derived", False),
        pattern=merged.get("pattern"),
        max_length=merged.get("maxLength"),
        min_items=merged.get("minItems"),
        max_items=merged.get("maxItems"),
        minimum=merged.get("minimum"),
        maximum=merged.get("maximum"),
        shape=shape,
        choices=choices,
        properties=tuple(
            field_spec(name, part, owner, resolver, required=name in needed) for name, part in properties.items()
        ),
        items=field_spec("", items, owner, resolver, required=False) if items is not None else None,
    )


def _choices(merged: Schema) -> tuple[Choice, ...]:
    listed = [entry for entry in merged.get("oneOf", ()) if "const" in entry]
    if not listed and "const" in merged:
        listed = [{"const": merged["const"]}]
    return tuple(Choice(value=entry["const"], labels=_texts(entry, *_LABEL)) for entry in listed)


def _section(order: int, entry: Schema) -> SectionSpec:
    return SectionSpec(
        id=entry["id"],
        labels=_texts(entry, *_LABEL),
        helps=_texts(entry, *_HELP),
        required=entry.get("required", False),
        claims=entry.get("x-claims", False),
        step=entry.get("x-step"),
        order=order,
        place=entry.get("x-order", 0),
        example=entry.get("x-example"),
        unknown=entry.get("x-unknown", ""),
    )


def _texts(schema: Schema, german: str, english: str) -> Mapping[str, str]:
    found = {"de": schema.get(german, ""), "en": schema.get(english, "")}
    return MappingProxyType({lang: text for lang, text in found.items() if text})
