# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys that nobody should have to think of: those of sources and of lessons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from app.content.json_value import LIST, OBJECT, JsonValue
from app.web.forms.reading import is_empty
from app.web.forms.steps import SOURCES

LESSONS = "lessons"
_SOURCE_LENGTH = 32
_LESSON_LENGTH = 48
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_YEAR = re.compile(r"(?:19|20)\d\d")

_Object = Mapping[str, JsonValue]
_Words = Callable[[_Object], str]
_UNNAMED = {"key": "quelle", "id": "lehre"}


def with_source_keys(front: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the front matter with a key for each source that has none yet; what has one keeps it."""
    return _with_keys(front, SOURCES, "key", _source_words, _SOURCE_LENGTH)


def with_lesson_keys(front: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the front matter with a key for each lesson that has none yet.

    The key becomes the lesson's address for ever, so it is made when the record is sent and not before.
    """
    return _with_keys(front, LESSONS, "id", lambda row: str(row.get("statement") or ""), _LESSON_LENGTH)


def slug(words: str, longest: int) -> str:
    """Return words as a key: letters a to z, digits and single hyphens, cut at a whole word where possible."""
    spelled = unicodedata.normalize("NFKD", words.lower().translate(_SPELLED)).encode("ascii", "ignore").decode()
    key = "-".join(re.findall(r"[a-z0-9]+", spelled))
    if len(key) <= longest:
        return key
    whole = key[: longest + 1].rpartition("-")[0]
    return whole or key[:longest]


def _with_keys(front: _Object, name: str, key: str, words: _Words, longest: int) -> dict[str, JsonValue]:
    rows = front.get(name)
    if not isinstance(rows, LIST):
        return dict(front)
    taken = {str(row[key]) for row in rows if isinstance(row, OBJECT) and cast("_Object", row).get(key)}
    return {**front, name: list(_named(cast("list[JsonValue]", rows), key, words, longest, taken))}


def _named(rows: list[JsonValue], key: str, words: _Words, longest: int, taken: set[str]) -> Iterator[JsonValue]:
    for number, row in enumerate(rows, 1):
        if not isinstance(row, OBJECT) or cast("_Object", row).get(key) or is_empty(row):
            yield row
            continue
        entry = cast("_Object", row)
        found = _free(slug(words(entry), longest) or f"{_UNNAMED[key]}-{number}", taken)
        taken.add(found)
        yield {key: found, **entry}


def _free(wanted: str, taken: set[str]) -> str:
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _source_words(row: _Object) -> str:
    """Return publisher and year, which is how people speak of a source, or else the beginning of its title."""
    year = _YEAR.search(str(row.get("date") or ""))
    words = str(row.get("publisher") or row.get("title") or "")
    return f"{' '.join(words.split()[:3])} {year[0] if year else ''}"
