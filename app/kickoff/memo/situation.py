"""What a memo keeps of the asker's situation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.kickoff.situation import Situation
from app.reuse.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoSituation:
    """The situation in plain values; whatever was not given is empty, None or False.

    `state`, `place_kind`, `size_class`, `cooperation` and `phase` are values of the record schema, `topic` is an id
    of the vocabulary.
    `budget` is in euros, `staff` in full-time posts. `memberships` are names of associations and providers.
    """

    place: str = ""
    state: str = ""
    place_kind: str = ""
    population: int | None = None
    size_class: str = ""
    cooperation: str = ""
    memberships: tuple[str, ...] = ()
    topic: str = ""
    phase: str = ""
    months: int | None = None
    budget: int | None = None
    staff: float | None = None
    open_source_only: bool = False
    obtainable_only: bool = False

    @property
    def settles_place(self) -> bool:
        """Whether it is clear of which place answers were asked for; a name alone may be that of several."""
        return bool(self.state) or bool(self.place_kind and not self.place)


SHARED = (
    *("size_class", "cooperation", "topic", "phase", "months", "budget", "staff"),
    *("open_source_only", "obtainable_only"),
)
"""What a situation and what a memo keeps of it have in common by name."""


def kept(situation: Situation, memberships: Iterable[str] = ()) -> MemoSituation:
    """Return what a memo keeps of a situation; `memberships` are the names of the bodies the place belongs to."""
    place = situation.place or Place(state="", kind="")
    return MemoSituation(
        place=place.name or "",
        state=place.state,
        place_kind=place.kind,
        population=place.population,
        memberships=tuple(memberships),
        **{name: getattr(situation, name) for name in SHARED},
    )
