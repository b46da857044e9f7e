# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which characters a memo may hold, and how text from a form is made to fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from app.content.document.characters import refuse_forbidden
from app.content.document.errors import FrontMatterError
from app.content.json_value import LIST, OBJECT, JsonValue
from app.content.schema import FieldError

MAX_DEPTH = 16
"""How deep a document may be nested; a memo needs six."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def tidy(text: str) -> str:
    """Return what somebody typed or pasted with plain line ends and composed letters, without space around it.

    What is then still forbidden (control characters, marks that reverse the reading direction) is left for
    `MemoFormat.problems` to name.
    """
    plain = _LINE_ENDS.sub("\n", text).replace("\t", " ").replace("\ufeff", "")
    return unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in plain.split("\n"))).strip()


def forbidden(document: JsonValue) -> Iterator[FieldError]:
    """Yield `forbidden_character` for each text that holds one, names of fields included, and `too_deep`."""
    left: list[tuple[str, JsonValue, int]] = [("", document, 0)]
    while left:
        path, value, depth = left.pop()
        if depth > MAX_DEPTH:
            yield FieldError(path="", code="too_deep", params={"limit": str(MAX_DEPTH)})
            return
        if isinstance(value, str):
            yield from _judge(value, path)
        elif isinstance(value, OBJECT):
            yield from (error for key in value for error in _judge(key, path))
            left += [(f"{path}.{key}".lstrip("."), item, depth + 1) for key, item in value.items()]
        elif isinstance(value, LIST):
            left += [(f"{path}.{index}".lstrip("."), item, depth + 1) for index, item in enumerate(value)]


def _judge(text: str, path: str) -> Iterator[FieldError]:
    try:
        refuse_forbidden(text, line=1)
    except FrontMatterError as error:
        yield FieldError(path=path, code="forbidden_character", params=error.params)
