# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes a node's own list of places from the official directory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.kickoff.places.directory import SHIPPED
from app.kickoff.places.official import read_official
from app.kickoff.places.table import read_places, write_places
from app.official_key import shortest


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import wrote: number of places by kind, and the date of the territory as YYYY-MM-DD."""

    kinds: Mapping[str, int]
    as_of: str

    @property
    def total(self) -> int:
        """Number of places."""
        return sum(self.kinds.values())


def import_official(source: Path, target: Path, *, population_as_of: str | None = None) -> Imported:
    """Write the places of a GV100AD file to `target`, whose folder is made where it is missing.

    Nothing is written unless the whole file could be read. NUTS regions, which the official file leaves out, are taken
    from the shipped list. Raises what read_official raises.
    """
    nuts = {shortest(entry.ars): entry.nuts for entry in read_places(SHIPPED) if entry.ars and entry.nuts}
    entries = read_official(source, nuts, population_as_of)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_places(target, entries)
    return Imported(kinds=Counter(entry.kind for entry in entries), as_of=max(entry.as_of or "" for entry in entries))
