# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers about solutions of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from app.catalogue import CatalogueEntry, CatalogueService
from app.catalogue.models import OWN
from app.clock import Clock
from app.content.record import Record
from app.errors import Invalid
from app.reuse.network import Network
from app.reuse.obtaining import Answer, obtainable
from app.reuse.place import Place
from app.reuse.productisation import Criterion, check


class NotASolution(Invalid):
    """The question makes sense for solutions only."""

    def __init__(self, ref: str) -> None:
        """Name the record that was asked about."""
        super().__init__(ref)
        self.ref = ref


@dataclass(frozen=True, slots=True)
class _Remembered:
    seq: int
    networks: dict[str, Network]


class ReuseService:
    """Reads organisations from the catalogue once and again only after a change. Safe for several threads."""

    def __init__(self, catalogue: CatalogueService, clock: Clock) -> None:
        """Read through `catalogue`; `clock` tells whether a contract has run out."""
        self._catalogue = catalogue
        self._clock = clock
        self._remembered: _Remembered | None = None

    def network(self, origin: str = OWN) -> Network:
        """Return the network of the organisations of one node that are visible now.

        What another node says about organisations counts for its own records only: under the same slug it may mean
        somebody else.
        """
        seq, remembered = self._catalogue.last_seq(), self._remembered
        if remembered is None or remembered.seq != seq:
            remembered = self._remembered = _Remembered(seq, {})
        if origin not in remembered.networks:
            # Two threads may both build it; either result is right for this change number.
            remembered.networks[origin] = Network.from_records(self._organisations(origin))
        return remembered.networks[origin]

    def obtainable(self, place: Place, entry: CatalogueEntry) -> Answer:
        """Return whether `place` can obtain the solution in this version, and how.

        Raises NotASolution for other kinds, InvalidRecord when the version is not published.
        """
        return obtainable(place, self._solution(entry), self.network(entry.origin))

    def productisation(self, entry: CatalogueEntry) -> tuple[Criterion, ...]:
        """Return the eight criteria for the solution in this version; raises like `obtainable`."""
        return check(self._solution(entry), self.network(entry.origin), self._clock().date())

    def _organisations(self, origin: str) -> list[Record]:
        heads = self._catalogue.heads("organisation")
        return [self._catalogue.record(entry) for entry in heads if entry.origin == origin]

    def _solution(self, entry: CatalogueEntry) -> Record:
        if entry.kind != "solution":
            raise NotASolution(f"{entry.kind}/{entry.slug}")
        return self._catalogue.record(entry)
