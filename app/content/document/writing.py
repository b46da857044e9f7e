# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Write a record file from its values alone, for a text that came back without its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from app.content.document.errors import FrontMatterError
from app.content.document.reading import parse
from app.content.document.rewriting import write_back
from app.content.json_value import JsonValue, thaw

_START = "---\nschema: none\n---\n"


def write_document(front: Mapping[str, JsonValue], body: str) -> bytes:
    """Return a file from which `parse` reads exactly these values; `front` has a `schema`, which comes first.

    Raises:
        FrontMatterError: the values cannot be held by a record file.
    """
    plain = cast("dict[str, JsonValue]", thaw(front))
    try:
        text = write_back(_START, plain, body=body)
    except FrontMatterError:
        # Values of a shape that nobody writes by hand: JSON is YAML too.
        text = _as_json(plain, body)
    return text.encode()


def _as_json(front: Mapping[str, JsonValue], body: str) -> str:
    lines = "".join(f"{_json(key)}: {_json(value)}\n" for key, value in front.items())
    text = f"---\n{lines}---\n{body}"
    found = parse(text)
    if found.front != front or found.body != body:
        raise FrontMatterError("cannot_write_back", 1)
    return text


def _json(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)
