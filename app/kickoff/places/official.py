"""Makes a node's own list of places from the official directory of municipalities.

GV100AD of the Federal Statistical Office (Destatis) is text of fixed width, described in the PDF that comes with each
edition and read by the optional package gv100ad-py. Names of record types and marks follow that description: Satzart
40 district, 50 association, 60 municipality; Textkennzeichen (EF7) tells the kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

from app.kickoff.places.directory import SHIPPED, PlaceDirectory
from app.kickoff.places.entry import OFFICIAL, PlaceEntry
from app.kickoff.places.names import with_kind, without_title
from app.kickoff.places.table import (
    NO_PLACE,
    NOT_UTF8,
    WRONG_ROW,
    OfficialReaderMissing,
    PlaceListInvalid,
    read_places,
    write_places,
)
from app.shared.official_key import city_kind, shortest, state_of

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
        if record.type.value in _ASSOCIATIONS:
            self._associations.append(record)

    def add_municipality(self, record: Any) -> None:
        self._municipalities.append(record)
        self._people[record.regional_code[:5]] += record.inhabitants
        self._people[_association_key(record)] += record.inhabitants

    def entries(self) -> list[PlaceEntry]:
        return [
            *(self._district(record) for record in self._districts),
            *(self._association(record) for record in self._associations),
            *(
                self._entry(record, record.regional_code, without_title(record.name), kind, record.inhabitants)
                for record in self._municipalities
                if (kind := _kind(record))
            ),
        ]

    def _district(self, record: Any) -> PlaceEntry:
        key = record.regional_code
        return self._entry(record, key, self._district_names[key], "district", self._people[key])

    def _association(self, record: Any) -> PlaceEntry:
        key = _association_key(record)
        name = with_kind(_ASSOCIATIONS[record.type.value], without_title(record.name))
        return self._entry(record, key, name, "municipal_association", self._people[key])

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


def read_official(path: Path, nuts: Mapping[str, str], population_as_of: str | None = None) -> list[PlaceEntry]:
    """Return the districts, municipalities and associations of the file.

    `nuts` gives the NUTS 3 region of a district key. The file tells the date of the territory but not that of
    the inhabitants, so `population_as_of` is what the operator read on the publisher's page.

    Raises OfficialReaderMissing, PlaceListInvalid with the line, or OSError.
    """
    reader = _reader()
    records = OfficialRecords(nuts, population_as_of)
    for number, line in enumerate(_text(path).split("\n"), 1):
        if line.strip():
            _take(reader, line, records, path, number)
    entries = records.entries()
    if not entries:
        raise PlaceListInvalid(path, NO_PLACE)
    return entries


def _reader() -> ModuleType:
    try:
        return import_module("gv100ad")
    except ImportError as error:
        raise OfficialReaderMissing from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        # Editions of old are in a DOS code page; guessing which would give wrong umlauts without a word.
        raise PlaceListInvalid(path, NOT_UTF8) from error


def _check(record: Any) -> None:
    state_of(record.regional_code)
    if not record.name.strip():
        raise ValueError("a place needs a name")


def _take(reader: ModuleType, line: str, records: OfficialRecords, path: Path, number: int) -> None:
    try:
        record = next(iter(reader.GV100ADReader(StringIO(line)).read()))
        _check(record)
    except (ValueError, KeyError) as error:
        raise PlaceListInvalid(path, WRONG_ROW, number) from error
    if isinstance(record, reader.District):
        records.add_district(record)
    elif isinstance(record, reader.MunicipalAssociation):
        records.add_association(record)
    elif isinstance(record, reader.Municipality):
        records.add_municipality(record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import wrote: number of places by kind, and the date of the territory as YYYY-MM-DD."""

    kinds: Mapping[str, int]
    as_of: str

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


def import_official(
    source: Path, target: Path, *, population_as_of: str | None = None, known: PlaceDirectory | None = None
) -> Imported:
    """Write the places of a GV100AD file to `target`, whose folder is made where it is missing.

    Nothing is written unless the whole file could be read. NUTS regions, which the official file leaves out, are taken
    from the shipped list, and centres from `known`. Raises what read_official raises.
    """
    nuts = {shortest(entry.ars): entry.nuts for entry in read_places(SHIPPED) if entry.ars and entry.nuts}
    directory = known or PlaceDirectory(None)
    entries = [
        _placed(entry, directory.get(entry.ars or "")) for entry in read_official(source, nuts, population_as_of)
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    write_places(target, entries)
    return Imported(kinds=Counter(entry.kind for entry in entries), as_of=max(entry.as_of or "" for entry in entries))


def _placed(entry: PlaceEntry, listed: PlaceEntry | None) -> PlaceEntry:
    return replace(entry, latitude=listed.latitude, longitude=listed.longitude) if listed else entry
