# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the asker stands, as the memo keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.kickoff.situation import Situation


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


def kept(situation: Situation, memberships: Iterable[str] = ()) -> MemoSituation:
    """Return what a memo keeps of a situation; `memberships` are the names of the bodies the place belongs to."""
    place = situation.place
    return MemoSituation(
        place=(place.name if place else None) or "",
        state=place.state if place else "",
        place_kind=place.kind if place else "",
        population=place.population if place else None,
        size_class=situation.size_class,
        cooperation=situation.cooperation,
        memberships=tuple(memberships),
        topic=situation.topic,
        phase=situation.phase,
        months=situation.months,
        budget=situation.budget,
        staff=situation.staff,
        open_source_only=situation.open_source_only,
        obtainable_only=situation.obtainable_only,
    )
