# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The records of a collection as they stand in the catalogue today."""

from __future__ import annotations

from dataclasses import dataclass

from app.catalogue import CatalogueEntry
from app.content.record import Record
from app.reuse.collected import collected
from app.web.shell.access import services


@dataclass(frozen=True, slots=True, kw_only=True)
class Contained:
    """A record of a collection with the sentence on it; `entry` is None where it is not (any more) known here."""

    name: str
    note: str
    entry: CatalogueEntry | None


def contained(record: Record) -> tuple[Contained, ...]:
    """Return the records of a collection in its order."""
    catalogue = services().catalogue
    found = tuple(Contained(name=one.name, note=one.note, entry=catalogue.named(one.name)) for one in collected(record))
    catalogue.read_ahead([one.entry for one in found if one.entry])
    return found
