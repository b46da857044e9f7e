"""JSON read strictly: what two programs could understand differently is refused (RFC 7493)."""

import json
import math
from collections.abc import Sequence

from app.records.json_value import LARGEST_INTEGER, JsonValue
from app.shared.errors import Invalid


class StatementRefused(Invalid):
    """`code` is `too_large` (bytes), `json` (rule), `payload` (member) or `subject` (record); `about` is the detail."""

    code: str
    about: str

    message = "what the node says is not taken: %(code)s %(about)s"


DEEPEST = 32
"""Levels of objects and lists inside each other."""

_LONGEST_INTEGER = len(str(LARGEST_INTEGER)) + 1


def loads(raw: bytes | str) -> JsonValue:
    """Return the value written in `raw` (UTF-8 without a byte order mark).

    Refused are repeated keys, NaN and infinities, integers beyond 2^53 - 1 and floats that overflow, more than
    32 levels, and surrogates without their other half. Raises StatementRefused naming the rule.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value: JsonValue = json.loads(
            text, object_pairs_hook=_object, parse_constant=_float, parse_int=_integer, parse_float=_float
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise StatementRefused("json", "syntax") from error
    except RecursionError as error:
        raise StatementRefused("json", "depth") from error
    _check_depth(value, DEEPEST)
    if "\\u" in text:
        try:
            # Only escapes can bring in half a surrogate pair.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise StatementRefused("json", "character") from error
    return value


def _object(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise StatementRefused("json", "duplicate_key")
    return found


def _integer(digits: str) -> int:
    # The length is looked at first: turning a very long row of digits into a number is slow.
    if len(digits) > _LONGEST_INTEGER or abs(int(digits)) > LARGEST_INTEGER:
        raise StatementRefused("json", "number")
    return int(digits)


def _float(digits: str) -> float:
    """Return a number, of those names that JSON does not know (NaN and infinities) none."""
    value = float(digits)
    if not math.isfinite(value):
        raise StatementRefused("json", "number")
    return value


def _check_depth(value: JsonValue, left: int) -> None:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        return
    if not left:
        raise StatementRefused("json", "depth")
    for one in inner:
        _check_depth(one, left - 1)
