# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the situation and the selection from an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.kickoff.places import PlaceDirectory
from app.kickoff.places.naming import proper_name
from app.kickoff.places.spelling import folded
from app.kickoff.situation import Situation, SituationChoices, SituationProblem, from_parameters
from app.kickoff.situation.parameters import NAMES, to_parameters
from app.web.access import services
from app.web.selection import Parameters, Selection

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

TOPICS = "topics"
KEY = "ars"
"""The one parameter without a field of its own: a wrong one is dropped, because nobody could mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kickoff:
    """What an address says about the asker.

    `given` are the parameters of the situation as they were typed, so that a field with a problem keeps its value.
    """

    situation: Situation
    problems: tuple[SituationProblem, ...]
    selection: Selection
    given: Mapping[str, Sequence[str]]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is said and nothing chosen: a plain search."""
        return self.situation.is_empty and not self.problems and self.selection.is_empty

    @property
    def reorders(self) -> bool:
        """Tell whether likeness counts, so that hits can be ordered even where no word is searched for."""
        return not self.situation.is_empty and self.situation.slider > 0

    def written(self, name: str) -> str:
        """Return what was typed into a field."""
        return next(iter(self.given.get(name, ())), "")

    def parameters(self) -> Parameters:
        """Return situation and selection for an address, what could not be read included."""
        wrong = {problem.field for problem in self.problems}
        kept = [(name, value) for name in wrong for value in self.given.get(name, ())[:1]]
        return [*to_parameters(self.situation), *kept, *self.selection.parameters()]


def read_kickoff(args: MultiDict[str, str]) -> Kickoff:
    """Read the parameters of an address; nothing in them is too wrong to go on with the rest."""
    given = {name: args.getlist(name) for name in NAMES if name in args}
    reading = from_parameters(given, choices())
    return Kickoff(
        situation=_with_own_key(reading.situation, services().places),
        problems=tuple(problem for problem in reading.problems if problem.field != KEY),
        selection=Selection.read(args),
        given=given,
    )


def choices() -> SituationChoices:
    """Return the values a situation may hold on this node."""
    node = services()
    topics = node.vocabularies.get(TOPICS)
    return SituationChoices.of(node.schemas, (topic.id for topic in topics.concepts) if topics else ())


def _with_own_key(situation: Situation, places: PlaceDirectory) -> Situation:
    """Drop a key that belongs to another place: the form keeps it while somebody types another name."""
    place = situation.place
    entry = places.get(place.ars) if place and place.ars else None
    if place is None or entry is None or _same(place.name or "", entry.name):
        return situation
    return replace(situation, place=replace(place, ars=None))


def _same(name: str, listed: str) -> bool:
    return folded(name) in {folded(listed), folded(proper_name(listed))}
