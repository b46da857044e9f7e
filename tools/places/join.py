"""Joins the list that comes with the program with the administrative areas, which have keys and kinds.

The areas tell what a place is and where it belongs; the list tells how many people live there. Both meet where a place
of the list lies in an area and has its name. Called by set-up: `python -m tools.places.join PACKAGE TARGET`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from app.kickoff.places.directory import SHIPPED
from app.kickoff.places.index import write_index
from app.kickoff.places.names import ASSOCIATION, bare_name, folded, with_kind, written_out
from app.kickoff.places.table import AREAS, DESTATIS, PART, PlaceEntry, read_places
from app.shared.official_key import shortest, state_of
from tools.places.areas import Area, read_areas
from tools.places.build import DECIMALS

MERGED = {"03152": "03159", "03156": "03159"}
"""Districts of the areas that are no more, and what they became: Göttingen and Osterode am Harz, in November 2016.

Their municipalities have other keys since then, which no source here tells.
"""
ASSOCIATIONS = frozenset({"Amt", "Samtgemeinde", "Verbandsgemeinde", "Verwaltungsgemeinschaft", "Verwaltungsverband"})
"""The other areas of that level repeat one municipality."""
_MUNICIPALITIES = {"Stadt": "town", "Gemeinde": "municipality"}
_CITY_STATES = frozenset({"BE", "HB", "HH"})


class Join:
    """Takes the areas level by level, districts first, and keeps of each no more than is needed."""

    def __init__(self, listed: Sequence[PlaceEntry]) -> None:
        self._official = {shortest(entry.ars): entry for entry in listed if entry.source == DESTATIS and entry.ars}
        self._settled: dict[tuple[int, int], list[PlaceEntry]] = defaultdict(list)
        for entry in listed:
            if entry.latitude is not None and entry.longitude is not None:
                self._settled[int(entry.longitude * 10), int(entry.latitude * 10)].append(entry)
        self._left = {entry for entries in self._settled.values() for entry in entries}
        self._made: list[PlaceEntry] = []
        self._members: dict[str, list[int | None]] = defaultdict(list)
        self._as_of = ""

    def add_state(self, area: Area) -> None:
        """Take one of the Länder; the cities among them are districts as well."""
        if state_of(area.key) in _CITY_STATES:
            return
        people = [one.population or 0 for key, one in self._official.items() if key[:2] == area.key]
        sample = next(one for key, one in self._official.items() if key[:2] == area.key)
        self._add(area, area.name, "state", ars=None, people=sum(people), counted=sample.population_as_of)

    def add_district(self, area: Area) -> None:
        """Take the centre of a district or of a city without one; the rest is known better."""
        key = MERGED.get(area.key, area.key)
        if key in self._official:
            self._official[key] = self._placed(self._official[key], area)

    def add_municipality(self, area: Area) -> None:
        """Take a municipality, with its inhabitants and what lies in it."""
        city = self._official.get(shortest(area.ags))
        inside = list(self._inside(area))
        self._left.difference_update(inside)
        if city is not None:
            self._made += (self._part(entry, city.name, area.nuts) for entry in inside)
            return
        itself = _of_name(area.name, inside)
        district = self._official[MERGED.get(area.key[:5], area.key[:5])]
        self._members[area.key[:9]].append(itself.population if itself else None)
        kind = _MUNICIPALITIES.get(area.word)
        if kind is not None:
            known = area.ags if area.key[:5] not in MERGED else None
            also = itself.name if itself else written_out(area.name)
            people = itself.population if itself else None
            self._add(area, area.name, kind, ars=known, people=people, within=district, also=also)
        self._made += (self._part(entry, area.name, district.nuts) for entry in inside if entry is not itself)

    def add_association(self, area: Area) -> None:
        """Take an association, after all municipalities; inhabitants only where those of all members are known."""
        if area.word not in ASSOCIATIONS:
            return
        district = self._official[MERGED.get(area.key[:5], area.key[:5])]
        members = self._members[area.key]
        people = sum(one or 0 for one in members) if members and None not in members else None
        known = area.key if area.key[:5] not in MERGED else None
        name = with_kind(area.word, area.name)
        self._add(area, name, ASSOCIATION, ars=known, people=people, within=district, also=written_out(name))

    def entries(self) -> list[PlaceEntry]:
        """Return all places, sorted; those of the list that lie in no area stay as they were."""
        found = [*self._official.values(), *self._made, *self._left]
        areas = (replace(one, as_of=self._as_of) if one.source == AREAS else one for one in found)
        return sorted(areas, key=lambda one: (one.name, one.state, one.kind, one.ars or "", one.latitude or 0))

    def _add(
        self,
        area: Area,
        name: str,
        kind: str,
        *,
        ars: str | None,
        people: int | None,
        counted: str | None = None,
        within: PlaceEntry | None = None,
        also: str = "",
    ) -> None:
        self._as_of = max(self._as_of, area.changed)
        entry = PlaceEntry(
            name=name,
            state=state_of(area.key),
            kind=kind,
            population=people,
            population_as_of=counted,
            ars=ars,
            nuts=within.nuts if within else None,
            within=within.name if within else None,
            also=also if also and folded(also) != folded(name) else None,
            source=AREAS,
        )
        self._made.append(self._placed(entry, area))

    def _placed(self, entry: PlaceEntry, area: Area) -> PlaceEntry:
        latitude, longitude = area.centre
        return replace(entry, latitude=round(latitude, DECIMALS), longitude=round(longitude, DECIMALS))

    def _part(self, entry: PlaceEntry, municipality: str, nuts: str | None) -> PlaceEntry:
        return replace(entry, kind=PART, within=municipality, near=None, nuts=nuts)

    def _inside(self, area: Area) -> Iterator[PlaceEntry]:
        west, south, east, north = (int(side * 10) for side in area.box)
        for column in range(west, east + 1):
            for row in range(south, north + 1):
                for entry in self._settled.get((column, row), ()):
                    if area.contains(entry.longitude or 0, entry.latitude or 0):
                        yield entry


def _of_name(name: str, inside: Iterable[PlaceEntry]) -> PlaceEntry | None:
    """The place inside an area that bears its name, also without what tells it from namesakes; the largest of them."""
    exact = [entry for entry in inside if folded(entry.name) == folded(name)]
    alike = exact or [entry for entry in inside if bare_name(entry.name) == bare_name(name)]
    return max(alike, key=lambda entry: entry.population or 0, default=None)


def joined(package: Path, listed: Sequence[PlaceEntry]) -> list[PlaceEntry]:
    """Return all places of the package and of the list."""
    join = Join(listed)
    for level, add in (
        ("laender", join.add_state),
        ("kreise", join.add_district),
        ("gemeinden", join.add_municipality),
        ("verwaltungsgemeinschaften", join.add_association),
    ):
        for area in read_areas(package / f"{level}.geo.json"):
            add(area)
    return join.entries()


def main() -> int:
    """Write the list to the second path given, from the package in the first."""
    package, target = map(Path, sys.argv[1:3])
    write_index(target, joined(package, read_places(SHIPPED)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
