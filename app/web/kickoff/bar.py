# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bar with the asker's situation: one line when closed, a form when open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from app.kickoff.places import Attribution
from app.kickoff.situation import SMALL_PLACES
from app.kickoff.situation.parameters import to_parameters
from app.web.kickoff import situation as memberships
from app.web.kickoff import situation as problems
from app.web.kickoff import situation as summary
from app.web.kickoff.places import PlaceChoices, attributions
from app.web.kickoff.selection import kickoff_address
from app.web.kickoff.situation import Kickoff, choices, label, topic_label
from app.web.shell.wording import _

Option = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A value that can be ticked."""

    value: str
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What the bar shows. `labels`, `values`, `errors` and `options` go by the name of the parameter."""

    line: tuple[str, ...]
    is_open: bool
    labels: Mapping[str, str]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    options: Mapping[str, list[Option]]
    memberships: tuple[Tick, ...]
    closeness: tuple[Tick, ...]
    open_source_only: bool
    obtainable_only: bool
    places: PlaceChoices | None
    attributions: tuple[Attribution, ...]
    small_places: str


def bar(kickoff: Kickoff, places: PlaceChoices | None, *, is_open: bool) -> Bar:
    """Return the bar; it is open too where something in it waits for an answer."""
    situation = kickoff.situation
    return Bar(
        line=summary.situation_in_words(situation),
        is_open=is_open or bool(kickoff.problems) or places is not None,
        labels=_labels(),
        values=_values(kickoff),
        errors={problem.field: problems.problem_in_words(problem) for problem in kickoff.problems},
        options=_options(),
        memberships=_memberships(situation.place.memberships if situation.place else ()),
        closeness=_closeness(situation.slider),
        open_source_only=situation.open_source_only,
        obtainable_only=situation.obtainable_only,
        places=places,
        attributions=attributions(),
        small_places=small_places(),
    )


def small_places() -> str:
    """Return the address of the entrance for places with fewer than 5,000 inhabitants."""
    return kickoff_address(url_for("search.kickoff"), to_parameters(SMALL_PLACES))


def _labels() -> Mapping[str, str]:
    return {
        "ort": _("Name of the place"),
        "ort_land": _("State"),
        "ort_art": _("Kind of place"),
        "einwohner": _("Inhabitants"),
        "ort_groesse": _("or size"),
        "form": _("Cooperation"),
        "feld": _("Field of action"),
        "stand": _("Phase it is in now"),
        "monate": _("Time left, in months"),
        "budget": _("Budget in euros"),
        "stellen": _("Full-time posts"),
        "naehe": _("Places like ours"),
    }


def _values(kickoff: Kickoff) -> Mapping[str, str]:
    typed = {name: kickoff.written(name) for name in kickoff.given}
    ars = kickoff.situation.place.ars if kickoff.situation.place else None
    return {**typed, "ars": ars or ""}


def _options() -> Mapping[str, list[Option]]:
    allowed = choices()
    topics = sorted(((topic, topic_label(topic)) for topic in allowed.topics), key=lambda option: option[1].casefold())
    return {
        "ort_land": _any(_("not stated"), "state", allowed.states),
        "ort_art": _any(_("not stated"), "place_kind", allowed.kinds),
        "ort_groesse": _any(_("not stated"), "size_class", allowed.size_classes),
        "form": _any(_("open"), "cooperation", allowed.cooperations),
        "feld": [("", _("all")), *topics],
        "stand": _any(_("not stated"), "phase", allowed.phases),
    }


def _any(nothing: str, name: str, values: Iterable[str]) -> list[Option]:
    return [("", nothing), *((value, label(name, value)) for value in values)]


def _memberships(stated: Collection[str]) -> tuple[Tick, ...]:
    bodies = memberships.memberships_offered(stated)
    return tuple(Tick(value=key, label=name, ticked=key in stated) for key, name in bodies.items())


def _closeness(slider: int) -> tuple[Tick, ...]:
    words = {0: _("do not count"), 2: _("count a little"), 5: _("count"), 10: _("count a lot")}
    # A position that an address carries and the form does not offer is shown as it is.
    words.setdefault(slider, _("count %(number)s out of 10", number=slider))
    return tuple(Tick(value=str(value), label=text, ticked=value == slider) for value, text in sorted(words.items()))
