"""Compares two versions of a record field by field, and their lists item by item."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from app.records.difference.result import (
    ChangeKind,
    DifferenceSummary,
    FieldDifference,
    ItemCount,
    ItemDifference,
    RecordDifference,
)
from app.records.difference.words import compare_texts
from app.records.fields import BODY_PREFIX, ValueText
from app.records.json_value import JsonValue, walk
from app.records.record import Record
from app.records.schema import FieldSpec, KindSchema

Item = Mapping[str, JsonValue]

_IDENTITY = ("id", "key", "file", "lang", "target")
_ALIKE = 0.35
"""Share of words in common from which two objects count as one that was changed."""


def match_items(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[int | None, int | None]]:
    """Return pairs of positions in the order of the new list, what was removed last; None stands for no partner.

    Objects with an identity (`id`, `key` …) are matched by it alone; others first by equality, then by likeness.
    """
    partner = _by_identity(old, new)
    if partner is None:
        partner = _by_equality(old, new)
        _by_likeness(old, new, partner)
    pairs: list[tuple[int | None, int | None]] = [(partner.get(index), index) for index in range(len(new))]
    taken = set(partner.values())
    return pairs + [(index, None) for index in range(len(old)) if index not in taken]


def _by_identity(old: Sequence[Item], new: Sequence[Item]) -> dict[int, int] | None:
    for name in _IDENTITY:
        left = {str(item.get(name)): index for index, item in enumerate(old) if name in item}
        right = [str(item.get(name)) for item in new if name in item]
        if len(left) == len(old) and len(right) == len(new) == len(set(right)):
            return {index: left[value] for index, value in enumerate(right) if value in left}
    return None


def _by_equality(old: Sequence[Item], new: Sequence[Item]) -> dict[int, int]:
    partner: dict[int, int] = {}
    free = list(range(len(old)))
    for index, item in enumerate(new):
        same = next((candidate for candidate in free if old[candidate] == item), None)
        if same is not None:
            partner[index] = same
            free.remove(same)
    return partner


def _by_likeness(old: Sequence[Item], new: Sequence[Item], partner: dict[int, int]) -> None:
    taken = set(partner.values())
    left = {index: _words(item) for index, item in enumerate(old) if index not in taken}
    right = {index: _words(item) for index, item in enumerate(new) if index not in partner}
    scored = [(_likeness(left[i], right[j]), -abs(i - j), i, j) for i in left for j in right]
    for score, _, i, j in sorted(scored, reverse=True):
        if score >= _ALIKE and i in left and j in right:
            partner[j] = i
            del left[i], right[j]


def _words(item: Item) -> frozenset[str]:
    values = (value for _, value in walk(item) if isinstance(value, str | int | float))
    return frozenset(word for value in values for word in re.findall(r"\w+", str(value).lower()))


def _likeness(old: frozenset[str], new: frozenset[str]) -> float:
    both = len(old | new)
    return len(old & new) / both if both else 1.0


_FILES = FieldSpec(key="files", type="array", labels={"de": "Dateien", "en": "Files"})
_TITLE_KEYS = ("statement", "title", "text", "name", "programme", "what", "listing", "file", "target", "key", "id")
_TITLE_LENGTH = 90


def compare(old: Record, new: Record, schema: KindSchema, words: ValueText) -> RecordDifference:
    """Return what changed from `old` to `new`, with labels and values in `words`."""
    comparison = _Comparison(words)
    lang = words.lang
    fields = [comparison.field(spec, old.data.get(spec.key), new.data.get(spec.key)) for spec in schema.fields]
    fields += [_sections(spec.id, spec.label(lang), old, new) for spec in schema.sections]
    fields.append(comparison.field(_FILES, _files(old), _files(new)))
    present = tuple(field for field in fields if field is not None)
    return RecordDifference(summary=_summary(present), fields=present)


class _Comparison:
    """Compares values of any shape in one language."""

    def __init__(self, words: ValueText) -> None:
        self._words = words

    def field(self, spec: FieldSpec, old: JsonValue, new: JsonValue) -> FieldDifference | None:
        """Return the difference of one field, or None where neither version has it."""
        if old is None and new is None:
            return None
        if _is_object_list(old) or _is_object_list(new):
            return self._object_list(spec, cast("Sequence[Item]", old or ()), cast("Sequence[Item]", new or ()))
        label, old_text, new_text = spec.label(self._words.lang), self._text(spec, old), self._text(spec, new)
        return replace(_texts(spec.key, label, old_text, new_text), is_own=_is_free(spec))

    def _text(self, spec: FieldSpec, value: JsonValue) -> str | None:
        return None if value is None else self._words.text(spec, value)

    def _object_list(self, spec: FieldSpec, old: Sequence[Item], new: Sequence[Item]) -> FieldDifference:
        pairs = match_items(old, new)
        items = tuple(self._item(spec, None if i is None else old[i], None if j is None else new[j]) for i, j in pairs)
        matched = [i for i, j in pairs if i is not None and j is not None]
        reordered = matched != sorted(matched)
        unchanged = all(item.change is ChangeKind.SAME for item in items) and not reordered
        return FieldDifference(
            key=spec.key,
            label=spec.label(self._words.lang),
            change=ChangeKind.SAME if unchanged else _presence(old or None, new or None),
            old=self._words.text(spec, old) if old else None,
            new=self._words.text(spec, new) if new else None,
            items=items,
            reordered=reordered,
        )

    def _item(self, spec: FieldSpec, old: Item | None, new: Item | None) -> ItemDifference:
        title = self._words.named(_title(new if new is not None else old or {}))
        keys = [part.key for part in (spec.items or spec).properties]
        keys += [key for key in {**(old or {}), **(new or {})} if key not in keys]
        parts = tuple(
            part
            for key in keys
            if (part := self.field(spec.part(key) or FieldSpec(key=key), (old or {}).get(key), (new or {}).get(key)))
        )
        if old is not None and new is not None:
            same = all(part.change is ChangeKind.SAME for part in parts)
            return ItemDifference(title=title, change=ChangeKind.SAME if same else ChangeKind.CHANGED, parts=parts)
        return ItemDifference(title=title, change=_presence(old, new), parts=parts)


def _sections(section_id: str, label: str, old: Record, new: Record) -> FieldDifference | None:
    before, after = old.section(section_id), new.section(section_id)
    if before is None and after is None:
        return None
    key = f"{BODY_PREFIX}{section_id}"
    texts = _texts(key, label, before.markdown if before else None, after.markdown if after else None)
    return replace(texts, is_own=True)


def _texts(key: str, label: str, old: str | None, new: str | None) -> FieldDifference:
    old_tokens, new_tokens = compare_texts(old or "", new or "")
    change = ChangeKind.SAME if old == new else _presence(old, new)
    return FieldDifference(
        key=key, label=label, change=change, old=old, new=new, old_tokens=old_tokens, new_tokens=new_tokens
    )


def _is_free(spec: FieldSpec) -> bool:
    """Tell whether people write what they like: no value of a list, date, address or name of something."""
    leaf = spec.items or spec
    bound = (leaf.choices, leaf.shape, leaf.format, leaf.vocabulary or spec.vocabulary)
    return leaf.type == "string" and not any(bound)


def _presence(old: object, new: object) -> ChangeKind:
    if old is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if new is None else ChangeKind.CHANGED


def _is_object_list(value: JsonValue) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(v, Mapping) for v in value)


def _title(item: Item) -> str:
    text = next((str(item[key]) for key in _TITLE_KEYS if key in item), "")
    if not text:
        text = next((_title(value) for value in item.values() if isinstance(value, Mapping)), "")
    return text if len(text) <= _TITLE_LENGTH else f"{text[: _TITLE_LENGTH - 1]}…"


def _files(record: Record) -> JsonValue:
    return [{"file": file.name, "size": file.size, "sha256": file.sha256} for file in record.files] or None


def _summary(fields: tuple[FieldDifference, ...]) -> DifferenceSummary:
    single = [field for field in fields if not field.items]
    counted = [_item_count(field) for field in fields if field.items and field.change is not ChangeKind.SAME]
    # A list that was only put in another order counts as one changed field.
    moved = sum(1 for count in counted if not count.added + count.removed + count.changed)
    return DifferenceSummary(
        added=sum(field.change is ChangeKind.ADDED for field in single),
        removed=sum(field.change is ChangeKind.REMOVED for field in single),
        changed=sum(field.change is ChangeKind.CHANGED for field in single) + moved,
        items=tuple(count for count in counted if count.added + count.removed + count.changed),
    )


def _item_count(field: FieldDifference) -> ItemCount:
    count: Callable[[ChangeKind], int] = lambda change: sum(item.change is change for item in field.items)  # noqa: E731
    return ItemCount(
        key=field.key,
        label=field.label,
        added=count(ChangeKind.ADDED),
        removed=count(ChangeKind.REMOVED),
        changed=count(ChangeKind.CHANGED),
    )
