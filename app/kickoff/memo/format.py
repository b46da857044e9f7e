# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A memo as a JSON document: what is downloaded, loaded again and stored. `schemas/memo.schema.json` decides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry, ValidationError
from pydantic import TypeAdapter
from pydantic import ValidationError as ValueRefused

from app.content.json_value import JsonValue
from app.content.schema import FieldError
from app.kickoff.memo.characters import forbidden
from app.kickoff.memo.errors import MemoInvalid
from app.kickoff.memo.memo import ReuseMemo
from app.kickoff.memo.parsing import MAX_BYTES, parse, refused

SCHEMA = "reuse-memo/1"
"""A later 1.x only adds fields; what a node does not know it refuses rather than loses."""

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


class MemoFormat:
    """Writes, reads and judges memos; made once per process by `load`."""

    def __init__(self, schema: Mapping[str, Any], shared: Mapping[str, Any]) -> None:
        registry = Registry([(shared["$id"], dict(shared))])
        self._validator = Draft202012Validator(dict(schema), registry=registry)
        self._values = TypeAdapter(ReuseMemo)

    @classmethod
    def load(cls, folder: Path) -> MemoFormat:
        """Read the schema from a folder of schemas."""
        schema, shared = (json.loads((folder / name).read_text(encoding="utf-8")) for name in (_FILE, _SHARED))
        return cls(schema, shared)

    def to_json(self, memo: ReuseMemo) -> bytes:
        """Return the document in UTF-8, without what was left empty; raises MemoInvalid."""
        document = self._document(memo)
        self._refuse(self._judge(document))
        raw = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        if len(raw) > MAX_BYTES:
            raise refused("too_large", limit=str(MAX_BYTES), actual=str(len(raw)))
        return raw

    def from_json(self, raw: bytes) -> ReuseMemo:
        """Return the memo that a document holds; raises MemoInvalid whatever else was sent."""
        document = parse(raw)
        self._refuse(self._judge(document))
        try:
            return self._values.validate_python(_without_schema(document))
        except ValueRefused as error:
            # A pattern lets the 30th of February through.
            paths = (".".join(str(part) for part in item["loc"]) for item in error.errors(include_input=False))
            raise MemoInvalid(tuple(FieldError(path=path, code="not_allowed") for path in paths)) from None

    def problems(self, memo: ReuseMemo) -> tuple[FieldError, ...]:
        """Return every rule that the memo breaks; paths are dotted ("finds.0.reason"), codes those of records."""
        return tuple(self._judge(self._document(memo)))

    def _document(self, memo: ReuseMemo) -> dict[str, JsonValue]:
        return {"schema": SCHEMA, **self._values.dump_python(memo, mode="json", exclude_defaults=True)}

    def _judge(self, document: JsonValue) -> list[FieldError]:
        # Texts that are no Unicode would not even reach the validator.
        found = list(forbidden(document))
        return found or [_field_error(error) for error in self._violations(document)]

    def _violations(self, document: JsonValue) -> Iterator[ValidationError]:
        return iter(self._validator.iter_errors(document))

    def _refuse(self, problems: list[FieldError]) -> None:
        if problems:
            raise MemoInvalid(tuple(problems))


def _without_schema(document: JsonValue) -> JsonValue:
    return {key: value for key, value in document.items() if key != "schema"} if isinstance(document, dict) else None


def _field_error(error: ValidationError) -> FieldError:
    """Return code and limit, never the value: it may be the asker's own words and end in a log."""
    path = ".".join(str(part) for part in error.instance_path)
    name = error.kind.name
    code = _CODES.get(name, "schema")
    if name == "required":
        return FieldError(path=f"{path}.{error.kind.value}".lstrip("."), code=code)
    limited = name.startswith(("max", "min"))
    return FieldError(path=path, code=code, params={"limit": str(error.kind.value)} if limited else {})
