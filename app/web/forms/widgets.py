# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which control a value of the schema gets."""

from __future__ import annotations

from enum import StrEnum

from app.content.schema import FieldSpec
from app.web.forms.notation import is_long


class Widget(StrEnum):
    """What an author fills in, and how it is read back."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"
    MARKDOWN = "markdown"
    LINES = "lines"
    SELECT = "select"
    CHOICES = "choices"
    SOURCES = "sources"
    GROUP = "group"
    ROWS = "rows"
    KEPT = "kept"
    """Carried along unseen: the key of a source or lesson, the name of a file."""
    CONSTANT = "constant"
    """Has one possible value and appears with the rest of its group."""


_KEYS = frozenset({"slug", "sourceKey", "fileName"})
_DATES = frozenset({"date", "partialDate"})
SOURCE_KEYS = "sourceKeys"


def widget(spec: FieldSpec) -> Widget:
    """Return the control for a value; `spec` is a field, a part of a group or the items of a list."""
    if spec.type == "array":
        return _list(spec)
    if spec.properties:
        return Widget.GROUP
    if spec.choices or spec.type == "boolean":
        return Widget.CONSTANT if len(spec.choices) == 1 and spec.required else Widget.SELECT
    if spec.shape in _KEYS:
        return Widget.KEPT
    if spec.type in ("integer", "number"):
        return Widget.NUMBER
    if spec.shape in _DATES:
        return Widget.DATE
    if spec.shape == "url":
        return Widget.ADDRESS
    return Widget.LONG if is_long(spec) else Widget.TEXT


def _list(spec: FieldSpec) -> Widget:
    if spec.shape == SOURCE_KEYS:
        return Widget.SOURCES
    if spec.items and spec.items.properties:
        return Widget.ROWS
    return Widget.CHOICES if spec.vocabulary or (spec.items and spec.items.choices) else Widget.LINES


def kept_key(spec: FieldSpec) -> str | None:
    """Return the part by which a row is known again, such as the key of a source."""
    rows = spec.items.properties if spec.items else ()
    return next((part.key for part in rows if widget(part) is Widget.KEPT), None)
