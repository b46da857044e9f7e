"""A memo as a JSON document for download, reloading and storage; see `schemas/memo.schema.json`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from jsonschema_rs import Draft202012Validator, Registry, ValidationError
from pydantic import TypeAdapter
from pydantic import ValidationError as ValueRefused

from app.kickoff.memo.memo import MemoInvalid, ReuseMemo
from app.records.document import FrontMatterError, refuse_forbidden
from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.schema import FieldError

MAX_DEPTH = 16
"""Nesting levels of a document at most; a memo needs six."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def tidy(text: str) -> str:
    """Return typed or pasted text with plain line ends, in composed Unicode form, without surrounding space.

    Forbidden characters (control characters, marks that reverse the reading direction) are kept, so that
    `MemoFormat.problems` can report them.
    """
    plain = _LINE_ENDS.sub("\n", text).replace("\t", " ").replace("\ufeff", "")
    return unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in plain.split("\n"))).strip()


def forbidden(document: JsonValue) -> Iterator[FieldError]:
    """Yield `forbidden_character` for each text that contains one, including field names, and `too_deep`."""
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


MAX_BYTES = 262_144
"""Bytes (256 KB), the size of the largest record."""


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
        # Broken syntax, a number with thousands of digits, or brackets nested thousands deep.
        raise refused("not_json") from error
    return document


def refused(code: str, **params: str) -> MemoInvalid:
    """Return the error for a fault of the whole document."""
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


SCHEMA = "reuse-memo/1.2"
"""A later 1.x only adds fields; a node rejects unknown fields, because it would lose them."""

_FILE = "memo.schema.json"
_SHARED = "common.schema.json"
_CODES = {
    "required": "required",
    "additionalProperties": "unknown_field",
    "enum": "not_allowed",
    "pattern": "pattern",
    "maxLength": "too_long",
    "minLength": "too_short",
    "maxItems": "too_many_items",
    "minimum": "too_small",
    "maximum": "too_large",
    "type": "type",
}


@cache
def _values() -> TypeAdapter[ReuseMemo]:
    """Return the adapter that reads and writes memos; building it is the slowest part of wiring a node."""
    return TypeAdapter(ReuseMemo)


class MemoFormat:
    """Writes, reads and validates memos; made once per process by `load`."""

    def __init__(self, schema: Mapping[str, Any], shared: Mapping[str, Any]) -> None:
        registry = Registry([(shared["$id"], dict(shared))])
        self._validator = Draft202012Validator(dict(schema), registry=registry)

    @classmethod
    def load(cls, folder: Path) -> MemoFormat:
        schema, shared = (json.loads((folder / name).read_text(encoding="utf-8")) for name in (_FILE, _SHARED))
        return cls(schema, shared)

    def to_json(self, memo: ReuseMemo) -> bytes:
        """Return the document in UTF-8 without empty fields; raises MemoInvalid."""
        document = self._document(memo)
        self._refuse(self._judge(document))
        raw = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        if len(raw) > MAX_BYTES:
            raise refused("too_large", limit=str(MAX_BYTES), actual=str(len(raw)))
        return raw

    def from_json(self, raw: bytes) -> ReuseMemo:
        """Return the memo in a document; raises MemoInvalid for anything else."""
        document = parse(raw)
        self._refuse(self._judge(document))
        try:
            return _values().validate_python(_without_schema(document))
        except ValueRefused as error:
            # A pattern accepts the 30th of February.
            paths = (".".join(str(part) for part in item["loc"]) for item in error.errors(include_input=False))
            raise MemoInvalid(tuple(FieldError(path=path, code="not_allowed") for path in paths)) from None

    def problems(self, memo: ReuseMemo) -> tuple[FieldError, ...]:
        """Return every violated rule; paths are dotted ("finds.0.reason"), codes are those of records."""
        return tuple(self._judge(self._document(memo)))

    def _document(self, memo: ReuseMemo) -> dict[str, JsonValue]:
        return {"schema": SCHEMA, **_values().dump_python(memo, mode="json", exclude_defaults=True)}

    def _judge(self, document: JsonValue) -> list[FieldError]:
        # The validator fails on texts that are not valid Unicode.
        found = list(forbidden(document))
        return found or [_field_error(error) for error in self._validator.iter_errors(document)]

    def _refuse(self, problems: list[FieldError]) -> None:
        if problems:
            raise MemoInvalid(tuple(problems))


def _without_schema(document: JsonValue) -> JsonValue:
    return {key: value for key, value in document.items() if key != "schema"} if isinstance(document, dict) else None


def _field_error(error: ValidationError) -> FieldError:
    """Return code and limit, never the value, which may be the asker's words and end up in a log."""
    path = ".".join(str(part) for part in error.instance_path)
    name = error.kind.name
    code = _CODES.get(name, "schema")
    if name == "required":
        return FieldError(path=f"{path}.{error.kind.value}".lstrip("."), code=code)
    limited = name.startswith(("max", "min"))
    return FieldError(path=path, code=code, params={"limit": str(error.kind.value)} if limited else {})
