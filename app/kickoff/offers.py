# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a hit offers for reuse: the solution that it is, or the solutions that it used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.catalogue import CatalogueEntry, CatalogueService
from app.kickoff.situation import Situation
from app.records.record import Record
from app.reuse.free_code import is_documented_open
from app.reuse.obtaining.answer import Answer, Verdict
from app.reuse.place import Place
from app.reuse.service import ReuseService
from app.search.query import SearchHit


def read_ahead(catalogue: CatalogueService, hits: Iterable[SearchHit]) -> None:
    """Read the records of several hits together, so that `record_of` then has them at once."""
    visible = catalogue.visible()
    entries = (visible.get(hit.id, hit.origin) for hit in hits)
    catalogue.read_ahead([entry for entry in entries if entry])


def record_of(catalogue: CatalogueService, entry: CatalogueEntry | None) -> Record | None:
    """Return the record of an entry; None where there is none to be read any more."""
    return catalogue.readable(entry) if entry else None


OPENNESS = "offenheit"
SOLUTION = "solution"
CASE_STUDY = "case-study"
_USES = "uses_solution"


class Openness(StrEnum):
    """Whether the source code is free. `partly`: only some of it, or of several solutions only some.

    `claimed`: a source calls it free, but under which licence or where it lies is not documented.
    """

    OPEN = "open"
    CLAIMED = "claimed"
    PARTLY = "partly"
    CLOSED = "closed"
    UNKNOWN = "unknown"


_OF_FIELD = {
    "open_source": Openness.OPEN,
    "open_core": Openness.PARTLY,
    "source_available": Openness.CLOSED,
    "proprietary": Openness.CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One solution, by name ("solution/<slug>"), with what is known of it for the asker."""

    ref: str
    title: str
    openness: Openness
    answer: Answer | None = None


class Offers:
    """Looks up what hits offer."""

    def __init__(self, catalogue: CatalogueService, reuse: ReuseService) -> None:
        self._catalogue = catalogue
        self._reuse = reuse

    def of(self, hit: SearchHit, situation: Situation) -> tuple[Offer, ...]:
        """Return the solutions of a hit; the answer is given where the asker named a place or asked for it."""
        found = (self._offer(entry, situation) for entry in self._solutions(hit))
        return tuple(offer for offer in found if offer is not None)

    def excluded(self, hit: SearchHit, situation: Situation) -> bool:
        """Tell whether a limit rules this hit out: a solution that is known to be closed or out of reach.

        Cases and concepts stay, because what others learned with closed software is worth knowing all the same;
        and what is not known stays too, such as a solution of which no route is recorded at all.
        """
        if hit.kind != SOLUTION:
            return False
        if situation.open_source_only and openness_of(hit) is Openness.CLOSED:
            return True
        entry = self._entry(hit) if situation.obtainable_only else None
        if entry is None:
            return False
        answer = self._answer(entry, situation)
        # Without a recorded route the verdict is no as well, but then nobody has said so.
        return answer.verdict is Verdict.NO and bool(answer.chains)

    def _entry(self, hit: SearchHit) -> CatalogueEntry | None:
        return self._catalogue.visible().get(hit.id, hit.origin)

    def _solutions(self, hit: SearchHit) -> Iterator[CatalogueEntry]:
        entry = self._entry(hit)
        return solutions_of(entry, self._catalogue) if entry else iter(())

    def _offer(self, entry: CatalogueEntry, situation: Situation) -> Offer | None:
        record = record_of(self._catalogue, entry)
        if record is None:
            return None
        asked = situation.settled_place is not None or situation.obtainable_only
        return Offer(
            ref=record.ref,
            title=record.title,
            openness=_stated(record),
            answer=self._answer(entry, situation) if asked else None,
        )

    def _answer(self, entry: CatalogueEntry, situation: Situation) -> Answer:
        return self._reuse.obtainable(situation.settled_place or Place(state="", kind=""), entry)


def solutions_of(entry: CatalogueEntry, catalogue: CatalogueService) -> Iterator[CatalogueEntry]:
    """Yield the solution that a record is, or those that it used and that are published here."""
    if entry.kind == SOLUTION:
        yield entry
        return
    record = record_of(catalogue, entry)
    used = (catalogue.named(ref) for ref in used_solutions(record)) if record else ()
    yield from (solution for solution in used if solution)


def used_solutions(record: Record) -> tuple[str, ...]:
    """Return the names of the solutions that a record says it used."""
    return tuple(dict.fromkeys(record.refer(one.target) for one in record.relations if one.rel == _USES))


def openness_of(hit: SearchHit) -> Openness:
    """Return the openness of a solution among the hits."""
    return _OF_FIELD.get(next(iter(hit.facets.get(OPENNESS, ())), ""), Openness.UNKNOWN)


def openness_of_record(record: Record, catalogue: CatalogueService) -> Openness | None:
    """Return how open the software of a record is, its own or that of the solutions it used; None without any."""
    if record.kind == SOLUTION:
        return _stated(record)
    used = (record_of(catalogue, catalogue.named(ref)) for ref in used_solutions(record))
    found = {_stated(one) for one in used if one}
    return _together(found) if found or record.kind == CASE_STUDY else None


def openness_together(offers: tuple[Offer, ...]) -> Openness:
    """Return how open several solutions are taken together; unknown when there is none."""
    return _together({offer.openness for offer in offers})


def _stated(record: Record) -> Openness:
    found = _OF_FIELD.get(str(record.data.get("openness")), Openness.UNKNOWN)
    return Openness.CLAIMED if found is Openness.OPEN and not is_documented_open(record) else found


def _together(found: set[Openness]) -> Openness:
    if len(found) == 1:
        return next(iter(found))
    if found & {Openness.OPEN, Openness.PARTLY}:
        return Openness.PARTLY
    return Openness.CLAIMED if Openness.CLAIMED in found else Openness.UNKNOWN
