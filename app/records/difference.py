"""The changes between two versions of a record: counts, by field, by list item, and by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import cast

from app.records.fields import BODY_PREFIX, ValueText
from app.records.json_value import JsonValue, walk
from app.records.record import Record
from app.records.schema import FieldSpec, KindSchema

_MARK = re.compile(r"\[\^([^\]\s]+)\]")


class ChangeKind(StrEnum):
    """What happened to a field or to a list item."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPiece:
    """A piece of text; `changed` if the other side lacks it. All pieces joined give the text."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDifference:
    """One object of a list, such as a lesson; `title` names it, `parts` are its entries."""

    title: str
    change: ChangeKind
    parts: tuple[FieldDifference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field: `old` and `new` in words (None: absent), in pieces, and by item for a list of objects.

    `reordered`: the same items are in another order. `is_own`: the words are the record's own, not from a list of
    choices.
    """

    key: str
    label: str
    change: ChangeKind
    old: str | None = None
    new: str | None = None
    old_tokens: tuple[TextPiece, ...] = ()
    new_tokens: tuple[TextPiece, ...] = ()
    items: tuple[ItemDifference, ...] = ()
    reordered: bool = False
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCount:
    """Numbers of items added to, removed from and changed in one list."""

    key: str
    label: str
    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceSummary:
    """The counts for a one-sentence summary: single fields, and lists of objects by item."""

    added: int
    removed: int
    changed: int
    items: tuple[ItemCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDifference:
    """All fields of both versions in the order of the schema, including unchanged ones."""

    summary: DifferenceSummary
    fields: tuple[FieldDifference, ...]

    @property
    def changed(self) -> tuple[FieldDifference, ...]:
        """The fields that differ."""
        return tuple(field for field in self.fields if field.change is not ChangeKind.SAME)

    @property
    def is_empty(self) -> bool:
        """Return whether both versions have the same content."""
        return not self.changed


_CHUNK = re.compile(r"\S+(?:(?<=\d)[^\S\n](?:[%‰€$£]|\d{3}(?!\d))\S*|(?<=\d\.)[^\S\n]\w+[^\S\n]\d{4}\S*)*|\s+")
"""Matches text between two spaces, or a number with its unit, or a date with its month ("1.200,50 €", "12 000")."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_MAX_LINES = 3000
_MAX_WORDS = 1200
"""Above these limits a comparison would take seconds, and nobody would read it word by word."""


def compare_texts(old: str, new: str) -> tuple[tuple[TextPiece, ...], tuple[TextPiece, ...]]:
    """Return both texts in pieces, by line, then by word within changed lines; an empty text has no pieces."""
    if old == new:
        return _pieces([(old, False)]), _pieces([(new, False)])
    pairs = list(_by_line(old.splitlines(keepends=True), new.splitlines(keepends=True)))
    return (
        _pieces([piece for left, _ in pairs for piece in left]),
        _pieces([piece for _, right in pairs for piece in right]),
    )


_Piece = tuple[str, bool]
_Pair = tuple[list[_Piece], list[_Piece]]


def _by_line(old: list[str], new: list[str]) -> Iterator[_Pair]:
    if max(len(old), len(new)) > _MAX_LINES:
        yield [("".join(old), True)], [("".join(new), True)]
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "replace":
            yield _by_word(_split_words(left), _split_words(right))
        else:
            yield [(left, tag != "equal")], [(right, tag != "equal")]


def _split_words(text: str) -> list[str]:
    """Return the words of a text; those with a digit stay whole, since a changed character would change the number."""
    found = _CHUNK.findall(text)
    return [word for chunk in found for word in ([chunk] if re.search(r"\d", chunk) else _WORD.findall(chunk))]


def _by_word(old: list[str], new: list[str]) -> _Pair:
    if max(len(old), len(new)) > _MAX_WORDS:
        return [("".join(old), True)], [("".join(new), True)]
    left: list[_Piece] = []
    right: list[_Piece] = []
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (tag, i1, i2, j1, j2) in enumerate(opcodes):
        # A space between two changed words is part of the change.
        changed = tag != "equal" or (0 < number < len(opcodes) - 1 and "".join(old[i1:i2]).isspace())
        left.append(("".join(old[i1:i2]), changed))
        right.append(("".join(new[j1:j2]), changed))
    return left, right


def _pieces(pieces: list[_Piece]) -> tuple[TextPiece, ...]:
    joined: list[_Piece] = []
    for text, changed in pieces:
        if text and joined and joined[-1][1] == changed:
            joined[-1] = (joined[-1][0] + text, changed)
        elif text:
            joined.append((text, changed))
    return tuple(TextPiece(text=text, changed=changed) for text, changed in joined)


Item = Mapping[str, JsonValue]

_IDENTITY = ("id", "key", "file", "lang", "target")
_MIN_LIKENESS = 0.35
"""Share of common words from which two objects count as the same one, changed."""


def match_items(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[int | None, int | None]]:
    """Return pairs of positions (None: no partner), matched by identity (`id`, `key` …), equality or similarity."""
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
        if score >= _MIN_LIKENESS and i in left and j in right:
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
    """Compares values of any type in one language."""

    def __init__(self, words: ValueText) -> None:
        self._words = words

    def field(self, spec: FieldSpec, old: JsonValue, new: JsonValue) -> FieldDifference | None:
        """Return the difference of one field, or None if neither version has it."""
        if old is None and new is None:
            return None
        if _is_object_list(old) or _is_object_list(new):
            return self._object_list(spec, cast("Sequence[Item]", old or ()), cast("Sequence[Item]", new or ()))
        old_text, new_text = (None if value is None else self._words.text(spec, value) for value in (old, new))
        return replace(_texts(spec.key, spec.label(self._words.lang), old_text, new_text), is_own=_is_free(spec))

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
    # As readers see it: the mark of a source is its number.
    keys = [*dict.fromkeys(one.key for one in (*new.sources, *old.sources))]

    def said(text: str) -> str:
        return _MARK.sub(lambda mark: f"[{keys.index(mark[1]) + 1 if mark[1] in keys else '?'}]", text)

    sides = (said(before.markdown) if before else None, said(after.markdown) if after else None)
    return replace(_texts(f"{BODY_PREFIX}{section_id}", label, *sides), is_own=True)


def _texts(key: str, label: str, old: str | None, new: str | None) -> FieldDifference:
    old_tokens, new_tokens = compare_texts(old or "", new or "")
    change = ChangeKind.SAME if old == new else _presence(old, new)
    return FieldDifference(
        key=key, label=label, change=change, old=old, new=new, old_tokens=old_tokens, new_tokens=new_tokens
    )


def _is_free(spec: FieldSpec) -> bool:
    """Return whether people can write anything: no choice from a list, date, address or reference."""
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
    # A list that was only reordered counts as one changed field.
    moved = sum(1 for count in counted if not count.added + count.removed + count.changed)
    return DifferenceSummary(
        added=sum(field.change is ChangeKind.ADDED for field in single),
        removed=sum(field.change is ChangeKind.REMOVED for field in single),
        changed=sum(field.change is ChangeKind.CHANGED for field in single) + moved,
        items=tuple(count for count in counted if count.added + count.removed + count.changed),
    )


def _item_count(field: FieldDifference) -> ItemCount:
    added, removed, changed = (
        sum(item.change is kind for item in field.items)
        for kind in (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.CHANGED)
    )
    return ItemCount(key=field.key, label=field.label, added=added, removed=removed, changed=changed)
