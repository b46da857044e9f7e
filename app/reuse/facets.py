"""Search filters derived from several records: criteria met, what a record builds on, the questions it answers."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
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
from app.search.derived import Affected, DerivedFacets
from app.search.document import COLLECTED, MERITS, REFERS_TO, USES
from app.search.query import SearchHit, SearchQuery, SearchResult, Sort
from app.search.service import SearchService
from app.shared.clock import Clock

_ONE = ("product_owner", "legal_role", "sales_role", "maintainer")
_SEVERAL = ("operator", "reuse_routes", "partners")
_NAMED_IN = ("org", "provider")


def taking_part(record: Record) -> Mapping[str, tuple[str, ...]]:
    """Map this node's name of each organisation that has a record to the fields that mention it."""
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
    """Given either name of a record, returns both: this node's name and the global one."""

    catalogue: CatalogueService
    global_name: Callable[[str, str], str]

    def __call__(self, name: str) -> tuple[str, ...]:
        """Return the names, "solution/<slug>" first (see `RecordRef`); () for a record that is not visible here."""
        entry = self.catalogue.named(name)
        return (entry.ref, self.global_name(entry.origin, entry.id)) if entry else ()


PRODUCT, WAY, BUILDS_ON, ANSWERS = "produkt", "weg", USES, "antwort"
NO_MERITS = "none"
WITHOUT_TENDER = "without_tender"
"""The one value of `weg`."""
_ANY_PLACE = Place(state="", kind="")
_QUESTION, _GLOBAL = "question", "/r/"
_BUILDING = frozenset({"uses_solution", "applies_concept"})
_REFERRING = frozenset({"reuses", "adapted_from", "replaces", "part_of", "draws_on"})


class ReuseFacets(DerivedFacets):
    """Computes facet values when a record is indexed.

    `produkt` holds the codes of the criteria that a solution meets, `merkmale` all of them as one value, `weg` whether
    some place can obtain it without buying it, `nutzt` the names ("solution/<slug>", see `RecordRef`) of the solutions
    and concepts that a record uses, `antwort` those of the questions that it names, `bezug` those of the records that
    it learned from, follows, belongs to or collects, and of the organisations that take part. A value that depends on
    today's date is corrected at the next change of the record.
    """

    def __init__(
        self,
        network: Callable[[str], Network],
        clock: Clock,
        both_names: Callable[[str], tuple[str, ...]],
        ever_believed: Callable[[], Collection[str]],
    ) -> None:
        """`clock` decides what has expired; `ever_believed` returns nodes that count or once counted."""
        self._network = network
        self._both_names = both_names
        self._clock = clock
        self._ever_believed = ever_believed

    @property
    def keys(self) -> tuple[str, ...]:
        return (PRODUCT, WAY, BUILDS_ON, ANSWERS, REFERS_TO, COLLECTED)

    def values(self, record: Record) -> Mapping[str, tuple[str, ...]]:
        network, today = self._network(record.origin), self._clock().date()
        criteria = check(record, network, today) if record.kind == SOLUTION else ()
        met = tuple(found.code for found in criteria if found.state is CriterionState.MET)
        answer = obtainable(_ANY_PLACE, record, network, today)
        found = {
            PRODUCT: met,
            MERITS: ("+".join(met) or NO_MERITS,) if record.kind == SOLUTION else (),
            WAY: (WITHOUT_TENDER,) if answer.without_purchase else (),
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
        """Return the solutions to index again: in-house routes depend on who is recorded as a provider, and by whom."""
        speakers = {origin for kind, origin in changed if kind == ORGANISATION}
        if not speakers:
            return ()
        # Include nodes no longer believed: indexed values depend on their records until recomputed.
        if OWN in speakers or not speakers.isdisjoint(self._ever_believed()):
            return (Affected(SOLUTION),)
        return tuple(Affected(SOLUTION, origin) for origin in sorted(speakers))

    def same(self, key: str, value: str) -> tuple[str, ...]:
        """Return both names of a record that others build on or answer."""
        return self._both_names(value) if key in (BUILDS_ON, ANSWERS, REFERS_TO, COLLECTED) else ()


def merits_in(value: str) -> frozenset[str]:
    """Return the criteria encoded in a value of `merkmale`."""
    return frozenset(value.split("+")) - {NO_MERITS}


def _named(record: Record, relations: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(record.refer(one.target) for one in record.relations if one.rel in relations))


def _answered(record: Record) -> tuple[str, ...]:
    """Return the questions that a record is related to; global names count, since they show no kind."""
    if record.kind == _QUESTION:
        return ()
    named = _named(record, frozenset({"related"}))
    return tuple(name for name in named if name.startswith(f"{_QUESTION}/") or _GLOBAL in name)


def product_page(
    search: SearchService, wanted: Collection[str], page: int, size: int
) -> tuple[list[SearchHit], int, int]:
    """Return a page of the solutions meeting all criteria `wanted` (most criteria first), their count and the total.

    Raises Unavailable. The index holds the criteria, so the solutions need not be read; a criterion that has expired is
    noticed at the next change of the solution.
    """

    def asked(values: tuple[str, ...], page: int, size: int) -> SearchResult:
        filters = {"art": (SOLUTION,), MERITS: values}
        return search.search(SearchQuery(filters=filters, sort=Sort.TITLE, page=page, size=size))

    # Filtering by one value makes the search count the others as well.
    facets = (facet.values for facet in asked((NO_MERITS,), 1, 1).facets if facet.key == MERITS)
    numbers = {one.value: one.count for values in facets for one in values if one.count}
    groups: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for value, number in numbers.items():
        met = merits_in(value)
        if met.issuperset(wanted):
            groups[len(met)][value] = number
    hits: list[SearchHit] = []
    skipped = (page - 1) * size
    for _met, values in sorted(groups.items(), reverse=True):
        number = sum(values.values())
        if skipped < number and len(hits) < size:
            taken = min(size - len(hits), number - skipped)
            first, last = skipped // size, (skipped + taken - 1) // size
            found = [hit for n in range(first, last + 1) for hit in asked(tuple(values), n + 1, size).hits]
            hits += found[skipped - first * size :][:taken]
        skipped = max(0, skipped - number)
    return hits, sum(sum(group.values()) for group in groups.values()), sum(numbers.values())
