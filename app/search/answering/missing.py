"""What a query is about and no record is: then the nearest records are shown as such, and not as an answer."""

from __future__ import annotations

from collections.abc import Iterator

from app.search.answering.matching import GroupMatch, Matches, rarity_of
from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.plan import NAMED_PART_BOOST, Alternative, Group, MatchVia

NAMING = 2
"""In no more words somebody names a thing and asks no question."""
NEAREST = 3
"""So many records are shown in place of an answer."""
SHARE = 0.4
SHARE_OF_SUBJECTS = 0.5
"""Missing words that are less of the query, or of what it is about, leave something to be answered."""
MOST_READ = 40
TELLING = ("title", "keywords", "summary")
SPECIFIC = 7
"""A first part of so many letters says by itself what a compound is about: Landarzt of Landarztmangel."""


def missing(snapshot: Snapshot, matches: Matches, *, is_near: bool = False) -> tuple[str, ...]:
    """Return the words, as typed, that the query is about and that stand in no record, in whatever form.

    With `is_near` there are hits that no word led to; where no word stands anywhere, it is about all of them then.
    """
    is_all = is_near and not any(found.stands for found in matches.groups)
    asked = (found for found in matches.groups if found.group.is_subject or is_all)
    absent = [found for found in asked if not _stands(snapshot, found)]
    if not absent or not snapshot.size:
        return ()
    gone = len(absent) * rarity_of(snapshot, 0)
    rest = [found for found in matches.groups if found not in absent and found.stands]
    said = sum(found.rarity for found in rest)
    named = sum(found.rarity for found in rest if found.group.is_subject)
    is_most = gone >= SHARE * (gone + said) and gone >= SHARE_OF_SUBJECTS * (gone + named)
    return tuple(found.group.text for found in absent) if is_most else ()


def _stands(snapshot: Snapshot, found: GroupMatch) -> bool:
    """Tell whether any record has the word itself or another name of it; parts that meet in one are neither."""
    alternatives = tuple(zip(found.group.alternatives, found.bits_of, strict=True))
    if any(bits for one, bits in alternatives if one.via is not MatchVia.PARTS):
        return True
    named = {one.terms for one, bits in alternatives if bits and one.boost == NAMED_PART_BOOST}
    return any(terms in named or _tells(snapshot, terms) for terms in _said_apart(found.group))


def _said_apart(group: Group) -> Iterator[tuple[str, ...]]:
    """Yield what stands for a compound: a first part that is a subject by itself, and words joined by hyphens."""
    parts = [one for one in group.alternatives if one.via is MatchVia.PARTS]
    atoms = next((one.terms for one in parts if len(one.terms) > 1), ())
    wholes = [one.terms[0] for one in group.alternatives if one.via in {MatchVia.WORD, MatchVia.TYPO}]
    for term in (*atoms[:-1], *group.parts):
        if len(term) >= SPECIFIC and (term in atoms[:-1] or any(one.startswith(term) for one in wholes)):
            yield (term,)
    if "-" in group.text and atoms:
        yield atoms


def _tells(snapshot: Snapshot, terms: tuple[str, ...]) -> bool:
    """Tell whether a record has these words where it says what it is about."""
    having = documents_of(snapshot.documents_with(Alternative(terms, 1.0, MatchVia.PARTS)))
    for places in map(snapshot.where, having[:MOST_READ]):
        zones = (*(places.zones[name] for name in TELLING), *places.lessons.values())
        if any(zone.words.issuperset(terms) for zone in zones):
            return True
    return False
