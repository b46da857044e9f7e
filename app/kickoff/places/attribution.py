# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whom the list of places is owed to, as their licences ask to be told."""

from __future__ import annotations

from dataclasses import dataclass

GEONAMES = "geonames"
DESTATIS = "destatis"
OFFICIAL = "gv100ad"


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
    return Attribution(
        source=known.source, text=known.text, url=known.url, license=known.license, as_of=as_of or known.as_of
    )
