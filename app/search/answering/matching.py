"""Sets of documents, computed before any score: which match a plan, how facets split them, what is missing."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.document import COLLECTED, ON_REQUEST
from app.search.plan import NAMED_PART_BOOST, Alternative, Group, MatchVia, QueryPlan
from app.search.query import Facet, FacetValue
from app.search.terms import is_topic

if TYPE_CHECKING:
    from app.search.meaning.vectors import QuestionNearness

ENOUGH = 3
"""If fewer records have all words, the reader is told."""
SHARE = 0.25
"""Share of the query that a hit must have at least; a rare word counts more than a common one."""
STEPS = 24
"""Steps in which the share is counted."""
OPTIONAL = 0.15
"""Weight of an optional word, relative to the weight by its rarity."""
RARE = 0.02
FEWEST_RARE = 12
"""Records; a word is rare if at most this many, or the share above of all records, have it."""


@dataclass(frozen=True, slots=True)
class GroupMatch:
    """Documents of a group and of each alternative. `rarity` is the inverse frequency, `loose_rarity` of loose ones."""

    group: Group
    bits: int
    bits_of: tuple[int, ...]
    rarity: float
    loose_rarity: float

    def held(self, document: int) -> list[Alternative]:
        """Return the alternatives that a document has."""
        return [one for one, bits in zip(self.group.alternatives, self.bits_of, strict=True) if bits >> document & 1]

    def has(self, document: int) -> bool:
        """Return whether a document has any of the alternatives."""
        return bool(self.bits >> document & 1)


@dataclass(frozen=True, slots=True)
class Matches:
    """All documents that match a plan. `complete`: all have all words; `relaxed`: hardly any has."""

    groups: tuple[GroupMatch, ...]
    bits: int
    complete: bool
    relaxed: bool

    @property
    def needed(self) -> tuple[GroupMatch, ...]:
        """Return the groups that decide what is a hit."""
        return tuple(found for found in self.groups if not found.group.is_optional)

    @property
    def whole(self) -> float:
        """Return the score of a document with every word of the query once, including words in no document."""
        return sum(found.rarity for found in self.groups)


def match(snapshot: Snapshot, plan: QueryPlan) -> Matches:
    """Find documents with a sufficient share of the query; ranking puts complete ones first."""
    groups = tuple(_match_group(snapshot, group) for group in plan.groups)
    needed = [found for found in groups if not found.group.is_optional]
    together = snapshot.live
    for found in needed:
        together &= found.bits
    if len(needed) < 2:
        return Matches(groups, together, complete=True, relaxed=False)
    either = together | _with_a_share(needed) | _about_a_rare_word(snapshot, needed)
    relaxed = together.bit_count() < ENOUGH and either != together
    return Matches(groups, either, complete=either == together, relaxed=relaxed)


def _match_group(snapshot: Snapshot, group: Group) -> GroupMatch:
    having = snapshot.count(one for one in group.alternatives if not one.loose)
    if having >= ENOUGH:
        # Documents that share only a field of action with the word are no hits if others contain the word.
        kept = tuple(one for one in group.alternatives if not (one.loose and is_topic(one.terms[0])))
        group = replace(group, alternatives=kept)
    bits_of = tuple(snapshot.documents_with(one) for one in group.alternatives)
    loose = snapshot.count(one for one in group.alternatives if one.loose)
    weight = OPTIONAL if group.is_optional else 1.0
    rarity = weight * rarity_of(snapshot, having or loose)
    # Related words of a rare word may be common, and parts of a compound may co-occur by chance: rate them as common.
    return GroupMatch(
        group,
        functools.reduce(operator.or_, bits_of, 0),
        bits_of,
        rarity,
        min(rarity, weight * rarity_of(snapshot, loose)),
    )


def _with_a_share(groups: Iterable[GroupMatch]) -> int:
    """Return the documents with at least `SHARE` of the query; words that occur in no document are not counted."""
    standing = [found for found in groups if found.bits]
    whole = sum(found.rarity for found in standing)
    having = [0] * STEPS
    for found in standing:
        steps = max(1, round(found.rarity / whole * STEPS / SHARE))
        for reached in range(STEPS - 1, -1, -1):
            having[reached] |= found.bits & (having[reached - steps] if reached >= steps else -1)
    return having[-1]


def _about_a_rare_word(snapshot: Snapshot, groups: Iterable[GroupMatch]) -> int:
    """Return the documents with a rare query word in the title, or as much of it elsewhere."""
    about = 0
    for found in groups:
        for one, bits in zip(found.group.alternatives, found.bits_of, strict=True):
            if one.via is MatchVia.WORD and _is_rare(snapshot, bits):
                about |= functools.reduce(operator.and_, (snapshot.postings(term).heavy for term in one.terms), bits)
    return about


def _is_rare(snapshot: Snapshot, bits: int) -> bool:
    return bits.bit_count() <= max(FEWEST_RARE, RARE * snapshot.size)


def rarity_of(snapshot: Snapshot, having: int) -> float:
    """Return the inverse document frequency for `having` documents."""
    return math.log(1 + (snapshot.size - having + 0.5) / (having + 0.5))


Filters = Mapping[str, tuple[str, ...]]


def restrict(snapshot: Snapshot, bits: int, filters: Filters, *, but: str = "") -> int:
    """Return the documents that pass all filters except that of the facet `but`."""
    for key, values in filters.items():
        if key != but and values:
            accepted = 0
            for value in values:
                having = snapshot.collected(value) if key == COLLECTED else snapshot.facets.get(key, {}).get(value, 0)
                accepted |= having
            bits &= accepted
    return bits


def facet_counts(
    snapshot: Snapshot, bits: int, filters: Filters, wanted: tuple[str, ...] | None = None
) -> tuple[Facet, ...]:
    """Return the facets that split the hits or are filtered by; if `wanted` is given, exactly those.

    The values of a facet are counted as if its own filter were not set, so that a reader sees what selecting a further
    value would add.
    """
    facets = []
    for key in sorted(snapshot.facets if wanted is None else wanted):
        chosen = frozenset(filters.get(key, ()))
        if key in ON_REQUEST and not chosen and wanted is None:
            continue
        open_bits = restrict(snapshot, bits, filters, but=key)
        counted = {value: (bits & open_bits).bit_count() for value, bits in snapshot.facets.get(key, {}).items()}
        values = [FacetValue(value=v, count=n, selected=v in chosen) for v, n in counted.items() if n or v in chosen]
        values += [FacetValue(value=v, count=0, selected=True) for v in chosen - counted.keys()]
        total = open_bits.bit_count()
        if chosen or wanted is not None or any(0 < value.count < total for value in values):
            facets.append(Facet(key=key, values=tuple(sorted(values, key=lambda one: (-one.count, one.value)))))
    return tuple(facets)


NAMING = 2
"""Words; a shorter or equally long query names a thing and asks no question."""
NAMES = 0.38
"""Cosine at which a record that has parts of a compound is what that names: of a hundred subjects that no record names,
only opening hours of shops come that near, to a shop that is always open."""
NEAREST = 3
"""Records shown if nothing answers the query."""
MISSING_SHARE = 0.4
MISSING_SHARE_OF_SUBJECTS = 0.5
"""If less than this share of the query, or of its subjects, is missing, the rest can still be answered."""
MAX_READ = 40
TELLING = ("title", "keywords", "summary")
SPECIFIC = 7
"""Letters; a first part of this length alone names the subject of a compound: Landarzt of Landarztmangel."""


def missing(snapshot: Snapshot, matches: Matches, *, is_near: bool = False) -> tuple[str, ...]:
    """Return the typed words of the subject, or of all if hits are near by meaning only, that no record has."""
    is_all = is_near and not any(found.bits for found in matches.groups)
    asked = (found for found in matches.groups if found.group.is_subject or is_all)
    is_name = len(matches.groups) <= NAMING
    absent = [found for found in asked if not _stands(snapshot, found, is_name=is_name)]
    if not absent or not snapshot.size:
        return ()
    gone = len(absent) * rarity_of(snapshot, 0)
    rest = [found for found in matches.groups if found not in absent and found.bits]
    said = sum(found.rarity for found in rest)
    named = sum(found.rarity for found in rest if found.group.is_subject)
    is_most = gone >= MISSING_SHARE * (gone + said) and gone >= MISSING_SHARE_OF_SUBJECTS * (gone + named)
    return tuple(found.group.text for found in absent) if is_most else ()


def is_answered(
    snapshot: Snapshot, matches: Matches, lacking: Sequence[str], near: QuestionNearness, *, is_name: bool
) -> bool:
    """Return whether a record answers the query although none has the `lacking` words.

    It is near enough by meaning; or the nearest one also has a rare subject of the query, so that words and meaning
    agree. A name has too little meaning (E-Rechnung is near to E-Akte): the record must be nearer and have its parts.
    """
    if near.answers and not is_name:
        return True
    for nearest in near.standing_out(snapshot.uids, snapshot.live, 1):
        for found in matches.groups:
            parts = {term for one in found.held(nearest) for term in one.terms}
            if found.group.text in lacking and near.highest >= NAMES and len(parts) > 1:
                return True
            if found.group.text not in lacking and parts and found.group.is_subject and _is_rare(snapshot, found.bits):
                return True
    return False


def _stands(snapshot: Snapshot, found: GroupMatch, *, is_name: bool) -> bool:
    """Return whether any record has the word or a synonym; co-occurring parts of a compound do not count."""
    alternatives = tuple(zip(found.group.alternatives, found.bits_of, strict=True))
    if any(bits for one, bits in alternatives if one.via is not MatchVia.PARTS):
        return True
    named = {one.terms for one, bits in alternatives if bits and one.boost == NAMED_PART_BOOST}
    return any(terms in named or _tells(snapshot, terms) for terms in _said_apart(found.group, is_name=is_name))


def _said_apart(group: Group, *, is_name: bool) -> Iterator[tuple[str, ...]]:
    """Yield terms that can replace a compound: a first part that is a subject itself, and hyphenated words.

    Unless the query `is_name`, a part in the middle may replace it too: Deutschland for Norddeutschland, not Wohnung
    for Zweitwohnungssteuer.
    """
    parts = [one for one in group.alternatives if one.via is MatchVia.PARTS]
    atoms = next((one.terms for one in parts if len(one.terms) > 1), ())
    wholes = [one.terms[0] for one in group.alternatives if one.via in {MatchVia.WORD, MatchVia.TYPO}]
    inner = () if is_name else atoms[1:-1]
    for term in (*atoms[:1], *inner, *group.parts):
        if len(term) >= SPECIFIC and (term in inner or any(one.startswith(term) for one in wholes)):
            yield (term,)
    if "-" in group.text and atoms:
        yield atoms


def _tells(snapshot: Snapshot, terms: tuple[str, ...]) -> bool:
    """Return whether a record has these words where it says what it is about."""
    having = documents_of(snapshot.documents_with(Alternative(terms, 1.0, MatchVia.PARTS)))
    for places in map(snapshot.where, having[:MAX_READ]):
        zones = (*(places.zones[name] for name in TELLING), *places.lessons.values())
        if any(zone.words.issuperset(terms) for zone in zones):
            return True
    return False
