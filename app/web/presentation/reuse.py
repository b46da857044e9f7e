# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who answers for a solution, and on which routes one can obtain it as of when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.content.schema import FieldSpec, KindSchema
from app.web import formats
from app.web.presentation.fields import FieldWriter
from app.web.presentation.shown import Line, Row
from app.web.wording import _

TONES = {"available": "success", "pilot": "info", "planned": "info", "withdrawn": "warning"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to obtain a solution."""

    title: str
    status: str
    tone: str
    rows: tuple[Row, ...]
    checked: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """The reuse panel of a solution: questions with their answers, then the routes."""

    roles: tuple[Row, ...]
    routes: tuple[Route, ...]


def reuse(writer: FieldWriter, kind: KindSchema) -> Reuse | None:
    """Return the panel of a solution; None for other kinds."""
    if kind.name != "solution":
        return None
    return Reuse(roles=_roles(writer, kind), routes=_routes(writer, kind))


def _roles(writer: FieldWriter, kind: KindSchema) -> tuple[Row, ...]:
    questions = {
        "product_owner": _("Who answers for the product?"),
        "legal_role": _("Who may grant rights and sign contracts?"),
        "sales_role": _("Who offers it and sends the invoice?"),
        "maintainer": _("Who maintains it?"),
        "operator": _("Who operates it?"),
    }
    return tuple(Row(key=key, label=label, lines=_answer(writer, kind, key)) for key, label in questions.items())


def _answer(writer: FieldWriter, kind: KindSchema, key: str) -> tuple[Line, ...]:
    spec, value = kind.field(key), writer.record.data.get(key)
    if spec is None or not value:
        return (Line(text=_("Unknown. Ask the body that published the solution.")),)
    if isinstance(value, Mapping) and "org" in value:
        return (writer.summary(spec, value, main="org"),)
    return writer.lines(spec, value)


def _routes(writer: FieldWriter, kind: KindSchema) -> tuple[Route, ...]:
    spec = kind.field("reuse_routes")
    entries = writer.record.data.get("reuse_routes")
    if spec is None or spec.items is None or not isinstance(entries, Sequence):
        return ()
    return tuple(_route(writer, spec.items, cast("Mapping[str, Any]", entry)) for entry in entries)


def _route(writer: FieldWriter, spec: FieldSpec, entry: Mapping[str, Any]) -> Route:
    status = str(entry["status"])
    checked = _("Checked on %(date)s", date=formats.day(str(entry["last_checked"])))
    return Route(
        title=_choice(writer, spec, "route", entry),
        status=_choice(writer, spec, "status", entry),
        tone=TONES.get(status, "warning"),
        rows=_details(writer, spec, entry),
        checked=Line(text=checked, sources=writer.sources_of(entry)),
    )


def _details(writer: FieldWriter, spec: FieldSpec, entry: Mapping[str, Any]) -> tuple[Row, ...]:
    known = {"route", "status", "last_checked", "sources"}
    parts = [part for part in spec.properties if part.key in entry and part.key not in known]
    return tuple(
        Row(key=part.key, label=part.label(writer.reader.lang), lines=writer.lines(part, entry[part.key]))
        for part in parts
    )


def _choice(writer: FieldWriter, spec: FieldSpec, key: str, entry: Mapping[str, Any]) -> str:
    part = spec.part(key)
    return part.value_label(entry[key], writer.reader.lang) if part else str(entry[key])
