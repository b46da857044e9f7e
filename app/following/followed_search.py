"""A search to which somebody subscribed, and its name in the reader's language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from app.kickoff.memo.wording import MemoLabels, Words
from app.kickoff.service import KickoffService, lacks_words
from app.kickoff.situation import (
    DEFAULT_SLIDER,
    PARAMETERS,
    Situation,
    SituationChoices,
    from_parameters,
    to_parameters,
)
from app.reuse.facets import ANSWERS, BUILDS_ON
from app.search.document import COLLECTED, REFERS_TO
from app.search.query import MatchedBy, SearchHit, SearchQuery, SearchResult, Sort
from app.shared.wording import N_, translator

PROVEN = "belegt"
TEXT = "q"

_NO_SITUATION = Situation()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedSearch:
    """A search; its situation counts only where it excludes hits. `proven`: only hits known to be open source."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]]
    situation: Situation = _NO_SITUATION
    proven: bool = False

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the search's address, always in the same order."""
        words = [(TEXT, self.text)] if self.text else []
        filters = [(key, value) for key in sorted(self.filters) for value in sorted(self.filters[key])]
        proven = [(PROVEN, "1")] if self.proven and self.situation.open_source_only else []
        return [*words, *filters, *proven, *to_parameters(self._limits)]

    @property
    def written(self) -> str:
        """The parameters as one string, by which equal searches are recognised."""
        return urlencode(self.parameters)

    @property
    def _limits(self) -> Situation:
        if self.situation.open_source_only or self.situation.obtainable_only:
            return replace(self.situation, slider=DEFAULT_SLIDER)
        return Situation(topic=self.situation.topic)

    def hits(self, kickoff: KickoffService, *, page: int, size: int, lang: str) -> tuple[SearchResult, list[SearchHit]]:
        """Return one page of the search, newest first, and its hits without those that match only partly."""
        query = SearchQuery(text=self.text, filters=self.filters, sort=Sort.NEWEST, page=page, size=size, lang=lang)
        result = kickoff.search(query, self._limits, proven=self.proven)
        if result.missing:
            return result, []
        # Leave out hits that are shown only for lack of better ones: they are not worth an e-mail.
        nearest = (result.relaxed and hit.matched_by is MatchedBy.WORDS and lacks_words(hit) for hit in result.hits)
        return result, [hit for hit, is_nearest in zip(result.hits, nearest, strict=True) if not is_nearest]


def read(written: str, facet_keys: Iterable[str], choices: Callable[[], SituationChoices]) -> FollowedSearch:
    """Parse a search stored as `FollowedSearch.written`, without values that this node no longer knows."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(written):
        values.setdefault(name, []).append(value)
    said = {name: given for name, given in values.items() if name in PARAMETERS}
    return FollowedSearch(
        text=values.get(TEXT, [""])[0],
        filters={key: tuple(values[key]) for key in facet_keys if key in values},
        situation=from_parameters(said, choices())[0] if said else _NO_SITUATION,
        proven=PROVEN in values,
    )


_NAMED = frozenset({ANSWERS, BUILDS_ON, REFERS_TO, COLLECTED})
_ALL = N_("All entries")
_SEARCH = N_("Search: “%(text)s”")
_OPEN = N_("open source only")
_OBTAINABLE = N_("only what we can obtain")

TitleOf = Callable[[str], str]
"""Returns the title of a record given its name, such as "solution/portal", or the name if there is none."""


def name_of(search: FollowedSearch, labels: MemoLabels, title_of: TitleOf, lang: str) -> str:
    """Return words and filters of a search in one line."""
    return ", ".join(_parts(search, labels, title_of, lang)) or translator(lang)(_ALL)


def _parts(search: FollowedSearch, labels: MemoLabels, title_of: TitleOf, lang: str) -> Iterator[str]:
    say, words = translator(lang), Words(lang)
    if search.text:
        yield say(_SEARCH, text=search.text)
    filters = {key: list(values) for key, values in search.filters.items()}
    topic = search.situation.topic
    if topic and topic not in filters.get("thema", ()):
        filters.setdefault("thema", []).append(topic)
    for key, values in filters.items():
        shown = (title_of(one) if key in _NAMED else labels.filter_value(key, one, lang) for one in values)
        yield f"{labels.filter_name(key, words)}: {' / '.join(shown)}"
    if search.situation.open_source_only:
        yield say(_OPEN)
    if search.situation.obtainable_only:
        yield say(_OBTAINABLE)
