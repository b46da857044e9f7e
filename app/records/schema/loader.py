"""From the JSON Schema files to specifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from app.records.schema.specification import Choice, FieldSpec, KindSchema, SectionSpec

Schema = Mapping[str, Any]

_DEFINITIONS = "/$defs/"
_WIDGETS = {"array": "text-list", "object": "group", "boolean": "checkbox", "integer": "number", "number": "number"}


class ReferenceResolver:
    """Follows `$ref` between the files of one folder; what stands beside a reference wins over what it points to."""

    def __init__(self, documents: Mapping[str, Schema]) -> None:
        self._documents = documents

    def resolve(self, schema: Schema, document: Schema) -> tuple[Schema, Schema, str | None]:
        """Return the merged schema, the document that its inner references belong to and the name of the definition."""
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
        # Only a definition names a shape of values; a field that builds on another one of the same name does not.
        shape = pointer.removeprefix(_DEFINITIONS) if pointer.startswith(_DEFINITIONS) else None
        return {**merged, **own}, owner, inner or shape


def kind_schema(document: Schema, resolver: ReferenceResolver) -> KindSchema:
    """Return the kind that one schema file describes, its fields in the order of `x-order`."""
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
        labels=_labels(document),
        plural_labels=_texts(document, "x-plural-label", "x-plural-label-en"),
        helps=_helps(document),
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
    """Return the specification of one property; objects and lists carry those of their parts."""
    merged, owner, shape = resolver.resolve(schema, document)
    choices = _choices(merged)
    kind = str(merged.get("type") or _type_of(choices))
    return FieldSpec(
        key=key,
        type=kind,
        labels=_labels(merged),
        helps=_helps(merged),
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
        pattern=merged.get("pattern"),
        max_length=merged.get("maxLength"),
        min_items=merged.get("minItems"),
        max_items=merged.get("maxItems"),
        minimum=merged.get("minimum"),
        maximum=merged.get("maximum"),
        shape=shape,
        choices=choices,
        properties=_properties(merged, owner, resolver),
        items=_items(merged, owner, resolver),
    )


def _properties(merged: Schema, owner: Schema, resolver: ReferenceResolver) -> tuple[FieldSpec, ...]:
    needed = set(merged.get("required", ()))
    properties = merged.get("properties", {}) if merged.get("type") == "object" else {}
    return tuple(field_spec(name, s, owner, resolver, required=name in needed) for name, s in properties.items())


def _items(merged: Schema, owner: Schema, resolver: ReferenceResolver) -> FieldSpec | None:
    items = merged.get("items")
    return field_spec("", items, owner, resolver, required=False) if items is not None else None


def _choices(merged: Schema) -> tuple[Choice, ...]:
    listed = [entry for entry in merged.get("oneOf", ()) if "const" in entry]
    if not listed and "const" in merged:
        listed = [{"const": merged["const"]}]
    return tuple(Choice(value=entry["const"], labels=_labels(entry)) for entry in listed)


def _type_of(choices: tuple[Choice, ...]) -> str:
    return "integer" if choices and all(isinstance(c.value, int) for c in choices) else "string"


def _section(order: int, entry: Schema) -> SectionSpec:
    return SectionSpec(
        id=entry["id"],
        labels=_labels(entry),
        helps=_helps(entry),
        required=entry.get("required", False),
        claims=entry.get("x-claims", False),
        step=entry.get("x-step"),
        order=order,
        place=entry.get("x-order", 0),
        example=entry.get("x-example"),
        unknown=entry.get("x-unknown", ""),
    )


def _labels(schema: Schema) -> Mapping[str, str]:
    return _texts(schema, "title", "x-label-en")


def _helps(schema: Schema) -> Mapping[str, str]:
    return _texts(schema, "description", "x-help-en")


def _texts(schema: Schema, german: str, english: str) -> Mapping[str, str]:
    found = {"de": schema.get(german, ""), "en": schema.get(english, "")}
    return MappingProxyType({lang: text for lang, text in found.items() if text})
