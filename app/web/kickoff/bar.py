"""The bar with the asker's situation: where, and within which limits."""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.kickoff.places.table import PART, UNKNOWN, PlaceEntry
from app.kickoff.sentence import said
from app.kickoff.situation import DEFAULT_SLIDER, SMALL_PLACES, Situation, to_parameters
from app.records.five_lines.lines import SOLUTION
from app.reuse.facets import WAY, WITHOUT_TENDER
from app.search.document import SIZE_CLASS
from app.shared.kept import Recent
from app.shared.wording import N_
from app.web.kickoff.selection import kickoff_address, kickoff_parameters
from app.web.kickoff.situation import (
    ALL,
    FIELDS,
    LOOK_UP,
    VALUES,
    Kickoff,
    assumed,
    filled,
    inhabitants,
    memberships_offered,
    place_in_words,
    problem_in_words,
    situation_in_words,
)
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.shown import Link
from app.web.shell.wording import _, choices, label, topics

MAX_SUGGESTIONS = 10
MAX_PLACES = 30
"""Places offered to choose from; no name has more."""
PlaceChoices = list[tuple[PlaceEntry, str]]
"""Places with this name or a similar one, each with the URL that fills in its values; at most MAX_PLACES."""


def wanted_places(kickoff: Kickoff, args: MultiDict[str, str], page: str = "") -> PlaceChoices | None:
    """Return the places to choose from, if the asker looks for one or gave only an ambiguous name.

    Choosing one leads to `page`, else to the hits.
    """
    name = kickoff.written("ort")
    if not name:
        return None
    # The asker looks up a place whose name is ambiguous.
    looked_up = args.get(LOOK_UP) and services().places.meant(name) is None and assumed(args) is None
    if any(kickoff.written(field) for field in VALUES) and not looked_up:
        return None
    kept = [(key, value) for key, value in kickoff_parameters(args) if key not in FIELDS]
    places = services().places
    found = places.find(name, MAX_PLACES) or places.near(name, MAX_PLACES)
    return [(entry, kickoff_address(page or url_for("search.results"), [*kept, *filled(entry)])) for entry in found]


def offered(typed: str) -> list[dict[str, object]]:
    """Return the places whose name starts with `typed`, each in words and with the values that choosing it sets.

    If there are none, return similar names. `like` marks those and repeats the typed text with its spaces: browsers
    show only options of a list that contain the whole text of the field.
    """
    places, prefix = services().places, " ".join(typed.split())
    found = places.find(prefix, MAX_SUGGESTIONS)
    return [_offer(entry) for entry in found] or [
        _offer(entry, typed) for entry in places.near(prefix, MAX_SUGGESTIONS)
    ]


def _offer(entry: PlaceEntry, typed: str = "") -> dict[str, object]:
    name = f"{entry.name} ({', '.join(place_details(entry))})"
    return {
        "label": name,
        "like": _("like “%(typed)s”: %(place)s", typed=typed, place=name) if typed else "",
        "values": dict.fromkeys(FIELDS, "") | dict(filled(entry)),
    }


def place_details(entry: PlaceEntry) -> Iterator[str]:
    """Yield facts that distinguish a place from others, in words."""
    told_apart_by = services().places.told_apart_by(entry)
    yield label("state", entry.state)
    if entry.kind == PART:
        within = entry.within
        yield _("part of %(municipality)s", municipality=within) if within else _("part of a municipality")
    elif entry.kind != UNKNOWN:
        yield label("place_kind", entry.kind)
    if "within" in told_apart_by and entry.within and entry.kind != PART:
        yield entry.within
    if "near" in told_apart_by and entry.near:
        yield _("near %(town)s", town=entry.near)
    if entry.population is not None:
        number, day = inhabitants(entry.population), entry.population_as_of
        if day is None:
            yield _("%(inhabitants)s (year not known)", inhabitants=number)
        else:
            yield _("%(inhabitants)s (as of %(date)s)", inhabitants=number, date=formats.day(day))


LABELS = {
    "ort": N_("Name of the place"),
    "ort_land": N_("State"),
    "ort_art": N_("Kind of place"),
    "einwohner": N_("Inhabitants"),
    "ort_groesse": N_("or size"),
    "form": N_("Cooperation"),
    "feld": N_("Field of action"),
    "stand": N_("Phase it is in now"),
    "monate": N_("Time left, in months"),
    "budget": N_("Budget in euros"),
    "stellen": N_("Full-time posts"),
    "naehe": N_("Places like ours"),
}
_OF_PLACE = frozenset({"ort_land", "ort_art", "einwohner", "ort_groesse"})
_plain_bars: Recent[Hashable, Markup] = Recent(8)
_OF_PROJECT = frozenset({"feld", "stand", "form", "naehe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A value with a checkbox."""

    value: str
    label: str
    ticked: bool


class Bar:
    """The contents of the bar. `labels`, `values`, `errors` and `options` are by parameter name."""

    def __init__(self, kickoff: Kickoff, places: PlaceChoices | None, *, is_open: bool) -> None:
        """Show a situation; unreadable values also open the bar."""
        self.kickoff = kickoff
        self.situation = kickoff.situation
        # The sources of the list of places, which every page with places names.
        self.attributions = services().places.attributions()
        self.places = places
        self.is_open = is_open or bool(kickoff.problems)
        self.labels = {name: _(words) for name, words in LABELS.items()}
        self.line = situation_in_words(self.situation)
        place = self.situation.place
        typed = {name: kickoff.written(name) for name in kickoff.given}
        self.values = {**typed, "ars": (place.ars if place else None) or ""}
        self.errors = {problem.field: problem_in_words(problem) for problem in kickoff.problems}

    @cached_property
    def memberships(self) -> tuple[Tick, ...]:
        """Return the bodies that a place may belong to."""
        place = self.situation.place
        stated: Collection[str] = place.memberships if place else ()
        bodies = memberships_offered(stated)
        return tuple(Tick(value=key, label=name, ticked=key in stated) for key, name in bodies.items())

    @cached_property
    def options(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the choices by parameter name."""
        return {
            "ort_land": (("", _("not stated")), *choices("state")),
            "ort_art": (("", _("not stated")), *choices("place_kind")),
            "ort_groesse": (("", _("not stated")), *choices("size_class")),
            "form": (("", _("open")), *choices("cooperation")),
            "feld": (("", _("all")), *sorted(topics(), key=lambda topic: topic[1].casefold())),
            "stand": (("", _("not stated")), *choices("phase")),
        }

    @property
    def html(self) -> Markup:
        """Return the bar. The empty one is cached: it is the same for all, and a seventh of a search page's work."""
        if self.is_open or self.places is not None or self.kickoff.given or not self.kickoff.is_empty:
            return self._rendered()
        said = services().schemas, services().vocabularies.state, self.attributions, self.memberships
        return _plain_bars.get((request.root_path, current_language(), said), self._rendered)

    def _rendered(self) -> Markup:
        bar: Markup = current_app.jinja_env.get_template("kickoff/bar.html").module.situation_bar(self)  # type: ignore[attr-defined]  # a macro in it
        return bar

    @property
    def place_line(self) -> str:
        """Return the place with the known facts, if there are any besides its name."""
        place = self.situation.place
        return place_in_words(place) if place and (place.state or place.kind or place.population) else ""

    @property
    def assumed(self) -> str:
        """Return a sentence naming the city chosen over smaller places of its name; "" if none was."""
        found = self.kickoff.assumed
        if found is None or found.population is None:
            return ""
        return f"{found.name}, {label('state', found.state)} ({inhabitants(found.population)})"

    @property
    def none_called_so(self) -> bool:
        """Return whether no place has the typed name, so that only similar names are offered."""
        return self.places is not None and not services().places.find(self.kickoff.written("ort"), 1)

    @property
    def may_be_more(self) -> bool:
        """Return whether the list of offered places is full, so that others may match as well."""
        return self.places is not None and len(self.places) == MAX_PLACES

    @property
    def all_places(self) -> str:
        """Return the URL of this page that offers all places of the name."""
        said = [pair for pair in request.args.items(multi=True) if pair[0] != LOOK_UP]
        return f"{request.root_path}{request.path}?{urlencode([*said, (LOOK_UP, ALL)])}#orte"

    @property
    def place_is_open(self) -> bool:
        """Return whether the place's fields need an answer."""
        return bool(_OF_PLACE & self.errors.keys()) or self.places == [] or bool(self.situation.size_class)

    @property
    def project_is_open(self) -> bool:
        """Return whether one of the secondary fields is filled or wrong."""
        said = self.situation
        given = said.topic or said.phase or said.cooperation or said.slider != DEFAULT_SLIDER
        return bool(given) or bool(_OF_PROJECT & self.errors.keys())

    @property
    def closeness(self) -> tuple[Tick, ...]:
        """Return the choices on whether similarity to the place counts."""
        slider = self.situation.slider
        words = {0: _("do not count"), slider or DEFAULT_SLIDER: _("come first among hits that fit equally well")}
        return tuple(Tick(value=str(value), label=text, ticked=value == slider) for value, text in words.items())


def small_places() -> str:
    """Return the URL of the lessons of places with fewer than 5,000 inhabitants."""
    of_such_places = (SIZE_CLASS, SMALL_PLACES.size_class)
    return kickoff_address(url_for("search.results"), [*to_parameters(SMALL_PLACES), of_such_places])


def without_tender() -> str:
    """Return the URL of solutions available without a tender; given a place, the page says which."""
    limit = to_parameters(Situation(obtainable_only=True))
    asked = [*kickoff_parameters(), *limit, ("art", SOLUTION), (WAY, WITHOUT_TENDER)]
    return kickoff_address(url_for("search.results"), dict.fromkeys(asked))


def suggestion(text: str, kickoff: Kickoff, args: MultiDict[str, str]) -> Link | None:
    """Return the place and limits found in a question that the asker has not given otherwise; None without any.

    Accepting it leads to the hits, with the rest of the sentence as the question.
    """
    found = said(text, services().places, services().search.is_word)
    place = None if kickoff.situation.place or kickoff.written("ort") else found.place
    limits = Situation(
        months=None if kickoff.written("monate") else found.months,
        open_source_only=found.open_source and not kickoff.situation.open_source_only,
    )
    words = [*([f"{place.name} ({label('state', place.state)})"] if place else []), *situation_in_words(limits)]
    if not words:
        return None
    dropped = {"q", "seite", *(FIELDS if place else ())}
    others = [pair for pair in kickoff_parameters(args) if pair[0] not in dropped]
    question = [("q", found.rest)] if found.rest else []
    taken = [*question, *others, *(filled(place) if place else []), *to_parameters(limits)]
    return Link(label=", ".join(words), href=kickoff_address(url_for("search.results"), taken))


blueprint = Blueprint("kickoff", __name__)
blueprint.add_app_template_filter(place_details)


@blueprint.get("/projektstart/orte")
def places() -> Response:
    """Suggest places for a partial name, as JSON for places.js."""
    typed = request.args.get("q", "")[:80]
    return jsonify({"places": offered(typed) if len(typed.strip()) >= 2 else []})
