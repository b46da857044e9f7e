"""What a search can filter by beyond the fields of a record: criteria met, what a record builds on and answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.catalogue import CatalogueService
from app.catalogue.models import OWN
from app.records.five_lines.lines import SOLUTION
from app.records.record import Record
from app.reuse.front_matter import Fields, collected, entries, group
from app.reuse.naming import ORGANISATION
from app.reuse.network import Network
from app.reuse.obtaining.deciding import obtainable
from app.reuse.place import Place
from app.reuse.productisation import CriterionState, check
from app.search.derived import Affected
from app.search.document import MERITS, USES
from app.search.query import SearchHit, SearchQuery, SearchResult, Sort
from app.search.service import SearchService
from app.shared.clock import Clock

_ONE = ("product_owner", "legal_role", "sales_role", "maintainer")
_SEVERAL = ("operator", "reuse_routes", "partners")
_NAMED_IN = ("org", "provider")


def taking_part(record: Record) -> Mapping[str, tuple[str, ...]]:
    """Return by the name of an organisation, as this node names its record, the fields in which it stands."""
    found: dict[str, tuple[str, ...]] = {}
    for key, entry in _entries(record):
        body = next((entry[part] for part in _NAMED_IN if part in entry), entry)
        if ref := body.get("ref"):
            name = record.refer(str(ref))
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), key)))
    return found


def _entries(record: Record) -> Iterator[tuple[str, Fields]]:
    for key in _ONE:
        yield key, group(record, key)
    for key in _SEVERAL:
        for entry in entries(record, key):
            yield key, entry


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """Some solutions, those first that meet most criteria; as many as `matching` of all `total` meet what is wanted."""

    hits: tuple[SearchHit, ...]
    matching: int
    counted: SearchResult

    @property
    def total(self) -> int:
        """How many solutions there are."""
        return sum(_numbers(self.counted).values())


class Products:
    """What runs out by time alone is told with the next change of the solution."""

    def __init__(self, search: SearchService) -> None:
        self._search = search

    def page(self, wanted: Collection[str], page: int, size: int) -> ProductPage:
        """Return a page of the solutions that meet all criteria `wanted`; raises Unavailable."""
        # A value that is asked for lets the others be counted as well.
        counted = self._asked((NO_MERITS,), 1, 1)
        groups: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for value, number in _numbers(counted).items():
            met = merits_in(value)
            if met.issuperset(wanted):
                groups[len(met)][value] = number
        hits = tuple(self._hits([groups[number] for number in sorted(groups, reverse=True)], page, size))
        return ProductPage(hits=hits, matching=sum(sum(group.values()) for group in groups.values()), counted=counted)

    def _hits(self, groups: Sequence[Mapping[str, int]], page: int, size: int) -> Iterator[SearchHit]:
        skipped, left = (page - 1) * size, size
        for values in groups:
            number = sum(values.values())
            if skipped < number and left:
                taken = min(left, number - skipped)
                yield from self._part(tuple(values), skipped, taken, size)
                left -= taken
            skipped = max(0, skipped - number)

    def _part(self, values: tuple[str, ...], skipped: int, number: int, size: int) -> tuple[SearchHit, ...]:
        first, last = skipped // size, (skipped + number - 1) // size
        found = [hit for page in range(first, last + 1) for hit in self._asked(values, page + 1, size).hits]
        return tuple(found[skipped - first * size :][:number])

    def _asked(self, values: tuple[str, ...], page: int, size: int) -> SearchResult:
        filters = {"art": (SOLUTION,), MERITS: values}
        return self._search.search(SearchQuery(filters=filters, sort=Sort.TITLE, page=page, size=size))


def _numbers(result: SearchResult) -> dict[str, int]:
    facets = (facet.values for facet in result.facets if facet.key == MERITS)
    return {one.value: one.count for values in facets for one in values if one.count}
