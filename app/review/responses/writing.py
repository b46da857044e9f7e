# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record that a response is: complete, with the municipality's own word as its source."""

from __future__ import annotations

from datetime import date

from app.content.json_value import JsonValue
from app.content.record import Record
from app.identity import Municipality
from app.review.model.response import Reaction, Relation

_SOURCE = "auskunft"
_TITLES = {
    Relation.REUSES: "{place} nutzt nach: {title}",
    Relation.CONFIRMS: "{place} bestätigt: {title}",
    Relation.CONTRADICTS: "{place} widerspricht: {title}",
}
_LONGEST_TITLE = 100
_LONGEST_SUMMARY = 280


def front_of(
    reaction: Reaction, place: Municipality, target: Record, *, written: str, response_id: str, today: date
) -> dict[str, JsonValue]:
    """Return the front matter of what `place` says of `target`; empty entries are left to the writer of the file.

    `written` is how the file names `target`.
    """
    title = _TITLES[reaction.relation].format(place=place.name, title=target.title)
    note = " ".join(reaction.note.split())
    return {
        "id": response_id,
        "title": _cut(title, _LONGEST_TITLE),
        "summary": _cut(note or title, _LONGEST_SUMMARY),
        "topics": list(target.topics),
        "compiled_by": "municipality",
        "target": written,
        "version": reaction.digest,
        "lesson": reaction.lesson,
        "relation": reaction.relation.value,
        "place": {"name": place.name, "state": place.state, "ars": place.ars, "sources": [_SOURCE]},
        "since": reaction.since.isoformat() if reaction.since else None,
        "adapted": reaction.adapted.strip(),
        "note": note,
        "sources": [
            {
                "key": _SOURCE,
                "title": f"Auskunft auf diesem Netz: {place.name}"[:_LONGEST_TITLE],
                "publisher": place.name,
                "date": today.isoformat(),
                "self_reported": True,
            }
        ],
    }


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
