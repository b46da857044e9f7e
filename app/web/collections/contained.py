"""The records of a collection as they stand in the catalogue today, and as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from app.catalogue import CatalogueEntry
from app.records.record import Record
from app.reuse.front_matter import collected
from app.web.search.hits import Card, card_of
from app.web.shell.access import services
from app.web.shell.links import SiteLinks
from app.web.shell.shown import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Contained:
    """A record of a collection with the sentence on it; `entry` is None where it is not (any more) known here."""

    name: str
    note: str
    entry: CatalogueEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """A record with the sentence on it: its card, or where it is not known here, at least where it leads."""

    note: str
    card: Card | None
    link: Link | None


def contained(record: Record) -> tuple[Contained, ...]:
    """Return the records of a collection in its order."""
    catalogue = services().catalogue
    found = tuple(Contained(name=one.name, note=one.note, entry=catalogue.named(one.name)) for one in collected(record))
    catalogue.read_ahead([one.entry for one in found if one.entry])
    return found


def shown_entries(record: Record) -> tuple[ShownEntry, ...]:
    """Return what the page of a collection shows; what is gone and leads nowhere is left out."""
    links = SiteLinks(record.origin)
    found = (
        ShownEntry(note=one.note, card=card_of(one.entry) if one.entry else None, link=links.target(one.name))
        for one in contained(record)
    )
    return tuple(one for one in found if one.card or one.link)
