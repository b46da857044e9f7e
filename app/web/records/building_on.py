"""Who uses a solution or applies a concept, computed from the other records; who stopped stands apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.kickoff.offers import record_of
from app.records.five_lines.lines import SOLUTION, STOPPED
from app.records.record import Record
from app.search.query import SearchHit
from app.shared.errors import Unavailable
from app.web.kickoff.selection import selection_id
from app.web.records.lines import entry_five_lines, line_words
from app.web.search.hits import Card, card_of, readable
from app.web.search.question import find
from app.web.shell.access import services

SHOWN = 10
"""So many of each are named."""
_BUILT_ON = frozenset({SOLUTION, "concept"})
_OUTCOME = "ergebnis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A case that used a solution and stopped: by which name, when and why, and its card.

    `id` is the case, "" where it is one of several places that the case tells of, so that the others may go on.
    """

    name: str
    words: str
    card: Card
    id: str = ""

    @property
    def part(self) -> str:
        """The place inside the case, in the words of the solution's record; "" for a case as a whole."""
        return "" if self.id else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingOn:
    """The newest who use something, those who stopped with it, and how many there are in all."""

    cards: tuple[Card, ...]
    ended: tuple[Ended, ...]
    total: int

    @property
    def has_more(self) -> bool:
        """Tell whether not all of them are named."""
        return self.total > len(self.cards) + sum(bool(one.id) for one in self.ended)


def building_on(record: Record) -> BuildingOn | None:
    """Return who builds on a record; None where nobody is known to, or where nobody can be asked."""
    if record.kind not in _BUILT_ON:
        return None
    try:
        ended = ended_with(record.ref) if record.kind == SOLUTION else ()
        found = find(size=SHOWN + len(ended), nutzt=record.ref)
    except Unavailable:
        # The record can be read without those that build on it.
        return None
    going = [card for hit, card in readable(found.hits) if not (ended and STOPPED in hit.facets.get(_OUTCOME, ()))]
    shown = BuildingOn(cards=tuple(going[:SHOWN]), ended=ended, total=found.total)
    return shown if found.total or ended else None


def ended_with(ref: str) -> tuple[Ended, ...]:
    """Return who used a solution, by its name, and stopped: the newest cases, then those its own record names."""
    cases = tuple(_ended(find(size=SHOWN, nutzt=ref, ergebnis=STOPPED).hits))
    return (*cases, *_named_by_solution(ref, {one.id for one in cases}))


def _ended(hits: Iterable[SearchHit]) -> Iterable[Ended]:
    visible = services().catalogue.visible()
    for hit, card in readable(tuple(hits)):
        entry = visible.get(hit.id, hit.origin)
        if entry is not None:
            lines = entry_five_lines(entry)
            name = lines.size.name or card.title.partition(": ")[0]
            yield Ended(id=selection_id(hit.id, hit.origin), name=name, words=line_words().ending(lines), card=card)


def _named_by_solution(ref: str, told: Collection[str]) -> Iterator[Ended]:
    """Yield the users whose end the record of a solution knows, with the case that tells more, else with itself.

    Cases that stopped as a whole are `told` already.
    """
    catalogue = services().catalogue
    own = catalogue.named(ref)
    record = record_of(catalogue, own)
    for user in cast("Sequence[Mapping[str, Any]]", record.data.get("users") or ()) if record else ():
        entry = (catalogue.named(record.refer(user["case"])) if record and "case" in user else None) or own
        card = card_of(entry) if entry and selection_id(entry.id, entry.origin) not in told else None
        if "ended" in user and card:
            yield Ended(name=user["text"], words=line_words().stopped(user["ended"]), card=card)
