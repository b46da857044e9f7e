# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A situation as parameters of an address that can be passed on. The name of the place is its only free text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.kickoff.situation.choices import SituationChoices
from app.kickoff.situation.fields import Fields
from app.kickoff.situation.problem import SituationInvalid, SituationProblem
from app.kickoff.situation.situation import DEFAULT_SLIDER, SLIDER_MAX, Situation
from app.reuse.place import Place

Parameters = Mapping[str, Sequence[str]]
"""Every value of every parameter; names that are not read here are left alone."""

NAMES = (
    *("ort", "ort_land", "ort_art", "einwohner", "ort_groesse", "ars", "mitglied"),
    *("form", "feld", "stand", "monate", "budget", "stellen", "nur_offen", "nur_beziehbar", "naehe"),
)
"""All parameters of a situation. None of them is a facet of the search, so both fit into one address."""
YES = "1"
_INHABITANTS = (0, 20_000_000)
_MONTHS = (1, 240)
_EUROS = (0, 10_000_000_000)
_POSTS = (0, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The situation as far as it could be read, and what could not; a field with a problem counts as not given."""

    situation: Situation
    problems: tuple[SituationProblem, ...] = ()

    def checked(self) -> Situation:
        """Return the situation; raises SituationInvalid when there are problems."""
        if self.problems:
            raise SituationInvalid(self.problems)
        return self.situation


def from_parameters(parameters: Parameters, choices: SituationChoices) -> Reading:
    """Read a situation. Numbers may be written the German way ("90.000", "0,5") or the English ("90,000", "0.5")."""
    fields = Fields(parameters)
    situation = Situation(
        place=_place(fields, choices),
        size_class=fields.choice("ort_groesse", choices.size_classes),
        cooperation=fields.choice("form", choices.cooperations),
        topic=fields.choice("feld", choices.topics),
        phase=fields.choice("stand", choices.phases),
        months=fields.whole("monate", _MONTHS),
        budget=fields.whole("budget", _EUROS),
        staff=fields.number("stellen", _POSTS),
        open_source_only=fields.yes("nur_offen"),
        obtainable_only=fields.yes("nur_beziehbar"),
        slider=_slider(fields),
    )
    return Reading(situation=situation, problems=fields.problems)


def to_parameters(situation: Situation) -> tuple[tuple[str, str], ...]:
    """Return the parameters that `from_parameters` reads as this situation; none for the empty one."""
    return tuple((name, value) for name, value in _written(situation) if value)


def _place(fields: Fields, choices: SituationChoices) -> Place | None:
    place = Place(
        name=fields.text("ort") or None,
        state=fields.choice("ort_land", choices.states),
        kind=fields.choice("ort_art", choices.kinds),
        population=fields.whole("einwohner", _INHABITANTS),
        ars=fields.key("ars") or None,
        memberships=frozenset(fields.bodies("mitglied")),
    )
    return None if place == Place(state="", kind="") else place


def _slider(fields: Fields) -> int:
    given = fields.whole("naehe", (0, SLIDER_MAX))
    return DEFAULT_SLIDER if given is None else given


def _written(situation: Situation) -> Iterator[tuple[str, str]]:
    yield from _written_place(situation.place or Place(state="", kind=""))
    yield "ort_groesse", situation.size_class
    yield "form", situation.cooperation
    yield "feld", situation.topic
    yield "stand", situation.phase
    yield "monate", _plain(situation.months)
    yield "budget", _plain(situation.budget)
    yield "stellen", _plain(situation.staff)
    yield "nur_offen", YES if situation.open_source_only else ""
    yield "nur_beziehbar", YES if situation.obtainable_only else ""
    yield "naehe", "" if situation.slider == DEFAULT_SLIDER else str(situation.slider)


def _written_place(place: Place) -> Iterator[tuple[str, str]]:
    yield "ort", place.name or ""
    yield "ort_land", place.state
    yield "ort_art", place.kind
    yield "einwohner", _plain(place.population)
    yield "ars", place.ars or ""
    yield from (("mitglied", key) for key in sorted(place.memberships))


def _plain(number: float | None) -> str:
    """The number without grouping, decimals with a comma only where there are any."""
    return "" if number is None else f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")
