"""Connections of a record: the records it names, those that name it, and those that use it.

A connection is stored once, in the record that learned from the other; both pages show it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.kickoff.offers import record_of
from app.records.five_lines.lines import SOLUTION, STOPPED
from app.records.record import Record
from app.reuse.facets import taking_part
from app.reuse.front_matter import COLLECTION, collected
from app.search.query import SearchHit
from app.shared.errors import Unavailable
from app.shared.wording import N_
from app.web.kickoff.selection import selection_id
from app.web.records.fields import FieldWriter
from app.web.records.lines import entry_five_lines, line_words
from app.web.search.hits import Card, card_of, readable
from app.web.search.question import find
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import node_name
from app.web.shell.routing import page_address
from app.web.shell.searched import entries_of
from app.web.shell.shown import Link, titled
from app.web.shell.wording import _

MAX_NAMING = 40

_WEAKEST = "related"
_PART = "takes_part"
"""Name for the fields in which a case or a solution names an organisation."""

_INVERSE: Mapping[str, str] = {
    "reuses": N_("reused by"),
    "adapted_from": N_("adapted by"),
    "replaces": N_("replaced by"),
    "part_of": N_("comprises"),
    "draws_on": N_("drawn on by"),
    _PART: N_("takes part in"),
    COLLECTION: N_("stands in the collection"),
}
"""Names of relations from the other end, in display order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A connected record, with the reason in its author's words."""

    link: Link
    note: str = ""
    note_lang: str = ""


Groups = Mapping[str, Sequence[Connection]]
"""Connected records by name of the connection."""


def named(writer: FieldWriter) -> Groups:
    """Return the records that a record names, those with the least detail last."""
    groups: dict[str, list[Connection]] = {}
    for relation in sorted(writer.record.relations, key=lambda one: one.rel == _WEAKEST):
        link = writer.links.target(relation.target)
        if link is not None:
            one = Connection(link=link, note=relation.note or "", note_lang=writer.record.lang)
            groups.setdefault(writer.label("relation.rel", relation.rel), []).append(one)
    return groups


def named_by(record: Record, own: Groups) -> tuple[Groups, int]:
    """Return records that name this one as their model, basis or parent, without those that it names itself.

    The number is that of all such records if not all are shown, otherwise 0.
    """
    try:
        found = find(size=MAX_NAMING, bezug=record.ref)
    except Unavailable:
        # Show the record even if the search is unavailable.
        return {}, 0
    shown = {one.link.href for group in own.values() for one in group}
    groups: dict[str, list[Connection]] = {rel: [] for rel in _INVERSE}
    catalogue = services().catalogue
    for other in (record_of(catalogue, entry) for entry in catalogue.in_turn(entries_of(found.hits))):
        for rel, one in _named_in(other, record) if other else ():
            if one.link.href not in shown:
                groups[rel].append(one)
    total = found.total if found.total > len(found.hits) else 0
    return {_(_INVERSE[rel]): ones for rel, ones in groups.items() if ones}, total


def _named_in(other: Record, record: Record) -> Iterator[tuple[str, Connection]]:
    title = titled(other)
    link = Link(label=title.text, href=page_address(other), lang=title.lang, site=node_name(other.origin))
    for relation in other.relations:
        if relation.rel in _INVERSE and _means(other.refer(relation.target), record):
            # Show no notes of other nodes, which could write anything on this page.
            note = relation.note if other.origin in ("", record.origin) else None
            yield relation.rel, Connection(link=link, note=note or "", note_lang=other.lang)
    if any(_means(one.name, record) for one in collected(other)):
        yield COLLECTION, Connection(link=link)
    specs = {spec.key: spec for spec in services().schemas.kind(other.kind).fields}
    for name, keys in taking_part(other).items():
        if _means(name, record):
            as_what = ", ".join(specs[key].label(current_language()) for key in keys if key in specs)
            yield _PART, Connection(link=link, note=as_what)


def _means(name: str, record: Record) -> bool:
    """Return whether a name found by search means this record; a global name ends with its identifier."""
    return name == record.ref or name.endswith(f"/{record.id}")


MAX_NAMED = 10
"""Records shown of each sort."""
_BUILT_ON = frozenset({SOLUTION, "concept"})
_OUTCOME = "ergebnis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A case that stopped using a solution: its name, when and why, and its card.

    `id` is the case, "" for one of several places in a case, so that others may continue.
    """

    name: str
    words: str
    card: Card
    id: str = ""

    @property
    def part(self) -> str:
        """Return the place inside the case, in the words of the solution's record; "" for a whole case."""
        return "" if self.id else self.name


def building_on(record: Record) -> tuple[Sequence[Card], Sequence[Ended], int]:
    """Return the newest users of a record, those that stopped with it, and the total number.

    The number is 0 if all are shown; everything is empty if the search is unavailable.
    """
    nobody: tuple[Sequence[Card], Sequence[Ended], int] = (), (), 0
    if record.kind not in _BUILT_ON:
        return nobody
    try:
        ended = ended_with(record.ref) if record.kind == SOLUTION else ()
        found = find(size=MAX_NAMED + len(ended), nutzt=record.ref)
    except Unavailable:
        # Show the record even if the search is unavailable.
        return nobody
    going = [card for hit, card in readable(found.hits) if not (ended and STOPPED in hit.facets.get(_OUTCOME, ()))]
    cards = going[:MAX_NAMED]
    return cards, ended, found.total if found.total > len(cards) + sum(bool(one.id) for one in ended) else 0


def ended_with(ref: str) -> tuple[Ended, ...]:
    """Return who stopped using a solution, by its name: the newest cases, then those in its own record."""
    cases = tuple(_ended(find(size=MAX_NAMED, nutzt=ref, ergebnis=STOPPED).hits))
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
    """Yield the users whose stop is recorded in the solution, with the more detailed case, else with itself.

    Cases that stopped as a whole are in `told` already.
    """
    catalogue = services().catalogue
    own = catalogue.named(ref)
    record = record_of(catalogue, own)
    for user in cast("Sequence[Mapping[str, Any]]", record.data.get("users") or ()) if record else ():
        entry = (catalogue.named(record.refer(user["case"])) if record and "case" in user else None) or own
        card = card_of(entry) if entry and selection_id(entry.id, entry.origin) not in told else None
        if "ended" in user and card:
            yield Ended(name=user["text"], words=line_words().stopped(user["ended"]), card=card)
