"""Merges a proposal with the text published since its base, field by field."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.records.git.errors import ObjectMissing
from app.records.json_value import LIST, OBJECT, JsonValue, thaw
from app.records.paths import INDEX_FILE
from app.records.problem import Problem
from app.records.record import Record
from app.review.errors import RecordGone
from app.review.models import Proposal
from app.review.submission import ConflictedField
from app.review.text.examiner import Checked, Examiner
from app.review.text.record_text import RecordText, compose
from app.review.text.stored import StoredText, StoredTexts

_IDENTITY = ("id", "key", "file", "lang", "target")
_LATER_WINS = frozenset({"last_confirmed", "review_by", "confirmed"})
"""Dates that only ever increase, so that confirming a record never conflicts with an edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """`text` has the changes of both sides; fields in `conflicts` have the published value."""

    text: RecordText
    conflicts: tuple[ConflictedField, ...]

    def decided(self, proposed: Collection[str]) -> RecordText:
        """Return the text with the proposed value of these conflicting fields, the published value of the others."""
        fields = dict(self.text.flat())
        for conflict in self.conflicts:
            value = conflict.proposed if conflict.key in proposed else conflict.published
            if value is None:
                fields.pop(conflict.key, None)
            else:
                fields[conflict.key] = value
        return RecordText.from_flat(fields)


def merge(base: RecordText, published: RecordText, proposed: RecordText) -> Merge:
    """Merge by field (lists by item): what one side changed, or both alike; the rest are conflicts for people."""
    before, ours, theirs = base.flat(), published.flat(), proposed.flat()
    merged: dict[str, JsonValue] = {}
    conflicts: list[ConflictedField] = []
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        sides = tuple(thaw(side.get(key)) for side in (before, ours, theirs))
        value, clash = _field(key, *sides)
        if clash:
            conflicts.append(ConflictedField(key=key, base=sides[0], published=sides[1], proposed=sides[2]))
        if value is not None:
            merged[key] = value
    return Merge(text=RecordText.from_flat(merged), conflicts=tuple(conflicts))


def _field(key: str, before: JsonValue, ours: JsonValue, theirs: JsonValue) -> tuple[JsonValue, bool]:
    if theirs in (before, ours):
        return ours, False
    if ours == before:
        return theirs, False
    if key in _LATER_WINS and isinstance(ours, str) and isinstance(theirs, str):
        return max(ours, theirs), False
    items = _items(before, ours, theirs)
    return (ours, True) if items is None else (items, False)


def _items(base: JsonValue, published: JsonValue, proposed: JsonValue) -> list[JsonValue] | None:
    """Return lists of objects with an identity, such as lessons and sources, merged item by item.

    They are in the proposed order, followed by items published since. None if the items have no identity, or if
    both sides changed one item in different ways.
    """
    sides = next((found for name in _IDENTITY if (found := _by_identity((base, published, proposed), name))), None)
    if sides is None:
        return None
    before, ours, theirs = sides
    merged: list[JsonValue] = []
    for key in [*theirs, *(key for key in ours if key not in theirs)]:
        was, published_item, proposed_item = before.get(key), ours.get(key), theirs.get(key)
        if published_item != proposed_item and was not in (published_item, proposed_item):
            return None
        chosen = published_item if proposed_item == was else proposed_item
        if chosen is not None:
            merged.append(chosen)
    return merged


def _by_identity(values: Sequence[JsonValue], name: str) -> list[Mapping[str, JsonValue]] | None:
    """Return the items of lists by their value of `name`, None if that is not unique."""
    found: list[Mapping[str, JsonValue]] = []
    for value in values:
        items = () if value is None else value
        if not isinstance(items, LIST):
            return None
        by_name = {key: item for item in items if isinstance(item, OBJECT) and isinstance(key := item.get(name), str)}
        if len(by_name) != len(items):
            return None
        found.append(by_name)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """A proposal and the published version; `published` is None for a new record.

    `checked` is what would be published, None if conflicts must be decided first. `merge` is set if both sides changed
    something.
    """

    proposal_id: str
    published: StoredText | None
    proposed: StoredText
    checked: Checked | None
    merge: Merge | None = None

    @property
    def text(self) -> RecordText:
        """Return the merged text; fields in conflict have the published value."""
        return self.merge.text if self.merge else self.proposed.record_text

    @property
    def conflicts(self) -> tuple[ConflictedField, ...]:
        """Return the conflicts that must be decided first."""
        return self.merge.conflicts if self.merge else ()

    @property
    def head(self) -> str:
        """Return the digest of the published version, empty for a new record."""
        return self.published.found.digest if self.published else ""


def merge_with_published(texts: StoredTexts, examiner: Examiner, proposal: Proposal) -> MergePreview:
    """Return what publishing the proposal now would give; raises ObjectMissing, RecordGone and BaseUnknown."""
    path = texts.path(proposal.kind, proposal.slug)
    proposed, published = texts.proposed(proposal.id, path), texts.published(path)
    if proposed is None:
        raise ObjectMissing(proposal.id)
    if published is not None and not isinstance(published.found, Record):
        raise RecordGone(path)
    if published is None or published.found.id != proposal.record_id or proposal.base in (None, published.found.digest):
        if published is None or published.found.id == proposal.record_id:
            checked = examiner.check(path, proposed.files, published)
        else:
            # A new record has meanwhile lost its address to another record.
            params = {"slug": proposal.slug}
            taken = Problem(file=f"{path}/{INDEX_FILE}", code="name_taken", field="title", params=params)
            checked = Checked(path=path, files=proposed.files, problems=(taken,))
        return MergePreview(proposal_id=proposal.id, published=published, proposed=proposed, checked=checked)
    base = texts.by_digest(path, proposal.base)
    done = merge(base.record_text, published.record_text, proposed.record_text)

    def write() -> dict[str, bytes]:
        index = compose(examiner.kind_at(path), done.text.front, done.text.sections, published.index)
        return {**done.text.files_among(published.files, proposed.files), INDEX_FILE: index}

    merged = None if done.conflicts else examiner.check_written(path, write, published)
    return MergePreview(proposal_id=proposal.id, published=published, proposed=proposed, checked=merged, merge=done)
