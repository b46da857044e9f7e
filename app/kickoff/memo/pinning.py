# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a record as it was read to its place in a memo."""

from __future__ import annotations

from app.catalogue import CatalogueEntry
from app.catalogue.models import OWN
from app.content.record import Record, Source
from app.federation.issuer import Issuer, IssuerInvalid
from app.kickoff.memo.find import CitedSource, PinnedRecord


def pin(record: Record, entry: CatalogueEntry, home: str, openness: str = "") -> PinnedRecord:
    """Hold exactly this version; `home` is the public address of the node whose record it is."""
    return PinnedRecord(
        home=home,
        id=entry.id,
        ver=entry.ver,
        digest=entry.digest,
        at=entry.at.replace(microsecond=0),
        kind=record.kind,
        title=record.title,
        lang=record.lang,
        license=record.license,
        summary=record.summary,
        places=tuple(dict.fromkeys(place.name for place in record.municipalities)),
        outcome=str(record.data.get("outcome") or ""),
        openness=openness,
        sources=tuple(_cited(source) for source in record.sources),
    )


def origin_of(home: str, issuer: str) -> str:
    """Return under which origin the catalogue of the node `issuer` keeps records whose home is `home`."""
    if home == issuer:
        return OWN
    try:
        return Issuer.parse(home).origin
    except IssuerInvalid:
        # The memo came from a file; no record stands under such a name.
        return home


def held_copy(record: PinnedRecord, issuer: str) -> str:
    """Return where the node `issuer` shows its copy of this version of another node's record; "" for its own."""
    origin = origin_of(record.home, issuer)
    return f"{issuer}/r/{origin}/{record.id}/v/{record.ver}" if origin else ""


def _cited(source: Source) -> CitedSource:
    return CitedSource(title=source.title, publisher=source.publisher, url=source.url or "", date=source.date or "")
