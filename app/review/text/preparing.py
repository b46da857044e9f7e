# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Completes what a form left to the node: identifier, kind, language, licence and dates."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from app.content.json_value import JsonValue
from app.content.record import Record
from app.content.schema import KindSchema
from app.review.text.composing import is_empty

REVIEW_MONTHS = 12
"""After so many months somebody should look whether a record still holds."""


def completed(
    kind: KindSchema, front: Mapping[str, JsonValue], base: Record | None, today: date
) -> dict[str, JsonValue]:
    """Return the front matter with everything that an author need not know about.

    Identifier, kind and authorship of a published record stay what they are, whatever was sent. A record of which the
    text changed counts as looked at today.
    """
    given = {key: value for key, value in front.items() if not is_empty(value)}
    defaults: dict[str, JsonValue] = {spec.key: spec.default for spec in kind.fields if spec.default is not None}
    defaults |= {"lang": "de", "license": "CC-BY-4.0", "compiled_by": "municipality"}
    defaults |= {"last_confirmed": today.isoformat(), "review_by": review_date(today).isoformat()}
    if base is None:
        fixed: dict[str, JsonValue] = {"id": str(given.get("id") or uuid.uuid4())}
    else:
        fixed = {"id": base.id}
        defaults |= {key: base.data[key] for key in ("lang", "license", "compiled_by") if key in base.data}
        defaults |= {key: base.data[key] for key in ("last_confirmed", "review_by") if key in base.data}
    schema = base.schema if base else f"{kind.name}/1"
    return {**defaults, **given, **fixed, "kind": kind.name, "schema": given.get("schema", schema)}


def review_date(today: date, months: int = REVIEW_MONTHS) -> date:
    """Return the day `months` later, the last of the month where it has no such day."""
    month = today.month - 1 + months
    year, month = today.year + month // 12, month % 12 + 1
    for day in range(today.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, min(today.day, 28))
