"""Finds existing records about the subject of a record that somebody is about to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.search.query import MatchedBy, ReasonCode, SearchHit, SearchQuery
from app.search.service import SearchService

if TYPE_CHECKING:
    from app.search.meaning.vectors import QuestionNearness

MAX_HITS = 3
MAX_LOOKED_AT = 10
NEAR, VERY_NEAR = 2.75, 4.0
"""Standard deviations above the mean of all records: required if words match as well, and if none do.

Tested with 22 titles: all twelve whose subject the collection holds are found; of ten others, nine find nothing and one
finds a related record.
"""
_TELLING = frozenset(("title", "keywords", "summary", "questions"))


class AlreadyThere:
    """Finds records of this node and of others by the title of a new one. Safe for all threads."""

    def __init__(self, search: SearchService) -> None:
        """Compare by words and meaning with `search`."""
        self._search = search

    def like(self, title: str, but: str = "") -> tuple[SearchHit, ...]:
        """Return up to three records about the subject of `title`, nearest first, without the record `but` (uid)."""
        nearness = self._search.nearness(title)
        found = self._search.compared(SearchQuery(text=title, size=MAX_LOOKED_AT), nearness)
        if found.missing:
            # No record is about one of the words in the title, so the nearest ones have another subject.
            return ()
        same = (hit for hit in found.hits if hit.uid != but and (_says_it(hit) or _means_it(hit, nearness)))
        return tuple(same)[:MAX_HITS]


def _says_it(hit: SearchHit) -> bool:
    """Return whether more than half of the words occur where a record says what it is about."""
    told = sum(reason.params.get("zone") in _TELLING for reason in hit.reasons if "word" in reason.params)
    asked = sum(reason.code != ReasonCode.MEANING for reason in hit.reasons)
    return 2 * told > asked


def _means_it(hit: SearchHit, nearness: QuestionNearness | None) -> bool:
    if nearness is None:
        return False
    return nearness.deviation(hit.uid) >= (NEAR if hit.matched_by is MatchedBy.BOTH else VERY_NEAR)
