# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the records of the official directory mean for the list of places.

Names of record types and marks follow the description of GV100AD: Satzart 40 district, 50 association,
60 municipality; Textkennzeichen (EF7) tells the kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.kickoff.places.attribution import OFFICIAL
from app.kickoff.places.entry import PlaceEntry
from app.kickoff.places.naming import with_kind, without_title
from app.official_key import city_kind, state_of

_DISTRICTS = {43: "Kreis", 44: "Landkreis", 45: "Regionalverband"}
_ASSOCIATIONS = {
    51: "Amt",
    52: "Samtgemeinde",
    53: "Verbandsgemeinde",
    54: "Verwaltungsgemeinschaft",
    55: "Kirchspielslandgemeinde",
    56: "Verwaltungsverband",
    57: "Verwaltungsgemeinschaft",
}
_CITIES = frozenset({61, 62})
_MUNICIPALITIES = {60: "municipality", 63: "town", 64: "municipality", 67: "town"}


class OfficialRecords:
    """Takes records of gv100ad-py in any order and turns them into places.

    Left out: areas that belong to no municipality (65, 66), and associations that only repeat one municipality
    (50) or are carried by one (58). Inhabitants of districts and associations are the sum of their municipalities.
    """

    def __init__(self, nuts: Mapping[str, str], population_as_of: str | None) -> None:
        self._nuts = nuts
        self._population_as_of = population_as_of
        self._districts: list[Any] = []
        self._associations: list[Any] = []
        self._municipalities: list[Any] = []
        self._people: Counter[str] = Counter()
        self._district_names: dict[str, str] = {}

    def add_district(self, record: Any) -> None:
        """Take a record of Satzart 40; cities among them are taken as municipalities."""
        word = _DISTRICTS.get(record.type.value)
        if word:
            self._districts.append(record)
            self._district_names[record.regional_code] = with_kind(word, without_title(record.name))

    def add_association(self, record: Any) -> None:
        """Take a record of Satzart 50."""
        if record.type.value in _ASSOCIATIONS:
            self._associations.append(record)

    def add_municipality(self, record: Any) -> None:
        """Take a record of Satzart 60."""
        self._municipalities.append(record)
        self._people[record.regional_code[:5]] += record.inhabitants
        self._people[_association_key(record)] += record.inhabitants

    def entries(self) -> list[PlaceEntry]:
        """Return all places of the records taken so far."""
        return [
            *(self._district(record) for record in self._districts),
            *(self._association(record) for record in self._associations),
            *(self._municipality(record, kind) for record in self._municipalities if (kind := _kind(record))),
        ]

    def _district(self, record: Any) -> PlaceEntry:
        key = record.regional_code
        return self._entry(record, key, self._district_names[key], "district", self._people[key])

    def _association(self, record: Any) -> PlaceEntry:
        key = _association_key(record)
        name = with_kind(_ASSOCIATIONS[record.type.value], without_title(record.name))
        return self._entry(record, key, name, "municipal_association", self._people[key])

    def _municipality(self, record: Any, kind: str) -> PlaceEntry:
        return self._entry(record, record.regional_code, without_title(record.name), kind, record.inhabitants)

    def _entry(self, record: Any, key: str, name: str, kind: str, inhabitants: int) -> PlaceEntry:
        district = key[:5]
        return PlaceEntry(
            name=name,
            state=state_of(key),
            kind=kind,
            population=inhabitants or None,
            population_as_of=self._population_as_of if inhabitants else None,
            as_of=record.timestamp.isoformat(),
            ars=key,
            nuts=self._nuts.get(district),
            within=None if key == district else self._district_names.get(district),
            source=OFFICIAL,
        )


def _association_key(record: Any) -> str:
    return f"{record.regional_code[:5]}{record.association}"


def _kind(record: Any) -> str | None:
    mark = record.type.value
    return city_kind(record.regional_code) if mark in _CITIES else _MUNICIPALITIES.get(mark)
