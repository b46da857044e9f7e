# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a whole sentence says of the asker's place and limits, to be offered to them and never taken unasked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.entry import PlaceEntry
from app.kickoff.places.names import FORMS_OF_ADDRESS, bare_name, folded, proper_name

_MONTHS = re.compile(r"\b(\d{1,3})[\s-]*(?:monate?n?|months?)\b", re.IGNORECASE)
_OPEN_SOURCE = re.compile(r"\bopen[\s-]?source\b|\bquelloffen", re.IGNORECASE)
_WORD = re.compile(r"[\w.\-/()]*\w")
_LONGEST, _MOST_MONTHS = 4, 240
"""Words of the longest name, and months of the longest time."""
_WE = frozenset(("wir", "sind", "kommen", "we", "are", "come"))
_BETWEEN = frozenset(("der", "die", "das", "dem", "den", "the", "aus", "in", "im", "from"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The only place and time that a sentence names, and whether it asks for open source."""

    place: PlaceEntry | None = None
    months: int | None = None
    open_source: bool = False


def said(text: str, places: PlaceDirectory) -> Said:
    """Read a sentence; of several places or times none is meant."""
    found = {(place.name, place.state, place.kind): place for place in _places(_WORD.findall(text), places)}
    months = {int(number) for number in _MONTHS.findall(text) if 0 < int(number) <= _MOST_MONTHS}
    return Said(
        place=next(iter(found.values())) if len(found) == 1 else None,
        months=months.pop() if len(months) == 1 else None,
        open_source=_OPEN_SOURCE.search(text) is not None,
    )


def _places(words: Sequence[str], places: PlaceDirectory) -> Iterator[PlaceEntry]:
    """Yield the places that somebody calls theirs: other places are where something was done, and many are words."""
    number = 0
    while number < len(words):
        place, length = _at(words[number : number + _LONGEST], places) if _leads(words[:number]) else (None, 1)
        if place is not None:
            yield place
        number += length


def _leads(before: Sequence[str]) -> bool:
    """Tell whether what stands before leads to the asker's place: "wir sind der …", "wir in …"."""
    last = [word.casefold() for word in before[-_LONGEST:]]
    while last and last[-1] in _BETWEEN:
        last.pop()
    return bool(last) and last[-1] in _WE


def _at(words: Sequence[str], places: PlaceDirectory) -> tuple[PlaceEntry | None, int]:
    """Return the place that is named at the beginning, by as many words as it takes, and how many these are."""
    if not words[0][:1].isupper():
        return None, 1
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length])
        place = places.meant(name)
        if place is not None and not place.is_part and _is_called(place, name):
            return place, length
    return None, 1


def _is_called(place: PlaceEntry, name: str) -> bool:
    """Tell whether a place is called so, and does not only begin so."""
    wanted = folded(name)
    first, _, rest = wanted.partition(" ")
    proper = proper_name(place.name)
    names = {folded(place.name), folded(proper), bare_name(proper)}
    return wanted in names or (first in FORMS_OF_ADDRESS and rest in names)
