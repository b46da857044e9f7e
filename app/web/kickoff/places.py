"""Places of the list that may be meant, each as an address that fills the three fields."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.kickoff.places.table import PART, UNKNOWN, Attribution, PlaceEntry
from app.web.kickoff.place_autofill import FIELDS, LOOK_UP, VALUES, assumed, filled
from app.web.kickoff.selection import kickoff_address, kickoff_parameters
from app.web.kickoff.situation import Kickoff, inhabitants
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.wording import _, label

LIMIT = 10
MOST = 30
"""So many are offered to choose from: there are fewer places of any one name."""
PlaceChoices = list[tuple[PlaceEntry, str]]
"""The places found for a name, or for one near it, each with the address that has its values; MOST at most."""


def wanted_places(kickoff: Kickoff, args: MultiDict[str, str], page: str = "") -> PlaceChoices | None:
    """Return the places that may be meant, where somebody looks for one or gave no more than an ambiguous name.

    Choosing one leads to `page`, else to the hits.
    """
    name = kickoff.written("ort")
    if not name or (any(kickoff.written(field) for field in VALUES) and not _looked_up(name, args)):
        return None
    kept = [(key, value) for key, value in kickoff_parameters(args) if key not in FIELDS]
    places = services().places
    found = places.find(name, MOST) or places.near(name, MOST)
    return [(entry, kickoff_address(page or url_for("search.results"), [*kept, *filled(entry)])) for entry in found]


def _looked_up(name: str, args: MultiDict[str, str]) -> bool:
    """Tell whether somebody looks a place up whose name does not settle which one it is."""
    return bool(args.get(LOOK_UP)) and services().places.meant(name) is None and assumed(args) is None


def offered(typed: str) -> list[dict[str, object]]:
    """Return the places whose name begins so, each in words and with the values that choosing it fills or empties.

    Where none does, those written alike come instead. `like` says so with what was typed, blanks included: browsers
    offer of a list only what has all that stands in the field.
    """
    places, prefix = services().places, " ".join(typed.split())
    found = places.find(prefix, LIMIT)
    return [_offer(entry) for entry in found] or [_offer(entry, typed) for entry in places.near(prefix, LIMIT)]


def _offer(entry: PlaceEntry, typed: str = "") -> dict[str, object]:
    name = f"{entry.name} ({', '.join(place_details(entry))})"
    return {
        "label": name,
        "like": _("like “%(typed)s”: %(place)s", typed=typed, place=name) if typed else "",
        "values": dict.fromkeys(FIELDS, "") | dict(filled(entry)),
    }


def attributions() -> tuple[Attribution, ...]:
    """Return whom the list is owed to, to be named wherever it is used."""
    return services().places.attributions()


def place_details(entry: PlaceEntry) -> Iterator[str]:
    """Yield what tells a place apart from others and what is known of it, in words."""
    told_apart_by = services().places.told_apart_by(entry)
    yield label("state", entry.state)
    if entry.kind == PART:
        yield _part(entry)
    elif entry.kind != UNKNOWN:
        yield label("place_kind", entry.kind)
    if "within" in told_apart_by and entry.within and entry.kind != PART:
        yield entry.within
    if "near" in told_apart_by and entry.near:
        yield _("near %(town)s", town=entry.near)
    if entry.population is not None:
        yield _inhabitants(entry, entry.population)


def _part(entry: PlaceEntry) -> str:
    return _("part of %(municipality)s", municipality=entry.within) if entry.within else _("part of a municipality")


def _inhabitants(entry: PlaceEntry, population: int) -> str:
    number = inhabitants(population)
    if entry.population_as_of is None:
        return _("%(inhabitants)s (year not known)", inhabitants=number)
    return _("%(inhabitants)s (as of %(date)s)", inhabitants=number, date=formats.day(entry.population_as_of))
