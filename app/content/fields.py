# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Front matter and body sections alike as fields, so that panel, history and difference treat both the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.content.json_value import JsonValue
from app.content.record import Record
from app.content.schema import FieldSpec, KindSchema, SectionSpec
from app.content.value_text import ValueText
from app.content.vocabulary import Vocabulary

BODY_PREFIX = "body."


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One field of one version.

    `key` is the top-level key or "body.<section id>"; `value` is the stored value, `text` the same in words; `spec` is
    None for sections; `step` is the part of the form it belongs to.
    """

    key: str
    label: str
    value: JsonValue
    text: str
    step: str | None = None
    format: str | None = None
    panel: bool = False
    order: int = 0
    spec: FieldSpec | None = None

    @property
    def is_section(self) -> bool:
        """Tell whether this is a part of the body, written in Markdown."""
        return self.spec is None


def entry_of(kind: KindSchema, key: str) -> FieldSpec | SectionSpec:
    """Return what the schema says of a field, or of a section by "body.<id>"; of an unknown one only its key."""
    section = kind.section(key.removeprefix(BODY_PREFIX)) if key.startswith(BODY_PREFIX) else None
    return section or kind.by_key.get(key) or FieldSpec(key=key)


def record_fields(
    record: Record, schema: KindSchema, lang: str, vocabularies: Mapping[str, Vocabulary] | None = None
) -> tuple[ShownField, ...]:
    """Return the fields that the record has, in the order of the schema, then its sections."""
    words = ValueText(lang=lang, vocabularies=vocabularies or {})
    head = [_field(spec, record.data[spec.key], words) for spec in schema.fields if spec.key in record.data]
    body = [_section(spec, record, lang) for spec in schema.sections if record.section(spec.id)]
    return (*head, *body)


def panel_fields(
    record: Record, schema: KindSchema, lang: str, vocabularies: Mapping[str, Vocabulary] | None = None
) -> tuple[ShownField, ...]:
    """Return the fields for the panel beside the text."""
    return tuple(field for field in record_fields(record, schema, lang, vocabularies) if field.panel)


def _field(spec: FieldSpec, value: JsonValue, words: ValueText) -> ShownField:
    return ShownField(
        key=spec.key,
        label=spec.label(words.lang),
        value=value,
        text=words.text(spec, value),
        step=spec.step,
        format=spec.format,
        panel=spec.panel,
        order=spec.order,
        spec=spec,
    )


def _section(spec: SectionSpec, record: Record, lang: str) -> ShownField:
    section = record.section(spec.id)
    markdown = section.markdown if section else ""
    return ShownField(
        key=f"{BODY_PREFIX}{spec.id}",
        label=spec.label(lang),
        value=markdown,
        text=markdown,
        step=spec.step,
        format="markdown",
        order=spec.order,
    )
