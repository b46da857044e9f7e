"""Reads JSON that strangers wrote: whatever two programs could understand differently is refused (RFC 7493)."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import NoReturn

from app.federation.jose.errors import NotStrictJson
from app.records.json_value import LARGEST_INTEGER, JsonValue

DEEPEST = 32
"""Levels of objects and lists inside each other."""

_LONGEST_INTEGER = len(str(LARGEST_INTEGER)) + 1


def loads(raw: bytes | str) -> JsonValue:
    """Return the value written in `raw` (UTF-8 without a byte order mark).

    Refused are repeated keys, NaN and infinities, integers beyond 2^53 - 1 and floats that overflow, more than
    32 levels, and surrogates without their other half. Raises NotStrictJson naming the rule.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value: JsonValue = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NotStrictJson("syntax") from error
    except RecursionError as error:
        raise NotStrictJson("depth") from error
    _check(value, surrogates="\\u" in text)
    return value


def _object(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictJson("duplicate_key")
    return found


def _constant(_name: str) -> NoReturn:
    raise NotStrictJson("number")


def _integer(digits: str) -> int:
    # The length is looked at first: turning a very long row of digits into a number is slow.
    if len(digits) > _LONGEST_INTEGER or abs(int(digits)) > LARGEST_INTEGER:
        raise NotStrictJson("number")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NotStrictJson("number")
    return value


def _check(value: JsonValue, *, surrogates: bool) -> None:
    """Look at every value without recursion; only escapes can bring in half a surrogate pair."""
    level: list[JsonValue] = [value]
    for _depth in range(DEEPEST + 1):
        if surrogates:
            for item in level:
                _check_text(item)
        containers = [item for item in level if isinstance(item, (dict, list))]
        if not containers:
            return
        level = [inner for container in containers for inner in _inside(container)]
    raise NotStrictJson("depth")


def _inside(value: dict[str, JsonValue] | list[JsonValue]) -> Sequence[JsonValue]:
    return [*value, *value.values()] if isinstance(value, dict) else value


def _check_text(value: JsonValue) -> None:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise NotStrictJson("character") from error
