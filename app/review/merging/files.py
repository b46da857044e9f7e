# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files and the rows that name them, such as pictures and translations, merge as one.

Merged by themselves, one side could keep the row of a picture of which the other side's removal took the file, or keep
the description of one picture beside the bytes of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import cast

from app.content.json_value import LIST, OBJECT, JsonValue
from app.review.merging.fields import TextFields

_NAME = "file"
_BYTES = "#sha256"
"""The hash of a row's file while the row is being merged; no field of a record can have such a name."""

_Row = Mapping[str, JsonValue]


def named_files(front: Mapping[str, JsonValue]) -> frozenset[str]:
    """Return the files that the rows of a text name."""
    return frozenset(str(row[_NAME]) for value in front.values() for row in _rows(value) if row.get(_NAME))


def bind_files(text: TextFields) -> TextFields:
    """Return the text with the hash of each named file in its row; other files stay fields of their own."""

    def bound(row: _Row) -> _Row:
        digest = text.files.get(str(row.get(_NAME)))
        return {**row, _BYTES: digest} if digest else row

    named = named_files(text.front)
    others = {name: digest for name, digest in text.files.items() if name not in named}
    return replace(text, front={key: _each(value, bound) for key, value in text.front.items()}, files=others)


def release_files(text: TextFields) -> TextFields:
    """Return the text that `bind_files` came from."""
    bound = {name: digest for value in text.front.values() for name, digest in bound_files(value).items()}
    front = {key: without_files(value) for key, value in text.front.items()}
    return replace(text, front=front, files={**text.files, **bound})


def bound_files(value: JsonValue) -> dict[str, str]:
    """Return the hashes of the files in a value that is being merged, by name."""
    return {str(row[_NAME]): str(row[_BYTES]) for row in _rows(value) if row.get(_BYTES)}


def without_files(value: JsonValue) -> JsonValue:
    """Return a value that is being merged as people know it."""
    return _each(value, lambda row: {key: part for key, part in row.items() if key != _BYTES})


def _rows(value: JsonValue) -> Iterator[_Row]:
    if isinstance(value, LIST):
        yield from (cast("_Row", row) for row in value if isinstance(row, OBJECT))


def _each(value: JsonValue, change: Callable[[_Row], _Row]) -> JsonValue:
    if not isinstance(value, LIST):
        return value
    return [change(cast("_Row", row)) if isinstance(row, OBJECT) else row for row in value]
