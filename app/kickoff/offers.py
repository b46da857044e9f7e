"""Solutions that a hit offers for reuse: itself, or those that it used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.catalogue import CatalogueEntry, CatalogueService
from app.kickoff.situation import Situation
from app.records.record import Record
from app.reuse.facets import taking_part
from app.reuse.naming import Party, PartyKind
from app.reuse.obtaining.answer import Answer, Ask, Verdict
from app.reuse.place import Place
from app.reuse.route import is_documented_open
from app.reuse.service import ReuseService
from app.search.document import REFERS_TO
from app.search.query import SearchHit, SearchQuery
from app.search.service import SearchService


def read_ahead(catalogue: CatalogueService, hits: Iterable[SearchHit]) -> None:
    """Load the records of several hits together, so that `record_of` returns them at once."""
    visible = catalogue.visible()
    entries = (visible.get(hit.id, hit.origin) for hit in hits)
    catalogue.read_ahead([entry for entry in entries if entry])


def record_of(catalogue: CatalogueService, entry: CatalogueEntry | None) -> Record | None:
    """Return the record of an entry; None if it is gone."""
    return catalogue.readable(entry) if entry else None


OPENNESS = "offenheit"
SOLUTION = "solution"
CASE_STUDY = "case-study"
_USES = "uses_solution"
_MAX_SOLUTIONS = 100
"""Solutions of one organisation that are examined; a search returns no more at once."""


class Openness(StrEnum):
    """Whether the source code is open. `partly`: not all of it; `claimed`: its licence or location is undocumented."""

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
    """One solution by name ("solution/<slug>"), with the facts for the asker."""

    ref: str
    title: str
    openness: Openness
    answer: Answer | None = None


class Offers:
    """Finds the solutions that hits offer, and whether they match the question."""

    def __init__(self, catalogue: CatalogueService, reuse: ReuseService, search: SearchService) -> None:
        self._catalogue = catalogue
        self._reuse = reuse
        self._search = search

    def of(self, hit: SearchHit) -> tuple[Offer, ...]:
        """Return the solutions of a hit, independent of the question and without answers."""
        entry = self._entry(hit)
        found = (self._offer(one, Situation()) for one in solutions_of(entry, self._catalogue)) if entry else ()
        return tuple(offer for offer in found if offer is not None)

    def ways(
        self,
        entry: CatalogueEntry | None,
        situation: Situation,
        question: str = "",
        had: dict[str, tuple[Offer, ...]] | None = None,
    ) -> tuple[Offer, ...]:
        """Return the offers of a record for a question, with answers if the asker named a place or requested them.

        For a solution that is the solution itself. For a case it is those it used, and those of its partners, that
        match the question: a product for fire brigades is no way to a bus, though one town has both. Partners without a
        matching solution are returned as partners to ask. Without a question it is all that the case used. `had` caches
        the offers of each partner for the next record of the same result.
        """
        record = record_of(self._catalogue, entry)
        if entry is None or record is None:
            return ()
        if entry.kind == SOLUTION:
            return tuple(filter(None, [self._offer(entry, situation)]))
        partners = [name for name, fields in taking_part(record).items() if "partners" in fields] if question else []
        had = {} if had is None else had
        for name in partners:
            if name not in had:
                solutions = self._had_by(name)
                had[name] = tuple(filter(None, (self._offer(one, situation, question) for one in solutions)))
        used = filter(None, (self._offer(one, situation, question) for one in solutions_of(entry, self._catalogue)))
        offers = {one.ref: one for one in (*used, *(one for name in partners for one in had[name]))}
        return tuple(offers.values()) or tuple(self._to_ask(partners, situation, question))

    def is_in_scope(self, record: Record, question: str) -> bool:
        """Return whether a record as a whole is about the question, so that its time and cost can be compared."""
        return record.kind == SOLUTION or self._search.names_what_is_asked(question, record.title)

    def excluded(self, hit: SearchHit, situation: Situation) -> bool:
        """Return whether a limit excludes this hit: a solution known to be closed or out of reach.

        Cases and concepts stay, because lessons from closed software are useful too; so do solutions with unknown
        facts, such as those without any recorded route.
        """
        if hit.kind != SOLUTION:
            return False
        if situation.open_source_only and openness_of(hit) is Openness.CLOSED:
            return True
        entry = self._entry(hit) if situation.obtainable_only else None
        if entry is None:
            return False
        answer = self._answer(entry, situation)
        # Without a recorded route the verdict is also no, but that is not known from any source.
        return answer.verdict is Verdict.NO and bool(answer.chains)

    def hope_without_purchase(self, hit: SearchHit, situation: Situation) -> int:
        """Return a score for obtaining a solution without buying it; a yes has the highest."""
        entry = self._entry(hit)
        answer = self._answer(entry, situation) if entry and hit.kind == SOLUTION else None
        return answer.without_purchases.verdict.hope if answer else Verdict.NO.hope

    def _entry(self, hit: SearchHit) -> CatalogueEntry | None:
        return self._catalogue.visible().get(hit.id, hit.origin)

    def _had_by(self, organisation: str) -> tuple[CatalogueEntry, ...]:
        """Return the solutions that an organisation is responsible for."""
        named = {REFERS_TO: (organisation,), "art": (SOLUTION,)}
        query = SearchQuery(filters=named, size=_MAX_SOLUTIONS, counted=())
        return tuple(filter(None, map(self._entry, self._search.search(query).hits)))

    def _to_ask(self, partners: Iterable[str], situation: Situation, question: str) -> Iterator[Offer]:
        """Yield the partners that offer the requested thing but have no solution described."""
        for name in partners:
            record = record_of(self._catalogue, self._catalogue.named(name))
            if record and record.data.get("offers") and self._answers(record, question):
                party = Party(kind=PartyKind.ORGANISATION, key=record.slug, name=_name(record), ref=record.ref)
                ask = Ask(code="named_provider", party=party)
                answer = Answer(verdict=Verdict.UNDOCUMENTED, ask=(ask,)) if _is_asked(situation) else None
                yield Offer(ref=record.ref, title=record.title, openness=Openness.UNKNOWN, answer=answer)

    def _offer(self, entry: CatalogueEntry, situation: Situation, question: str = "") -> Offer | None:
        record = record_of(self._catalogue, entry)
        if record is None or (question and not self._answers(record, question)):
            return None
        return Offer(
            ref=record.ref,
            title=record.title,
            openness=_stated(record),
            answer=self._answer(entry, situation) if _is_asked(situation) else None,
        )

    def _answers(self, record: Record, question: str) -> bool:
        """Return whether a record's name or subject matches the question."""
        about = " . ".join((record.title, *record.keywords))
        is_named = _name(record).casefold() in question.casefold()
        return is_named or self._search.names_what_is_asked(question, about)

    def _answer(self, entry: CatalogueEntry, situation: Situation) -> Answer:
        return self._reuse.obtainable(situation.settled_place or Place(state="", kind=""), entry)


def _is_asked(situation: Situation) -> bool:
    return situation.settled_place is not None or situation.obtainable_only


def _name(record: Record) -> str:
    return record.title.partition(":")[0]


def solutions_of(entry: CatalogueEntry, catalogue: CatalogueService) -> Iterator[CatalogueEntry]:
    """Yield the solution itself, or the solutions that a record used and that are published here."""
    if entry.kind == SOLUTION:
        yield entry
        return
    record = record_of(catalogue, entry)
    used = (catalogue.named(ref) for ref in used_solutions(record)) if record else ()
    yield from (solution for solution in used if solution)


def used_solutions(record: Record) -> tuple[str, ...]:
    """Return the names of the solutions that a record used."""
    return tuple(dict.fromkeys(record.refer(one.target) for one in record.relations if one.rel == _USES))


def openness_of(hit: SearchHit) -> Openness:
    """Return the openness of a solution among the hits."""
    return _OF_FIELD.get(next(iter(hit.facets.get(OPENNESS, ())), ""), Openness.UNKNOWN)


def openness_of_record(record: Record, catalogue: CatalogueService) -> Openness | None:
    """Return the openness of a record's software, its own or that of the solutions it used; None without any."""
    if record.kind == SOLUTION:
        return _stated(record)
    used = (record_of(catalogue, catalogue.named(ref)) for ref in used_solutions(record))
    found = {_stated(one) for one in used if one}
    return _together(found) if found or record.kind == CASE_STUDY else None


def openness_together(offers: tuple[Offer, ...]) -> Openness:
    """Return the combined openness of several solutions; unknown if there are none."""
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
