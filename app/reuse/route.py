# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One way to obtain a solution, as its record states it."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.record import Record
from app.reuse.citation import Citation, citations
from app.reuse.eligibility import Eligible
from app.reuse.front_matter import Fields, entries
from app.reuse.naming import Naming
from app.reuse.party import Party

IN_HOUSE = frozenset({"inhouse_municipal_it", "inhouse_govdigital", "efa_marketplace", "fit_store"})
"""Routes between public bodies on which a municipality orders without buying on the market."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseRoute:
    """`code` and `status` are codes of the schema; `checked` is the day on which the sources were read.

    `precondition`, `legal_basis`, `note` and `listing_url` are the record's own words, shown as they are.
    """

    code: str
    provider: Party
    eligible: Eligible
    status: str
    checked: str
    sources: tuple[Citation, ...]
    precondition: str | None = None
    legal_basis: str | None = None
    note: str | None = None
    listing_url: str | None = None


def reuse_routes(solution: Record, naming: Naming) -> tuple[ReuseRoute, ...]:
    """Return the routes of a solution in the order of its record; other kinds have none.

    `naming` reads names as records of the solution's origin use them.
    """
    return tuple(_route(solution, entry, naming) for entry in entries(solution, "reuse_routes"))


def _route(solution: Record, entry: Fields, naming: Naming) -> ReuseRoute:
    return ReuseRoute(
        code=entry["route"],
        provider=naming.organisation(entry["provider"]),
        eligible=Eligible.read(entry["eligible"], naming),
        status=entry["status"],
        checked=entry["last_checked"],
        sources=citations(solution, entry["sources"]),
        precondition=entry.get("precondition"),
        legal_basis=entry.get("legal_basis"),
        note=entry.get("note"),
        listing_url=entry.get("listing_url"),
    )
