"""Opens analysis, synonyms and an index together at first use."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from app.records.vocabulary import Vocabulary
from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.copies import DuplicatePolicy, own_before_others
from app.search.highlight import Highlighter
from app.search.plan import QueryPlanner
from app.search.port import SearchIndex
from app.search.synonyms import Synonyms

ENGINES = {
    "whoosh": ("app.search.whoosh_index", "WhooshIndex"),
    "tantivy": ("app.search.tantivy_index", "TantivyIndex"),
}
"""By setting; imported when opened, since a node needs only one, and Tantivy is optional."""


class IndexPlace(NamedTuple):
    """The folder of the indexes and the chosen engine; each has a subfolder, so one serves while another is built."""

    folder: Path
    engine: str = "whoosh"

    def clear_others(self) -> None:
        """Delete the indexes of other engines: records that must be forgotten would stay in them."""
        for name in ENGINES.keys() - {self.engine}:
            shutil.rmtree(self.folder / name, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything a process needs to answer queries; opening takes 0.2 s and about 70 MB."""

    index: SearchIndex
    highlighter: Highlighter
    planner: QueryPlanner


def open_engine(
    place: IndexPlace,
    vocabularies: Mapping[str, Vocabulary],
    contents: str = "",
    duplicate_policy: DuplicatePolicy = own_before_others,
) -> Engine:
    """Open the index at `place`; see `AnsweringIndex` for the rest."""
    german = load_analyser()
    synonyms = SynonymSource(vocabularies, german)
    module, name = ENGINES[place.engine]
    made: Callable[..., SearchIndex] = getattr(import_module(module), name)
    planner = QueryPlanner(german, synonyms)
    index = made(place.folder / place.engine, german, planner, contents, duplicate_policy)
    return Engine(index, Highlighter(german), planner)


class SynonymSource:
    """The current synonyms of the vocabularies; recomputed only after a vocabulary was replaced."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary], german: GermanAnalyser) -> None:
        self._vocabularies = vocabularies
        self._german = german
        self._kept: list[Vocabulary] = []
        self._built = Synonyms({}, german)

    def __call__(self) -> Synonyms:
        """Return the current synonyms."""
        current = dict(self._vocabularies)
        if list(map(id, current.values())) != list(map(id, self._kept)):
            # Keep references, so that no later vocabulary can get the identity of a deleted one.
            self._kept = list(current.values())
            self._built = Synonyms({name: one.concepts for name, one in current.items()}, self._german)
        return self._built
