"""What an engine indexes of a document: weighted terms, words as written, and positions of terms."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import clean
from app.search.port import IndexDocument

PART_WEIGHT = 0.5
"""A part of a compound counts half as much as the word itself."""
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
"""Weights are multiples of this: a common word then has about twenty distinct ones in an index instead of two hundred,
each of which is read separately, and any engine stores them exactly."""
SHORTEST_WORD = 4
"""Letters; shorter words are neither suggested nor offered as corrections."""
_TOPIC = "topic:"


def topic_term(topic: str) -> str:
    """Return the term for a field of action; no word of a text can equal it."""
    return f"{_TOPIC}{topic}"


def is_topic(term: str) -> bool:
    """Return whether a term stands for a field of action."""
    return term.startswith(_TOPIC)


@dataclass(frozen=True, slots=True)
class Zone:
    """The terms of one part of the text: whole words, and parts of compounds."""

    words: frozenset[str]
    parts: frozenset[str]


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """The analysed document.

    `weights` is term -> weight for ranking, `length` the number of words. `zones` and `lessons` keep the positions of
    terms, used for reasons. `head_words` are written words of title, keywords and places; `words` those of all but the
    body, which would double the index with words that mostly occur elsewhere too.
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
        """Return the terms of one document."""
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
    """Collects the terms of the zones of one document."""

    def __init__(self, analyser: GermanAnalyser) -> None:
        self._analyser = analyser
        self._counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.written: dict[str, set[str]] = defaultdict(set)
        self.length = 0

    def zone(self, name: str, texts: Iterable[str]) -> Zone:
        """Add texts of a zone and return it; may be called several times for one zone."""
        words, parts, written = defaultdict[str, int](int), defaultdict[str, int](int), self.written[name]
        for text in texts:
            for word, count in self._analyser.counted(clean(text)):
                for term in word.terms:
                    words[term] += count
                for part in word.parts:
                    parts[part] += count
                if len(word.text) >= SHORTEST_WORD:
                    written.add(word.text)
        self.length += sum(words.values())
        counts = self._counts[name]
        for term, number in words.items():
            counts[term] += number
        for term, number in parts.items():
            counts[term] += number * PART_WEIGHT
        return Zone(frozenset(words), frozenset(parts))

    def topics(self, topics: Iterable[str]) -> Zone:
        """Add the fields of action, which have one term each."""
        terms = frozenset(topic_term(topic) for topic in topics)
        for term in terms:
            self._counts["topics"][term] += 1
        return Zone(terms, frozenset())

    def weights(self) -> dict[str, float]:
        """Return term -> weight over all zones read so far."""
        total: dict[str, float] = defaultdict(float)
        for name, counts in self._counts.items():
            weight = WEIGHTS[name]
            for term, count in counts.items():
                # A word repeated ten times in the body must not outweigh one in the title.
                total[term] += weight * (count if count <= 1 else 1 + math.log(count))
        return {term: max(STEP, round(weight / STEP) * STEP) for term, weight in total.items()}
