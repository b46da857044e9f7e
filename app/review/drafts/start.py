"""The initial content of a draft: from a published record, a memo, or a proposal to improve or given back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from sqlmodel import Session

from app.identity import Municipality, NamedPlace
from app.records.json_value import LIST, OBJECT, JsonValue, thaw
from app.records.record import Record
from app.records.schema import KindSchema
from app.review.context import ReviewContext
from app.review.drafts.report import names_contact
from app.review.models import Draft, DraftContent, DraftOrigin, Proposal, Revision
from app.review.text.record_text import sections_of

_ALIKE = ("topics", "keywords", "goals", "preconditions", "solution_type", "concept_kind", "features", "legal_scope")
"""Fields copied to a record that follows another, since they usually apply to both; the rest is the author's own."""

_MAX_ITEM_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoStart:
    """A memo's contribution to a new record, as plain values."""

    title: str = ""
    problem: str = ""
    goals: Sequence[str] = ()
    constraints: Sequence[str] = ()
    topics: Sequence[str] = ()
    extra: Mapping[str, JsonValue] = field(default_factory=dict)


def content_of(record: Record) -> DraftContent:
    """Return a published record's content for editing."""
    front = thaw(record.data)
    assert isinstance(front, dict)  # noqa: S101 - the front matter of a record is an object
    return DraftContent(front=front, sections=sections_of(record.body))


def alike(record: Record, name: str) -> DraftContent:
    """Return the initial content of a record that follows another, called `name` here, without its source keys."""
    front = {key: unsourced(thaw(record.data[key])) for key in _ALIKE if key in record.data}
    front["relations"] = [{"rel": "reuses", "target": name}]
    return DraftContent(front=front)


def from_memo(start: MemoStart, kind: KindSchema) -> DraftContent:
    """Return a record's initial content from a project's memo; constraints become preconditions for elsewhere."""
    front: dict[str, JsonValue] = {"title": start.title, "topics": list(start.topics)}
    for key, texts in (("goals", start.goals), ("preconditions", start.constraints)):
        front[key] = [{"text": text.strip()[:_MAX_ITEM_LENGTH]} for text in texts if text.strip()]
    known = {section.id for section in kind.sections}
    sections = {"problem": start.problem.strip()} if "problem" in known and start.problem.strip() else {}
    kept = {key: value for key, value in front.items() if value and key in kind.by_key}
    return DraftContent(front=kept, sections=sections, extra=start.extra)


def whereabouts(front: Mapping[str, JsonValue], own: Municipality | None) -> dict[str, JsonValue]:
    """Return municipality and contact of a record's author; empty if editors compiled the record.

    Only the first municipality is the author's own; if it is not `own`, the result is empty. Its sources belong to that
    record and are left out.
    """
    places, contact = front.get("municipalities"), front.get("contact")
    place = places[0] if isinstance(places, LIST) and places else None
    if front.get("compiled_by", "municipality") != "municipality":
        return {}
    if own is not None and isinstance(place, OBJECT):
        name, state, ars = (str(place.get(part) or "") for part in ("name", "state", "ars"))
        if not own.is_meant_by(NamedPlace(name=name, state=state, ars=ars or None)):
            return {}
    found: dict[str, JsonValue] = {}
    if place is not None:
        found["municipalities"] = [unsourced(thaw(place))]
    if isinstance(contact, OBJECT) and contact:
        found["contact"] = unsourced(thaw(contact))
    return found


def says_whom_to_ask(content: DraftContent) -> bool:
    """Return whether a draft's initial content, such as a report, names an office or a municipality."""
    return any(map(names_contact, _texts(content.extra)))


def mentions(content: DraftContent, own: Municipality | None) -> bool:
    """Return whether a draft's initial content names the author's own municipality."""
    return own is not None and any(own.name in text for text in _texts(content.extra))


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, OBJECT):
        yield from chain.from_iterable(map(_texts, value.values()))
    elif isinstance(value, LIST):
        yield from chain.from_iterable(map(_texts, value))


def unsourced(value: JsonValue) -> JsonValue:
    """Return a value without the keys of its sources, which belong to another record."""
    if isinstance(value, dict):
        return {key: unsourced(item) for key, item in value.items() if key != "sources"}
    if isinstance(value, list):
        return [unsourced(item) for item in value]
    return value


class ProposalDrafts:
    """Creates drafts from proposals, with their files while those are stored."""

    def __init__(self, context: ReviewContext) -> None:
        self._context = context

    def give_back(self, db: Session, row: Proposal, person: str) -> Draft:
        """Add the newest text of a closed proposal as a draft for a new one."""
        newest = self._context.store.newest_revision(db, row)
        slug = row.slug if row.base else None
        return self._added(db, row, newest, person, slug=slug, content=content_of_revision(newest))

    def improving(self, db: Session, row: Proposal, person: str) -> Draft:
        """Add the newest text of an open proposal as a draft that improves it."""
        newest = self._context.store.newest_revision(db, row)
        # The message about an earlier text stays with that text; the next one gets a new message.
        content = replace(content_of_revision(newest), reason="")
        there = {"slug": row.slug, "proposal_id": row.id, "round": row.rounds}
        return self._added(db, row, newest, person, content=content, **there)

    def _added(self, db: Session, row: Proposal, newest: Revision, person: str, **entries: Any) -> Draft:
        stored = self._context.texts.proposed(row.id, self._context.texts.path(row.kind, row.slug))
        origin = DraftOrigin.PROPOSAL
        draft = Draft(kind=row.kind, person=person, origin=origin, base=newest.base, **entries)
        return self._context.drafts.add(db, draft, self._context.clock(), stored.beside if stored else {})


def content_of_revision(revision: Revision) -> DraftContent:
    """Return a submitted text as the content of a draft."""
    text = revision.record_text
    return DraftContent(front=text.front, sections=text.sections, reason=revision.reason)
