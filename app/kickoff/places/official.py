"""Creates a node's own list of places from the official directory of municipalities.

GV100AD of the Federal Statistical Office (Destatis) is fixed-width text, described in the PDF of each edition and read
by the optional package gv100ad-py. Names of record types and fields follow that description: Satzart 40 district, 50
association, 60 municipality; Textkennzeichen (EF7) gives the kind.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

from app.kickoff.places.directory import SHIPPED, PlaceDirectory
from app.kickoff.places.names import with_kind, without_title
from app.kickoff.places.table import (
    NO_PLACE,
    NOT_UTF8,
    OFFICIAL,
    WRONG_ROW,
    OfficialReaderMissing,
    PlaceEntry,
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


def read_official(path: Path, nuts: Mapping[str, str], population_as_of: str | None = None) -> list[PlaceEntry]:
    """Return the districts, municipalities and associations of the file.

    `nuts` gives the NUTS 3 region of a district key. The file has the date of the territory but not that of the
    population; the operator gives it as `population_as_of` from the publisher's page.

    Omitted: areas that belong to no municipality (65, 66), and associations that equal one municipality (50) or are run
    by one (58). The population of districts and associations is the sum of their municipalities.

    Raises OfficialReaderMissing, PlaceListInvalid with the line, or OSError.
    """
    try:
        reader = import_module("gv100ad")
    except ImportError as error:
        raise OfficialReaderMissing from error
    records = list(_records(reader, path))
    towns = [record for record in records if isinstance(record, reader.Municipality)]
    # Cities without a district are among the districts too, and are read as municipalities.
    districts = {
        record.regional_code: (record, with_kind(_DISTRICTS[record.type.value], without_title(record.name)))
        for record in records
        if isinstance(record, reader.District) and record.type.value in _DISTRICTS
    }
    people = _inhabitants(towns)

    def entry(record: Any, key: str, name: str, kind: str, inhabitants: int) -> PlaceEntry:
        district = key[:5]
        return PlaceEntry(
            name=name,
            state=state_of(key),
            kind=kind,
            population=inhabitants or None,
            population_as_of=population_as_of if inhabitants else None,
            as_of=record.timestamp.isoformat(),
            ars=key,
            nuts=nuts.get(district),
            within=districts[district][1] if key != district and district in districts else None,
            source=OFFICIAL,
        )

    found = [entry(record, key, name, "district", people[key]) for key, (record, name) in districts.items()]
    for record in records:
        if isinstance(record, reader.MunicipalAssociation) and record.type.value in _ASSOCIATIONS:
            key = _association_key(record)
            name = with_kind(_ASSOCIATIONS[record.type.value], without_title(record.name))
            found.append(entry(record, key, name, "municipal_association", people[key]))
    for record in towns:
        mark, key = record.type.value, record.regional_code
        kind = city_kind(key) if mark in _CITIES else _MUNICIPALITIES.get(mark)
        if kind:
            found.append(entry(record, key, without_title(record.name), kind, record.inhabitants))
    if not found:
        raise PlaceListInvalid(path, NO_PLACE)
    return found


def _inhabitants(towns: list[Any]) -> Counter[str]:
    """Return the population of each district and association by key."""
    people: Counter[str] = Counter()
    for town in towns:
        people[town.regional_code[:5]] += town.inhabitants
        people[_association_key(town)] += town.inhabitants
    return people


def _association_key(record: Any) -> str:
    return f"{record.regional_code[:5]}{record.association}"


def _records(reader: ModuleType, path: Path) -> Iterator[Any]:
    """Yield the records of gv100ad-py that have a known state and a name."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        # Old editions use a DOS code page; guessing which one would silently give wrong umlauts.
        raise PlaceListInvalid(path, NOT_UTF8) from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = next(iter(reader.GV100ADReader(StringIO(line)).read()))
            state_of(record.regional_code)
            if not record.name.strip():
                raise PlaceListInvalid(path, WRONG_ROW, number)
        except (ValueError, KeyError) as error:
            raise PlaceListInvalid(path, WRONG_ROW, number) from error
        yield record


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The result of an import: number of places by kind, and the date of the territory as YYYY-MM-DD."""

    kinds: Mapping[str, int]
    as_of: str

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


def import_official(
    source: Path, target: Path, *, population_as_of: str | None = None, known: PlaceDirectory | None = None
) -> Imported:
    """Write the places of a GV100AD file to `target`, creating its folder if missing.

    Nothing is written unless the whole file could be read. NUTS regions, which the official file lacks, come from the
    shipped list, and centres from `known`. Raises the errors of read_official.
    """
    nuts = {shortest(entry.ars): entry.nuts for entry in read_places(SHIPPED) if entry.ars and entry.nuts}
    directory = known or PlaceDirectory(None)
    entries = []
    for entry in read_official(source, nuts, population_as_of):
        listed = directory.get(entry.ars or "")
        entries.append(replace(entry, latitude=listed.latitude, longitude=listed.longitude) if listed else entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_places(target, entries)
    return Imported(kinds=Counter(entry.kind for entry in entries), as_of=max(entry.as_of or "" for entry in entries))
