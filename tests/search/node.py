"""A fresh node with the content of this repository, asked through the real search service."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from app.search.document import uid_of
from app.search.meaning import questions
from app.search.query import SearchQuery, SearchResult
from app.search.service import SearchService
from app.shared.config import load_settings
from app.wiring import Services
from tests.prepared import seeded_node
from tests.search.vectors import compute, meaning_of


class Shown(NamedTuple):
    """What a question brings up: records ("case-study/hof-landbus"), best first, and words that none is about."""

    found: Sequence[str]
    missing: tuple[str, ...] = ()


def shown(result: SearchResult) -> Shown:
    """Return what is shown first of a result."""
    return Shown([f"{hit.kind}/{hit.slug}" for hit in result.hits[:10]], result.missing)


def whole(text: str) -> SearchQuery:
    """Ask for all that is found; the first of it are those that a page shows."""
    return SearchQuery(text=text, size=100)


Rank = Callable[[str], Shown]


def asked_once(services: Services) -> Services:
    """Have a node that nobody changes answer each query once, which the tests ask in many situations."""
    services.catalogue.moment.begin()
    search, known = services.search.search, dict[str, SearchResult]()

    def answered(query: SearchQuery) -> SearchResult:
        key = repr(query)
        if key not in known:
            known[key] = search(query)
        return known[key]

    vars(services.search)["search"] = answered
    return services


def opened(folder: Path) -> Services:
    """Return a fresh node that compares by meaning as well; it remembers the vectors of all graded questions."""
    vars(questions)["CACHE_SIZE"] = 5000
    services = seeded_node(load_settings(data=folder / "node", meaning="auto"))
    compute(services)
    return asked_once(services)


def rankings(services: Services) -> Mapping[str, Rank]:
    """Return what is shown for a question by words alone, by meaning alone, and by both as the site does."""
    meaning = meaning_of(services)
    words = SearchService(services.index_place, services.catalogue, services.schemas, services.vocabularies)
    uids = [uid_of(entry) for entry in services.search.searched()]
    refs = [f"{entry.kind}/{entry.slug}" for entry in services.search.searched()]

    def by_meaning(text: str) -> Shown:
        nearness = meaning.nearness(text)
        return Shown([refs[place] for place in nearness.nearest(uids, 10)] if nearness else [])

    return {
        "words": lambda text: shown(words.search(whole(text))),
        "meaning": by_meaning,
        "both": lambda text: shown(services.search.search(whole(text))),
    }
