# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From bytes that anybody may have sent to a JSON document."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from app.content.json_value import JsonValue
from app.content.schema import FieldError
from app.kickoff.memo.errors import MemoInvalid

MAX_BYTES = 262_144
"""256 KB, the size of the largest record."""


def parse(raw: bytes) -> JsonValue:
    """Return the JSON document; raises MemoInvalid with the code too_large, not_utf8, not_json or duplicate_key."""
    if len(raw) > MAX_BYTES:
        raise refused("too_large", limit=str(MAX_BYTES), actual=str(len(raw)))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused("not_utf8") from error
    try:
        document: JsonValue = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        # Broken syntax, a number of thousands of digits, or brackets nested thousands deep.
        raise refused("not_json") from error
    return document


def refused(code: str, **params: str) -> MemoInvalid:
    """Return the error for a document that is wrong as a whole."""
    return MemoInvalid((FieldError(path="", code=code, params=params),))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise refused("duplicate_key")
    return found


def _no_number(_name: str) -> NoReturn:
    raise refused("not_json")


def _finite(digits: str) -> float:
    value = float(digits)
    if abs(value) == float("inf"):
        raise refused("not_json")
    return value
