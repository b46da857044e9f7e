# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a query is about and no record is: then the nearest records are shown as such, and not as an answer."""

from __future__ import annotations

from app.search.answering.matching import GroupMatch, Matches, rarity_of
from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.plan import Alternative, MatchVia

NEAREST = 3
"""So many records are shown in place of an answer."""
SHARE = 0.4
SHARE_OF_SUBJECTS = 0.5
"""Missing words that are less of the query, or of what it is about, leave something to be answered."""
MOST_READ = 40
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
    alternatives = tuple(zip(found.group.alternatives, found.bits_of, strict=True))
    if any(bits for one, bits in alternatives if one.via is not MatchVia.PARTS):
        return True
    whole = [one for one, _ in alternatives if one.via is MatchVia.PARTS and len(one.terms) > 1]
    return any(_is_specific(snapshot, one.terms) or _stand_together(snapshot, one) for one in whole)


def _is_specific(snapshot: Snapshot, terms: tuple[str, ...]) -> bool:
    return any(len(term) >= SPECIFIC and snapshot.postings(term).size for term in terms[:-1])


def _stand_together(snapshot: Snapshot, parts: Alternative) -> bool:
    """Parts that meet anywhere in a record may do so by chance; in one sentence of it they hardly do."""
    for places in map(snapshot.where, documents_of(snapshot.documents_with(parts))[:MOST_READ]):
        zones = (places.zones["title"], places.zones["summary"], *places.lessons.values())
        if any(all(term in zone.words or term in zone.parts for term in parts.terms) for zone in zones):
            return True
    return False
