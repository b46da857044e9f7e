# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lessons that answer a question, with the help of some that are known to answer it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.search.meaning.passages import LESSON, LessonName
from app.search.meaning.store import VectorStore
from app.search.meaning.vector_map import VectorMap

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOOKED_AT = 200
"""So many of the nearest passages; about every third is a lesson."""


def near_lessons(
    vectors: VectorMap, store: VectorStore, question: NDArray[np.float32], like: Iterable[LessonName], most: int
) -> list[LessonName]:
    """Return lessons near to a question and to those that answer it (`like`), nearest first, one of each record.

    The middle between a question and its answers finds further answers better than the question alone.
    """
    answers = tuple(like)
    known = store.parts({one.uid for one in answers})
    places = ((one.uid, _place(known.get(one.uid, ()), one.lesson)) for one in answers)
    nearest = vectors.nearest_passages(question, [place for place in places if place[1] >= 0], LOOKED_AT)
    parts = store.parts({uid for uid, _place in nearest})
    found: dict[str, LessonName] = {}
    for uid, place in nearest:
        part = dict(enumerate(parts.get(uid, ()))).get(place, "")
        if part.startswith(LESSON):
            found.setdefault(uid, LessonName(uid, part.removeprefix(LESSON)))
    return [one for one in found.values() if one.uid not in known][:most]


def _place(parts: Iterable[str], lesson: str) -> int:
    return next((place for place, part in enumerate(parts) if part == f"{LESSON}{lesson}"), -1)
