"""What an engine indexes of a document: weighted terms, words as written, and where terms stand."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import clean
from app.search.port import IndexDocument

PART_WEIGHT = 0.5
"""A part of a compound counts half of the word itself."""
WEIGHTS = {
    "title": 3.0,
    "lessons": 2.0,
    "summary": 1.5,
    "topics": 1.5,
    "keywords": 1.5,
    "questions": 1.5,
    "places": 1.0,
    "problem": 1.0,
    "body": 1.0,
}
STEP = 0.25
"""Weights are told in quarters: a common word then has some twenty in an index and not two hundred, each of which is
read by itself, and any engine keeps them exactly."""
SHORTEST_WORD = 4
"""Shorter words are neither suggested nor offered as corrections."""
_TOPIC = "topic:"


def topic_term(topic: str) -> str:
    """The term that a record in a field of action has; no word of a text can be equal to it."""
    return f"{_TOPIC}{topic}"


def is_topic(term: str) -> bool:
    """Tell whether a term stands for a field of action."""
    return term.startswith(_TOPIC)


@dataclass(frozen=True, slots=True)
class Zone:
    """The terms of one stretch of text: words themselves, and parts of compounds."""

    words: frozenset[str]
    parts: frozenset[str]


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """The analysed document.

    `weights` is term -> weight for ranking, `length` the number of words. `zones` and `lessons`
    keep where terms stand, for reasons. `head_words` are written words of title, keywords and
    places; `words` those of everything but the body, which would double the index for words that
    stand elsewhere too.
    """

    weights: dict[str, float]
    length: int
    zones: dict[str, Zone]
    lessons: dict[str, Zone]
    head_words: frozenset[str]
    words: frozenset[str]


class DocumentAnalyser:
    """Analyses documents for the index."""

    def __init__(self, analyser: GermanAnalyser) -> None:
        self._analyser = analyser

    def terms(self, document: IndexDocument) -> DocumentTerms:
        """Analyse one document."""
        reading = _TextReading(self._analyser)
        zones = {name: reading.zone(name, texts) for name, texts in _zone_texts(document)}
        lessons = {lesson.id: reading.zone("lessons", [lesson.text]) for lesson in document.lessons}
        zones["topics"] = reading.topics(document.topics)
        reading.zone("problem", [document.problem])
        reading.zone("body", [document.body])
        return DocumentTerms(
            weights=reading.weights(),
            length=reading.length,
            zones=zones,
            lessons=lessons,
            head_words=frozenset(reading.written["title"] | reading.written["keywords"] | reading.written["places"]),
            words=frozenset(set().union(*(found for name, found in reading.written.items() if name != "body"))),
        )


def _zone_texts(document: IndexDocument) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "title", (document.title,)
    yield "summary", (document.summary,)
    yield "keywords", document.keywords
    yield "questions", document.questions
    yield "places", document.places


class _TextReading:
    """Collects while the zones of one document are read."""

    def __init__(self, analyser: GermanAnalyser) -> None:
        self._analyser = analyser
        self._counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.written: dict[str, set[str]] = defaultdict(set)
        self.length = 0

    def zone(self, name: str, texts: Iterable[str]) -> Zone:
        """Read the texts of a zone; a zone may be read in several goes."""
        words: list[str] = []
        parts: list[str] = []
        written = self.written[name]
        for text in texts:
            for word, token in self._analyser.occurrences(clean(text)):
                words.append(word.term)
                parts += word.parts
                if len(token.text) >= SHORTEST_WORD:
                    written.add(token.text)
        self.length += len(words)
        counts = self._counts[name]
        for term, count in Counter(words).items():
            counts[term] += count
        for term, count in Counter(parts).items():
            counts[term] += count * PART_WEIGHT
        return Zone(frozenset(words), frozenset(parts))

    def topics(self, topics: Iterable[str]) -> Zone:
        """Take in the fields of action, which have one term each."""
        terms = frozenset(topic_term(topic) for topic in topics)
        for term in terms:
            self._counts["topics"][term] += 1
        return Zone(terms, frozenset())

    def weights(self) -> dict[str, float]:
        """Term -> weight over all zones read so far."""
        total: dict[str, float] = defaultdict(float)
        for name, counts in self._counts.items():
            weight = WEIGHTS[name]
            for term, count in counts.items():
                # A word repeated ten times in the body must not outweigh one in the title.
                total[term] += weight * (count if count <= 1 else 1 + math.log(count))
        return {term: max(STEP, round(weight / STEP) * STEP) for term, weight in total.items()}
