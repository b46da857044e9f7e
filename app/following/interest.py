"""A search that somebody follows: as a row keeps it, what the search is asked, and which of the hits are news of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from app.kickoff.limited import lacks_words
from app.kickoff.parameters import NAMES, SituationChoices, from_parameters, to_parameters
from app.kickoff.service import KickoffService
from app.kickoff.situation import DEFAULT_SLIDER, Situation
from app.search.query import MatchedBy, SearchHit, SearchQuery, SearchResult, Sort

PROVEN = "belegt"
TEXT = "q"

_NO_SITUATION = Situation()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedSearch:
    """A search without order and page. Of the situation only what takes hits away counts: all of it goes by the place.

    `proven`: of hits within the limit to open source those alone that are known to be.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]]
    situation: Situation = _NO_SITUATION
    proven: bool = False

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """What the address of the search says, always in the same order."""
        words = [(TEXT, self.text)] if self.text else []
        filters = [(key, value) for key in sorted(self.filters) for value in sorted(self.filters[key])]
        proven = [(PROVEN, "1")] if self.proven and self.situation.open_source_only else []
        return [*words, *filters, *proven, *to_parameters(self._limits)]

    @property
    def written(self) -> str:
        """The same as one text, by which equal searches are recognised."""
        return urlencode(self.parameters)

    @property
    def _limits(self) -> Situation:
        if self.situation.open_source_only or self.situation.obtainable_only:
            return replace(self.situation, slider=DEFAULT_SLIDER)
        return Situation(topic=self.situation.topic)

    def hits(self, kickoff: KickoffService, *, page: int, size: int, lang: str) -> tuple[SearchResult, list[SearchHit]]:
        """Return one page of the search, newest first, and those of its hits that are an answer to it."""
        query = SearchQuery(text=self.text, filters=self.filters, sort=Sort.NEWEST, page=page, size=size, lang=lang)
        result = kickoff.search(query, self._limits, proven=self.proven)
        return result, list(_answers(result))


def read(written: str, facet_keys: Iterable[str], choices: Callable[[], SituationChoices]) -> FollowedSearch:
    """Return the search that `FollowedSearch.written` wrote; what this node does not know any more is left out."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(written):
        values.setdefault(name, []).append(value)
    said = {name: given for name, given in values.items() if name in NAMES}
    return FollowedSearch(
        text=values.get(TEXT, [""])[0],
        filters={key: tuple(values[key]) for key in facet_keys if key in values},
        situation=from_parameters(said, choices()).situation if said else _NO_SITUATION,
        proven=PROVEN in values,
    )


def _answers(result: SearchResult) -> Iterator[SearchHit]:
    """Yield the hits without those that the page only lists as the nearest: nobody wants to be woken for them."""
    if result.missing:
        return
    for hit in result.hits:
        if not (result.relaxed and hit.matched_by is MatchedBy.WORDS and lacks_words(hit)):
            yield hit
