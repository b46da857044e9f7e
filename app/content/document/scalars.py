# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a plain YAML word becomes a value: numbers, true, false and null; everything else stays text.

YAML's own rules turn `NO` into false, `01067` into an octal number and `2026-01-31` into a date. A postcode or a
country is text to the people who write records, so only the notation that JSON shares is anything else.
"""

from __future__ import annotations

import math
import re

from app.content.document.errors import FrontMatterError
from app.content.json_value import LARGEST_INTEGER, JsonScalar

_WORDS: dict[str, JsonScalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)")
_LONGEST_NUMBER = 40


def resolve_plain(word: str, line: int) -> JsonScalar:
    """Return what the unquoted word means.

    Raises:
        FrontMatterError: a number is too large to be exact in JSON.
    """
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return _integer(word, line)
    if _FLOAT.fullmatch(word):
        return _float(word, line)
    return word


def _integer(word: str, line: int) -> int:
    if len(word) > _LONGEST_NUMBER or abs(int(word)) > LARGEST_INTEGER:
        raise FrontMatterError("number_too_large", line, value=word[:_LONGEST_NUMBER])
    return int(word)


def _float(word: str, line: int) -> float:
    value = float(word)
    if not math.isfinite(value) or abs(value) > LARGEST_INTEGER:
        raise FrontMatterError("number_too_large", line, value=word[:_LONGEST_NUMBER])
    return value
