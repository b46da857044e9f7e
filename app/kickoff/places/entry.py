# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One place of the list."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.size_class import size_class

UNKNOWN = "unknown"
"""Kind of a place of which the source does not tell what it is."""
PART = "village"
"""Kind of a place that is part of a municipality, such as a town district."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """What a source tells about a place; nothing in it is guessed.

    `state` and `kind` are codes of schemas/common.schema.json, `kind` also UNKNOWN. `ars` is the official key: 5 digits
    for a district, 8 (AGS) for a municipality, 9 for an association. `nuts` is the NUTS 3 region. `within` names
    the municipality of a part or the district of a municipality, `near` a well-known town nearby (straight line).
    `population_as_of` and `as_of` (territory) are dates. `source` is a code of attribution.py.
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

    @property
    def size_class(self) -> str | None:
        """Class by inhabitants, or None where the number is not known."""
        return size_class(self.population)

    @property
    def is_part(self) -> bool:
        """Whether this is known to be part of a municipality and has no town hall of its own."""
        return self.kind == PART
