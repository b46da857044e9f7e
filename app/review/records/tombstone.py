# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The note that stands in place of a withdrawn record."""

from __future__ import annotations

from app.content.document import write_back
from app.content.json_value import JsonValue
from app.content.reading import WITHDRAWN_SCHEMA
from app.content.record import Record

_NAMELESS = frozenset({"legal", "personal-data"})
"""Reasons for which not even the title may stay."""


def tombstone(record: Record, reason: str, note: str, successor: str | None) -> bytes:
    """Return the file; raises FrontMatterError where `note` holds what no record may hold."""
    front: dict[str, JsonValue] = {"id": record.id, "kind": record.kind, "reason": reason}
    if reason not in _NAMELESS:
        front |= {"title": record.title, "topics": list(record.topics)}
    front |= {"note": note.strip()} if note.strip() else {}
    front |= {"successor": successor} if successor else {}
    return write_back(f"---\nschema: {WITHDRAWN_SCHEMA}\n---\n", front).encode()
