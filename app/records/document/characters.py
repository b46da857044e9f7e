"""Which characters a record file may hold, and the error that refuses one."""

from __future__ import annotations

import re

from app.records.json_value import LIST, OBJECT, JsonValue
from app.shared.errors import Invalid


class FrontMatterError(Invalid):
    """The text is not a record file.

    `code` names the rule, `line` counts from 1, `params` holds what the wording needs.
    """

    def __init__(self, code: str, line: int = 1, **params: str) -> None:
        super().__init__(code, line, params)
        self.code = code
        self.line = line
        self.params = params


# Control characters hide content from a reader, and direction marks can show a text other than the one stored
# (CVE-2021-42574). Tab and line feed stay; the line separators U+0085, U+2028 and U+2029 would shift line numbers.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def decode(raw: bytes | str) -> str:
    """Return the text with line feeds only and without a leading byte order mark.

    Raises FrontMatterError: the bytes are not UTF-8, or a character is not allowed.
    """
    text = _as_text(raw).removeprefix("\ufeff").replace("\r\n", "\n")
    refuse_forbidden(text, line=1)
    return text


def refuse_forbidden(text: str, line: int) -> None:
    """Raise FrontMatterError if the text that starts in `line` holds a forbidden character."""
    found = _FORBIDDEN.search(text)
    if found:
        at = line + text.count("\n", 0, found.start())
        raise FrontMatterError("forbidden_character", at, character=f"U+{ord(found[0]):04X}")


def holds_forbidden(value: JsonValue) -> bool:
    """Tell whether a text somewhere in a value holds a forbidden character."""
    if isinstance(value, str):
        return _FORBIDDEN.search(value) is not None
    if isinstance(value, OBJECT):
        return any(map(holds_forbidden, value.values()))
    return isinstance(value, LIST) and any(map(holds_forbidden, value))


def without_forbidden(value: JsonValue) -> JsonValue:
    """Return a value whose texts have lost their forbidden characters."""
    if isinstance(value, str):
        return _FORBIDDEN.sub("", value)
    if isinstance(value, OBJECT):
        return {key: without_forbidden(inner) for key, inner in value.items()}
    return [without_forbidden(inner) for inner in value] if isinstance(value, LIST) else value


def _as_text(raw: bytes | str) -> str:
    if isinstance(raw, str):
        return raw
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FrontMatterError("not_utf8", raw.count(b"\n", 0, error.start) + 1) from error
