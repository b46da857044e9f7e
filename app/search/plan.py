# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From what a reader typed to what an engine looks for; the same plan for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.search.analysis.analyser import GermanAnalyser, Word
from app.search.analysis.words import WordToken
from app.search.synonyms import Names, Synonyms

MOST_WORDS = 32
"""Further words of a query are ignored; nobody needs them, and each costs time."""


class MatchVia(StrEnum):
    """How an alternative follows from what was typed."""

    WORD = "word"
    DERIVED = "derived"
    PARTS = "parts"
    SYNONYM = "synonym"
    TYPO = "typo"


DERIVED_BOOST = 0.85
PARTS_BOOST = 0.5
NAMED_PART_BOOST = 0.4
"""One part alone, and only where it names a concept: Starkregen for Starkregenwarnung."""
TYPO_BOOST = 0.4


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that together stand for a word of the query, worth `boost` (0 to 1) of a direct match.

    Of a synonym, `label` in the language `lang` led to them, and `names` are what the concept is called by language.
    """

    terms: tuple[str, ...]
    boost: float
    via: MatchVia
    label: str = ""
    lang: str = ""
    names: Names = ()

    def called(self, lang: str, typed: str) -> str:
        """Return the label for readers of a language; what they typed themselves would tell them nothing."""
        name = dict(self.names).get(lang, "") if self.lang != lang else ""
        return name if name.casefold() not in {"", typed.casefold()} else self.label


@dataclass(frozen=True, slots=True)
class Group:
    """One word of the query, or several that name one concept, and all that may stand for it.

    `is_subject`: it is what the query is about, and not what is to be done with it. `parts` are the terms of a
    compound's parts at every level.
    """

    text: str
    alternatives: tuple[Alternative, ...]
    is_subject: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """The groups of a query; without any group everything matches."""

    groups: tuple[Group, ...]


class QueryPlanner:
    """Plans queries over the analysis chain and the synonyms of the moment."""

    def __init__(self, analyser: GermanAnalyser, synonyms: Callable[[], Synonyms]) -> None:
        """`synonyms` is asked for each query, because the vocabulary is content and may change."""
        self._analyser = analyser
        self._synonyms = synonyms

    def plan(self, text: str) -> QueryPlan:
        """The plan for a text as typed."""
        synonyms = self._synonyms()
        tokens = self._analyser.query_tokens(text)[:MOST_WORDS]
        words = [self._analyser.query_word(token) for token in tokens]
        subjects = self._analyser.subjects(text)
        groups: dict[tuple[str, ...], Group] = {}
        fillers: dict[tuple[str, ...], Group] = {}
        start = 0
        while start < len(words):
            # A label may contain a word that is a filler elsewhere: zu wenig Personal.
            length = self._longest_label(words[start:], synonyms)
            span = slice(start, start + length)
            terms = tuple(word.term for word in words[span])
            shapes = self._analyser.is_filler(tokens[start]) or self._analyser.is_counted(tokens, start)
            kept = fillers if length == 1 and shapes else groups
            is_subject = any(token.start in subjects for token in tokens[span])
            kept.setdefault(terms, self._group(tokens[span], words[span], synonyms, is_subject=is_subject))
            start += length
        return QueryPlan(tuple((groups or fillers).values()))

    def labels(self) -> frozenset[str]:
        """All labels of the vocabularies, for suggestions."""
        return self._synonyms().labels

    def is_spelled(self, word: str) -> bool:
        """Tell whether the dictionary has a word as it is written; then another one was not meant."""
        return self._analyser.is_spelled(word)

    def correct(self, word: str) -> str | None:
        """The label that a misspelt word is near to, or None."""
        return self._synonyms().speller.correct(word)

    def _longest_label(self, words: list[Word], synonyms: Synonyms) -> int:
        for length in range(min(synonyms.longest, len(words)), 1, -1):
            if synonyms.expand([word.term for word in words[:length]]):
                return length
        return 1

    def _group(self, tokens: list[WordToken], words: list[Word], synonyms: Synonyms, *, is_subject: bool) -> Group:
        terms = tuple(word.term for word in words)
        alternatives = [Alternative(terms, 1.0, MatchVia.WORD)]
        if len(words) == 1 and words[0].atoms:
            alternatives.append(Alternative(words[0].atoms, PARTS_BOOST, MatchVia.PARTS))
        if len(tokens) == 1 and (derived := self._analyser.derived(tokens[0])):
            alternatives.append(Alternative((derived,), DERIVED_BOOST, MatchVia.DERIVED))
        alternatives += [
            Alternative(other.terms, other.weight, MatchVia.SYNONYM, other.label, other.lang, other.names)
            for other in synonyms.expand(terms)
        ]
        if len(words) == 1 and not synonyms.expand(terms):
            alternatives += _named_parts(words[0], synonyms)
        text = " ".join(token.text for token in tokens)
        parts = words[0].parts if len(words) == 1 else ()
        return Group(text, tuple(alternatives), is_subject=is_subject, parts=parts)


def _named_parts(word: Word, synonyms: Synonyms) -> Iterator[Alternative]:
    """Yield the parts of a compound without a concept of its own that name one, and what else those are called."""
    for part in word.parts:
        others = [other for other in synonyms.expand((part,)) if other.names_a_thing]
        if others:
            yield Alternative((part,), NAMED_PART_BOOST, MatchVia.PARTS)
        for other in others:
            boost = NAMED_PART_BOOST * other.weight
            yield Alternative(other.terms, boost, MatchVia.SYNONYM, other.label, other.lang, other.names)
