# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts analysis, synonyms and an index together, when they are first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.copies import StandingBack, own_before_others
from app.search.highlight import Highlighter
from app.search.plan import QueryPlanner
from app.search.port import SearchIndex
from app.search.synonyms import Concept, Synonyms
from app.search.whoosh_engine import WhooshIndex

LEXICON = "lexicon.txt"


class ConceptSource(Protocol):
    """A vocabulary, as far as search needs it."""

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """All concepts."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """What a process needs to answer queries; takes 0.2 s and about 70 MB, the very first time 3 s."""

    index: SearchIndex
    highlighter: Highlighter
    is_word: Callable[[str], bool]


def open_engine(
    directory: Path,
    vocabularies: Mapping[str, ConceptSource],
    contents: str = "",
    standing_back: StandingBack = own_before_others,
) -> Engine:
    """Open the index in `directory`, which is made when it is missing; see `WhooshIndex` for the rest."""
    german = load_analyser(directory / LEXICON)
    synonyms = SynonymSource(vocabularies, german)
    index = WhooshIndex(directory / "whoosh", german, QueryPlanner(german, synonyms), contents, standing_back)
    return Engine(index, Highlighter(german), german.is_spelled)


class SynonymSource:
    """The synonyms of the vocabularies as they are now; worked out anew only when a vocabulary was replaced."""

    def __init__(self, vocabularies: Mapping[str, ConceptSource], german: GermanAnalyser) -> None:
        self._vocabularies = vocabularies
        self._german = german
        self._kept: list[ConceptSource] = []
        self._built = Synonyms({}, german)

    def __call__(self) -> Synonyms:
        """The synonyms of this moment."""
        current = dict(self._vocabularies)
        if list(map(id, current.values())) != list(map(id, self._kept)):
            # Kept, so that no later vocabulary can get the identity of one that is gone.
            self._kept = list(current.values())
            self._built = Synonyms({name: one.concepts for name, one in current.items()}, self._german)
        return self._built
