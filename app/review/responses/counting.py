# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each municipality counts once for a record and for each of its lessons, whoever passed its word on.

Several nodes may speak for one place. Its newest word counts; what it replaces stays readable, so that nobody
silences a town by speaking in its name.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.official_key import shortest
from app.review.model.response import Relation, RespondingPlace, Response, ResponseCount

_Name = tuple[str, str]


def counted(found: Iterable[Response]) -> tuple[Response, ...]:
    """Return the responses to one record, the newest first, with `counts` set as it is among them."""
    ordered = sorted(found, key=lambda one: (one.at, not one.origin, one.origin, one.record_id), reverse=True)
    keys = {_named(one.place): shortest(one.place.ars) for one in ordered if one.place.ars}
    seen: set[tuple[str | None, str | _Name]] = set()
    result = []
    for one in ordered:
        voice = (one.lesson, _identity(one.place, keys))
        result.append(replace(one, counts=voice not in seen))
        seen.add(voice)
    return tuple(result)


def count(lesson: str | None, responses: Iterable[Response]) -> ResponseCount:
    """Return how many municipalities said what about a lesson, or about the record (None)."""
    found = [one for one in responses if one.counts and one.lesson == lesson]
    said = Counter(one.relation for one in found)
    elsewhere = Counter(one.origin for one in found if one.origin)
    return ResponseCount(
        lesson=lesson,
        reuses=said[Relation.REUSES],
        confirms=said[Relation.CONFIRMS],
        contradicts=said[Relation.CONTRADICTS],
        elsewhere=tuple(elsewhere.most_common()),
    )


def _identity(place: RespondingPlace, keys: Mapping[_Name, str]) -> str | _Name:
    """Return what tells a municipality apart: its key, or that of the one place of its name here that has one."""
    return shortest(place.ars) if place.ars else keys.get(_named(place), _named(place))


def _named(place: RespondingPlace) -> _Name:
    return " ".join(unicodedata.normalize("NFC", place.name).casefold().split()), place.state
