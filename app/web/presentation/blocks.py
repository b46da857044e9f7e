# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The facts panel and the main text of a record, both generated from its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from markupsafe import Markup

from app.content.record import Section
from app.content.schema import FieldSpec, KindSchema
from app.web import formats
from app.web.presentation.fields import FieldWriter
from app.web.presentation.shown import Block, Figure, Row
from app.web.wording import _

STEPS = ("about", "done", "outcome", "learned", "reuse")
ELSEWHERE = frozenset(
    {
        "title", "summary", "keywords", "attribution", "relations", "sources", "media",
        "translations", "open_questions", "lessons", "reuse_routes", "outcome_note", "templates",
        "answered_by",
    }
)  # fmt: skip
"""Fields that have a place of their own on the page."""

ROLES = ("product_owner", "legal_role", "sales_role", "maintainer", "operator")
"""Who answers for a solution; the reuse panel shows them."""

Render = Callable[[Section], Markup]


def panel(writer: FieldWriter, kind: KindSchema) -> tuple[Row, ...]:
    """Return the facts: every field that the schema wants in the panel and the record has."""
    shown = (spec for spec in kind.fields if spec.panel and not (kind.name == "solution" and spec.key in ROLES))
    return tuple(row(writer, spec) for spec in shown if spec.key in writer.record.data)


def row(writer: FieldWriter, spec: FieldSpec) -> Row:
    """Return one field with its lines."""
    lines = writer.lines(spec, writer.record.data[spec.key])
    return Row(key=spec.key, label=spec.label(writer.reader.lang), lines=lines)


def blocks(writer: FieldWriter, kind: KindSchema, step: str, render: Render) -> tuple[Block, ...]:
    """Return what a step of the form holds: sections of the text first, then the fields that go with them."""
    fields = {
        spec.key: _field(writer, spec)
        for spec in kind.fields
        if spec.step == step and not spec.panel and spec.key not in ELSEWHERE and writer.record.data.get(spec.key)
    }
    return (*_sections(writer, kind, step, render, fields), *fields.values())


def _sections(
    writer: FieldWriter, kind: KindSchema, step: str, render: Render, fields: dict[str, Block]
) -> Iterator[Block]:
    """Yield the sections, each followed by the field of the same name, which is taken out of `fields`."""
    for spec in kind.sections:
        section = writer.record.section(spec.id)
        if spec.step == step and section is not None and section.markdown.strip():
            yield Block(
                id=spec.id, title=spec.label(writer.reader.lang), level=2, html=render(section), brief=step != "done"
            )
            if spec.id in fields:
                yield fields.pop(spec.id)


def _field(writer: FieldWriter, spec: FieldSpec) -> Block:
    value = writer.record.data[spec.key]
    block_id = f"feld-{spec.key.replace('_', '-')}"
    title = spec.label(writer.reader.lang)
    if spec.part("statement") is not None and spec.part("value") is not None:
        return Block(id=block_id, title=title, level=3, figures=figures(writer, spec, value))
    lines = writer.lines(spec, value)
    return Block(id=block_id, title=title, level=3, lines=lines, ordered=spec.key == "steps", brief=False)


def figures(writer: FieldWriter, spec: FieldSpec, value: Any) -> tuple[Figure, ...]:
    """Return results as rows of a table."""
    del spec
    return tuple(_figure(writer, item) for item in cast("Sequence[Mapping[str, Any]]", value))


def _figure(writer: FieldWriter, item: Mapping[str, Any]) -> Figure:
    return Figure(
        statement=str(item["statement"]),
        sources=writer.sources_of(item),
        indicator=str(item.get("indicator", "")),
        figure=_number(item),
        unit=str(item.get("unit", "")),
        date=formats.day(str(item["date"])) if "date" in item else "",
        self_reported=item.get("self_reported") is True,
        lang=writer.record.lang,
    )


def _number(item: Mapping[str, Any]) -> str:
    if "after" in item and "before" in item:
        before, after = formats.number(item["before"]), formats.number(item["after"])
        return _("%(before)s before, %(after)s after", before=before, after=after)
    value = item.get("value", item.get("after"))
    return "" if value is None else formats.number(value)
