# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a new draft begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.content.json_value import LIST, OBJECT, JsonValue, thaw
from app.content.record import Record
from app.content.schema import KindSchema
from app.review.model.draft import DraftContent
from app.review.text.composing import sections_of

_ALIKE = ("topics", "keywords", "goals", "preconditions", "solution_type", "concept_kind", "features", "legal_scope")
"""What usually holds for the second one as for the first; everything else is the author's own."""

_LONGEST_ITEM = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoStart:
    """What a reuse memo gives to a new record, as plain values."""

    title: str = ""
    problem: str = ""
    goals: Sequence[str] = ()
    constraints: Sequence[str] = ()
    topics: Sequence[str] = ()
    extra: Mapping[str, JsonValue] = field(default_factory=dict)


def content_of(record: Record) -> DraftContent:
    """Return a published record as it is, for editing."""
    front = thaw(record.data)
    assert isinstance(front, dict)  # noqa: S101 - the front matter of a record is an object
    return DraftContent(front=front, sections=sections_of(record.body))


def alike(record: Record, name: str) -> DraftContent:
    """Return the beginning of a record of one's own that follows another one („Haben wir auch gemacht“).

    `name` is how this node's records call that one. Lists of claims lose the keys of their sources, because those
    belong to the other record.
    """
    front = {key: _unsourced(thaw(record.data[key])) for key in _ALIKE if key in record.data}
    front["relations"] = [{"rel": "reuses", "target": name}]
    return DraftContent(front=front)


def from_memo(start: MemoStart, kind: KindSchema) -> DraftContent:
    """Return the beginning of a record from what somebody had set out to do.

    Constraints become preconditions: what had to be in place here will have to be elsewhere.
    """
    front: dict[str, JsonValue] = {"title": start.title, "topics": list(start.topics)}
    for key, texts in (("goals", start.goals), ("preconditions", start.constraints)):
        front[key] = [{"text": text.strip()[:_LONGEST_ITEM]} for text in texts if text.strip()]
    known = {section.id for section in kind.sections}
    sections = {"problem": start.problem.strip()} if "problem" in known and start.problem.strip() else {}
    kept = {key: value for key, value in front.items() if value and key in kind.by_key}
    return DraftContent(front=kept, sections=sections, extra=start.extra)


def whereabouts(front: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return which municipality wrote a record and whom to ask there; nothing for what editors compiled.

    Only the first municipality is the author's own. Its sources belong to that record.
    """
    if front.get("compiled_by", "municipality") != "municipality":
        return {}
    places, contact = front.get("municipalities"), front.get("contact")
    found: dict[str, JsonValue] = {}
    if isinstance(places, LIST) and places:
        found["municipalities"] = [_unsourced(thaw(places[0]))]
    if isinstance(contact, OBJECT) and contact:
        found["contact"] = _unsourced(thaw(contact))
    return found


def _unsourced(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _unsourced(item) for key, item in value.items() if key != "sources"}
    if isinstance(value, list):
        return [_unsourced(item) for item in value]
    return value
