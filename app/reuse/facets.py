"""What a search can filter by beyond the fields of a record: criteria met, what a record builds on and answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from app.catalogue import CatalogueService
from app.catalogue.models import OWN
from app.records.five_lines.lines import SOLUTION
from app.records.record import Record
from app.reuse.collected import collected
from app.reuse.naming import ORGANISATION
from app.reuse.network import Network
from app.reuse.obtaining.deciding import obtainable
from app.reuse.place import Place
from app.reuse.productisation import CriterionState, check
from app.reuse.taking_part import taking_part
from app.search.derived import Affected
from app.search.document import MERITS, USES
from app.shared.clock import Clock


@dataclass(frozen=True, slots=True)
class BothNames:
    """Finds the two names of a record of which somebody knows one.

    `global_name` returns the global name of a record by its origin and its id.
    """

    catalogue: CatalogueService
    global_name: Callable[[str, str], str]

    def __call__(self, name: str) -> tuple[str, ...]:
        """Return the names ("solution/<slug>", see `RecordRef`, comes first); () for what is not visible here."""
        entry = self.catalogue.named(name)
        return (entry.ref, self.global_name(entry.origin, entry.id)) if entry else ()


PRODUCT, WAY, BUILDS_ON, ANSWERS, REFERS_TO = "produkt", "weg", USES, "antwort", "bezug"
NO_MERITS = "none"
WITHOUT_TENDER = "without_tender"
"""The one value of `weg`."""
_ANY_PLACE = Place(state="", kind="")
_QUESTION, _GLOBAL = "question", "/r/"
_BUILDING = frozenset({"uses_solution", "applies_concept"})
_REFERRING = frozenset({"reuses", "adapted_from", "replaces", "part_of", "draws_on"})


class ReuseFacets:
    """Works them out when a record is indexed.

    `produkt` holds the codes of the criteria that a solution meets, `merkmale` all of them as one value, `weg` whether
    a way that is no purchase is open to some place, `nutzt` the names ("solution/<slug>", see `RecordRef`) of the
    solutions and concepts that a record uses, `antwort` those of the questions that it names, `bezug` those of the
    records that it learned from, follows, belongs to or puts together, and of the organisations that take part.
    What runs out by time alone leaves the filter with the next change.
    """

    def __init__(
        self,
        network: Callable[[str], Network],
        clock: Clock,
        both_names: Callable[[str], tuple[str, ...]],
        ever_believed: Callable[[], Collection[str]],
    ) -> None:
        """Check against the organisations of `network(origin)`; `clock` tells what has run out.

        `ever_believed` returns at least the other nodes whose organisations count for all solutions, or once did.
        """
        self._network = network
        self._both_names = both_names
        self._clock = clock
        self._ever_believed = ever_believed

    @property
    def keys(self) -> tuple[str, ...]:
        return (PRODUCT, WAY, BUILDS_ON, ANSWERS, REFERS_TO)

    def values(self, record: Record) -> Mapping[str, tuple[str, ...]]:
        met = self._met(record)
        found = {
            PRODUCT: met,
            MERITS: ("+".join(met) or NO_MERITS,) if record.kind == SOLUTION else (),
            WAY: self._ways(record),
            BUILDS_ON: _named(record, _BUILDING),
            ANSWERS: _answered(record),
            REFERS_TO: tuple(
                dict.fromkeys(
                    (*_named(record, _REFERRING), *taking_part(record), *(one.name for one in collected(record)))
                )
            ),
        }
        return {key: values for key, values in found.items() if values}

    def affected_by(self, changed: Collection[tuple[str, str]]) -> tuple[Affected, ...]:
        """Whether a solution can be ordered in-house depends on who is recorded as a provider, and by whom."""
        speakers = {origin for kind, origin in changed if kind == ORGANISATION}
        if not speakers:
            return ()
        # Whoever is believed no more counts here too: its word is in the values until they are worked out anew.
        if OWN in speakers or not speakers.isdisjoint(self._ever_believed()):
            return (Affected(SOLUTION),)
        return tuple(Affected(SOLUTION, origin) for origin in sorted(speakers))

    def same(self, key: str, value: str) -> tuple[str, ...]:
        """Return both names of a record that others build on or answer."""
        return self._both_names(value) if key in (BUILDS_ON, ANSWERS, REFERS_TO) else ()

    def _met(self, record: Record) -> tuple[str, ...]:
        if record.kind != SOLUTION:
            return ()
        criteria = check(record, self._network(record.origin), self._clock().date())
        return tuple(found.code for found in criteria if found.state is CriterionState.MET)

    def _ways(self, record: Record) -> tuple[str, ...]:
        answer = obtainable(_ANY_PLACE, record, self._network(record.origin), self._clock().date())
        return (WITHOUT_TENDER,) if answer.without_purchase else ()


def merits_in(value: str) -> frozenset[str]:
    """Return the criteria that a value of `merkmale` tells."""
    return frozenset(value.split("+")) - {NO_MERITS}


def _named(record: Record, relations: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(record.refer(one.target) for one in record.relations if one.rel in relations))


def _answered(record: Record) -> tuple[str, ...]:
    """Return the questions that a record is related to; a global name may be one, because it tells no kind."""
    if record.kind == _QUESTION:
        return ()
    named = _named(record, frozenset({"related"}))
    return tuple(name for name in named if name.startswith(f"{_QUESTION}/") or _GLOBAL in name)
