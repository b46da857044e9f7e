"""The situation of somebody who starts a project, and its URL parameters. Only the place is free text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum
from types import MappingProxyType

from app.records.record import size_class
from app.records.schema import SchemaSet
from app.reuse.place import Place

SLIDER_MAX = 10
DEFAULT_SLIDER = 5
_ACTS_AS = MappingProxyType({"district": "district", "state": "state", "municipal_association": "inter_municipal"})
"""The form of cooperation that a kind of place always has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the asker says about place, project and limits.

    `size_class` is used only if the place has no population. `topic` is an id of the vocabulary of topics, `phase` the
    current phase of the project, `cooperation` and the codes in `place` are values of the record schema. `months` is
    the time left, `budget` is in euros, `staff` in full-time posts. With a `slider` above 0 (to SLIDER_MAX) similarity
    to the place orders equal hits; at 0 the order of the search is unchanged.
    """

    place: Place | None = None
    size_class: str = ""
    cooperation: str = ""
    topic: str = ""
    phase: str = ""
    months: int | None = None
    budget: int | None = None
    staff: float | None = None
    open_source_only: bool = False
    obtainable_only: bool = False
    slider: int = DEFAULT_SLIDER

    @property
    def settled_place(self) -> Place | None:
        """Return the asker's place; None if it is ambiguous."""
        return self.place if self.place and self.place.settled else None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing; the slider alone does not count."""
        return self == Situation(slider=self.slider)

    @property
    def own_size_class(self) -> str:
        """Return the size class by population, else the one that the asker chose, else ""."""
        return size_class(self.place.population if self.place else None) or self.size_class

    @property
    def own_cooperation(self) -> str:
        """Return the form of cooperation that the asker chose, else the one implied by the kind of place."""
        return self.cooperation or _ACTS_AS.get(self.place.kind if self.place else "", "")

    @property
    def filters(self) -> Mapping[str, tuple[str, ...]]:
        """Return the search filters; not the phase, as a reader with an idea wants results, not ideas."""
        return {"thema": (self.topic,)} if self.topic else {}


SMALL_PLACES = Situation(size_class="lt5k")
"""The preset for places with fewer than 5,000 inhabitants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationChoices:
    """Allowed codes in display order; `topics` are ids of the vocabulary."""

    states: tuple[str, ...]
    kinds: tuple[str, ...]
    size_classes: tuple[str, ...]
    cooperations: tuple[str, ...]
    phases: tuple[str, ...]
    topics: tuple[str, ...]

    @classmethod
    def of(cls, schemas: SchemaSet, topics: Iterable[str]) -> SituationChoices:
        """Return the values of the record schema, and the topics."""

        def values(name: str) -> tuple[str, ...]:
            return tuple(str(choice.value) for choice in schemas.choices(name))

        return cls(
            states=values("state"),
            kinds=values("place_kind"),
            size_classes=values("size_class"),
            cooperations=values("cooperation"),
            phases=values("phase"),
            topics=tuple(topics),
        )


class ProblemCode(StrEnum):
    """Parameters: `too_long` has `max`; `out_of_range` has `min` and `max`; the others have none."""

    UNKNOWN_VALUE = "unknown_value"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationProblem:
    """`field` is the name of the parameter, such as `einwohner`. The typed value is left out."""

    field: str
    code: ProblemCode
    params: Mapping[str, str] = default(default_factory=dict)


LONGEST_NAME = 80
_MAX_KEY_LENGTH = 400
_MAX_BODIES = 20
_NUMBER = re.compile(r"(\d{1,3}(?:[.,\s]\d{3})+|\d{1,12})(?:[.,](\d{1,2}))?")
"""Digits in German or English notation: a group has three, decimals have one or two."""
_KEY = re.compile(r"\d{5,12}", re.ASCII)
_BODY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(@[a-z0-9][a-z0-9.:~-]*)?", re.ASCII)

Limits = tuple[int, int]


class Fields:
    """One set of parameters; reading collects `problems`."""

    def __init__(self, parameters: Mapping[str, Sequence[str]]) -> None:
        self._parameters = parameters
        self._problems: dict[str, SituationProblem] = {}

    @property
    def problems(self) -> tuple[SituationProblem, ...]:
        """Return at most one problem per field, in the order of reading."""
        return tuple(self._problems.values())

    def text(self, name: str) -> str:
        """Return a single line without control characters, at most LONGEST_NAME long."""
        found = self._first(name)
        return found if len(found) <= LONGEST_NAME else self._wrong(name, ProblemCode.TOO_LONG, max=LONGEST_NAME)

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        found = self._first(name)
        return found if found in ("", *allowed) else self._wrong(name, ProblemCode.UNKNOWN_VALUE)

    def key(self, name: str) -> str:
        found = self._first(name)
        return found if not found or _KEY.fullmatch(found) else self._wrong(name, ProblemCode.UNKNOWN_VALUE)

    def bodies(self, name: str) -> tuple[str, ...]:
        """Return the keys of organisations (see `Party`); other values are left out."""
        found = dict.fromkeys(self._parameters.get(name, ()))
        return tuple(key for key in found if len(key) <= _MAX_KEY_LENGTH and _BODY.fullmatch(key))[:_MAX_BODIES]

    def yes(self, name: str) -> bool:
        return self._first(name) in ("1", "on", "ja", "true")

    def whole(self, name: str, limits: Limits) -> int | None:
        """Return a whole number within limits; decimals are a problem."""
        found = self.number(name, limits)
        if found is None or found.is_integer():
            return None if found is None else int(found)
        self._wrong(name, ProblemCode.NOT_A_NUMBER)
        return None

    def number(self, name: str, limits: Limits) -> float | None:
        """Return a number within limits, inclusive."""
        written = self._first(name).removesuffix("€").removesuffix("EUR").strip()
        if not written:
            return None
        match = _NUMBER.fullmatch(written)
        if match is None:
            self._wrong(name, ProblemCode.NOT_A_NUMBER)
            return None
        value = float(f"{re.sub(r'[^0-9]', '', match[1])}.{match[2] or 0}")
        if limits[0] <= value <= limits[1]:
            return value
        self._wrong(name, ProblemCode.OUT_OF_RANGE, min=limits[0], max=limits[1])
        return None

    def _first(self, name: str) -> str:
        value = next(iter(self._parameters.get(name, ())), "")
        return " ".join("".join(c if c.isprintable() else " " for c in value).split())

    def _wrong(self, name: str, code: ProblemCode, **params: int) -> str:
        told = {key: str(value) for key, value in params.items()}
        self._problems.setdefault(name, SituationProblem(field=name, code=code, params=told))
        return ""


Parameters = Mapping[str, Sequence[str]]
"""All values of every parameter; names not read here are ignored."""

PARAMETERS = (
    *("ort", "ort_land", "ort_art", "einwohner", "ort_groesse", "ars", "mitglied"),
    *("form", "feld", "stand", "monate", "budget", "stellen", "nur_offen", "nur_beziehbar", "naehe"),
)
"""All parameters of a situation. None is a facet of the search, so both fit into one URL."""
YES = "1"
_INHABITANTS = (0, 20_000_000)
_MONTHS = (1, 240)
_EUROS = (0, 10_000_000_000)
_POSTS = (0, 10_000)


def from_parameters(
    parameters: Parameters, choices: SituationChoices
) -> tuple[Situation, tuple[SituationProblem, ...]]:
    """Return the readable parts, and the problems. Numbers may be German ("90.000") or English ("90,000")."""
    fields = Fields(parameters)
    slider = fields.whole("naehe", (0, SLIDER_MAX))
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
        slider=DEFAULT_SLIDER if slider is None else slider,
    )
    return situation, fields.problems


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


def to_parameters(situation: Situation) -> tuple[tuple[str, str], ...]:
    """Return the parameters that `from_parameters` reads as this situation; none for the empty one."""
    place = situation.place or Place(state="", kind="")
    written = (
        ("ort", place.name or ""),
        ("ort_land", place.state),
        ("ort_art", place.kind),
        ("einwohner", _plain(place.population)),
        ("ars", place.ars or ""),
        *(("mitglied", key) for key in sorted(place.memberships)),
        ("ort_groesse", situation.size_class),
        ("form", situation.cooperation),
        ("feld", situation.topic),
        ("stand", situation.phase),
        ("monate", _plain(situation.months)),
        ("budget", _plain(situation.budget)),
        ("stellen", _plain(situation.staff)),
        ("nur_offen", YES if situation.open_source_only else ""),
        ("nur_beziehbar", YES if situation.obtainable_only else ""),
        ("naehe", "" if situation.slider == DEFAULT_SLIDER else str(situation.slider)),
    )
    return tuple((name, value) for name, value in written if value)


def _plain(number: float | None) -> str:
    """Return the number without grouping, with a decimal comma only if there are decimals."""
    return "" if number is None else f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")
