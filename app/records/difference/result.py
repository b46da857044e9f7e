"""A difference as data; the edges word and colour it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened to a field or to an item of a list."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPiece:
    """A piece of text; `changed` says that the other side does not have it. All pieces joined give the text."""

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
    """One field: `old` and `new` in words (None: not there), in pieces, and item by item where it is a list of objects.

    `reordered` says that the same items stand in another order, `is_own` that the words are the record's and not those
    of a list to choose from.
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
    """How many items of one list were added, removed and changed."""

    key: str
    label: str
    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceSummary:
    """The counts for one sentence: single fields, and lists of objects by item."""

    added: int
    removed: int
    changed: int
    items: tuple[ItemCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDifference:
    """All fields of both versions in the order of the schema, unchanged ones included."""

    summary: DifferenceSummary
    fields: tuple[FieldDifference, ...]

    @property
    def changed(self) -> tuple[FieldDifference, ...]:
        """The fields that are not the same."""
        return tuple(field for field in self.fields if field.change is not ChangeKind.SAME)

    @property
    def is_empty(self) -> bool:
        """Tell whether both versions say the same."""
        return not self.changed
