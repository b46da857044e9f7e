"""Fills in state, kind and inhabitants when a name can only mean one place."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app.kickoff.places.names import folded, proper_name
from app.kickoff.places.table import UNKNOWN, PlaceEntry
from app.web.kickoff.selection import Parameters
from app.web.shell.access import services

FIELDS = ("ort", "ort_land", "ort_art", "einwohner", "ort_groesse", "ars")
"""The fields that choosing a place fills or empties; all others stay."""
LOOK_UP, ALL = "ortssuche", "alle"
"""Parameter of the button that looks a place up, and its value where all places of the name are to be shown."""
VALUES = ("ort_land", "ort_art", "einwohner", "ort_groesse")


def filled(entry: PlaceEntry) -> Parameters:
    """Return the parameters that a place fills; what its source does not state stays empty."""
    values = {
        "ort": entry.name,
        "ort_land": entry.state,
        "ort_art": "" if entry.kind == UNKNOWN else entry.kind,
        "einwohner": "" if entry.population is None else str(entry.population),
        "ars": entry.ars or "",
    }
    return [(name, value) for name, value in values.items() if value]


def settled(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the parameters of an address with the place filled in, where its name stands alone and is unambiguous.

    A key that belongs to another place goes, with everything that came with it: forms keep it while somebody types
    another name.
    """
    name, given = _said(args)
    place = (services().places.meant(name) or assumed(args)) if name else None
    if place is not None:
        given = [*(pair for pair in given if pair[0] not in FIELDS), *filled(place)]
    return MultiDict(given)


def assumed(args: MultiDict[str, str]) -> PlaceEntry | None:
    """Return the city that an address is taken to mean although smaller places share its name.

    None where nothing has to be assumed, and where somebody wants to see all of them.
    """
    name, _given = _said(args)
    places = services().places
    if not name or args.get(LOOK_UP) == ALL or places.meant(name) is not None:
        return None
    return places.likeliest(name)


def _said(args: MultiDict[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """Return the name that stands alone, "" where there is none, and what else an address says."""
    name = args.get("ort", "").strip()
    given = [pair for pair in args.items(multi=True) if pair not in _left_over(name, args.get("ars", ""))]
    alone = not any(value.strip() for field, value in given if field in VALUES)
    return name if alone else "", given


def _left_over(name: str, ars: str) -> frozenset[tuple[str, str]]:
    """Return the parameters left in the form by a place other than the named one."""
    entry = services().places.get(ars) if ars else None
    if entry is None or folded(name) in {folded(entry.name), folded(proper_name(entry.name))}:
        return frozenset()
    return frozenset({*(filled(entry) if name else ()), ("ars", ars)})
