"""Generated documents for the search alone: compounds, lessons, and words as unevenly spread as in real text."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from app.search.analysis.lexicon import Lexicon
from app.search.port import IndexDocument, LessonText
from bench.corpus import STATES, TOPICS
from bench.words import FIRST, SECOND, VERBS

BACKGROUND = 12_000
"""Distinct words of the running text, drawn from the dictionary; Zipf's law says how often each comes."""
BODY_WORDS = 800
START = datetime(2020, 1, 1, tzinfo=UTC)
SIZES = ("lt5k", "5-20k", "20-50k", "50-100k", "100-500k")


class SearchCorpus:
    """Documents by number; the same for the same number."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Draw the words of the running text from `lexicon`."""
        chance = random.Random(1)
        nouns = sorted(word.capitalize() for word in lexicon.nouns if 5 <= len(word) <= 16)
        verbs = sorted(lexicon.verbs)
        self.words = chance.sample(nouns, BACKGROUND * 2 // 3) + chance.sample(verbs, BACKGROUND // 3)
        chance.shuffle(self.words)
        self._weights = list(accumulate(1 / rank for rank in range(2, len(self.words) + 2)))

    def documents(self, count: int) -> Iterator[IndexDocument]:
        """The first `count` documents, each of about 8 KB."""
        return (self.document(number) for number in range(count))

    def document(self, number: int, *, title: str = "") -> IndexDocument:
        """Document `number`; `title` takes the place of its own."""
        chance = random.Random(number)
        subjects = [subject(chance) for _ in range(6)]
        identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://muster.example/{number}"))
        return IndexDocument(
            uid=f"|{identifier}",
            id=identifier,
            origin="",
            kind=chance.choice(("case-study", "case-study", "case-study", "concept", "solution")),
            slug=f"muster-{number:05d}",
            digest=f"sha256:{number:064x}",
            title=title or f"{subjects[0]} in Musterort {number}: {chance.choice(subjects)} {chance.choice(VERBS)}",
            summary=self._text(chance, subjects, 35),
            lessons=tuple(
                LessonText(id=f"lehre-{place}", text=self._text(chance, subjects, 40)) for place in range(1, 6)
            ),
            topics=tuple(chance.sample(TOPICS, 2)),
            keywords=tuple(subjects),
            places=(f"Musterort {number}",),
            problem=self._text(chance, subjects, 90),
            body=self._text(chance, subjects, BODY_WORDS),
            facets=_facets(chance),
            published_at=START + timedelta(hours=number),
            confirmed_at=START + timedelta(hours=chance.randrange(50_000)),
        )

    def _text(self, chance: random.Random, subjects: Sequence[str], words: int) -> str:
        drawn = chance.choices(self.words, cum_weights=self._weights, k=words)
        for place in range(3, words, 14):
            drawn[place] = chance.choice(subjects)
        return " ".join(drawn)


def subject(chance: random.Random) -> str:
    """A compound of municipal work; some are asked for far more often than others."""
    first = FIRST[min(chance.randrange(len(FIRST)), chance.randrange(len(FIRST)))]
    return first + SECOND[min(chance.randrange(len(SECOND)), chance.randrange(len(SECOND)))]


def queries(corpus: SearchCorpus, count: int) -> list[str]:
    """Questions of two to four words: compounds, their parts, common and rare words, some from the vocabulary."""
    chance = random.Random(2)
    parts = [*(word.removesuffix("s") for word in FIRST), *(word.capitalize() for word in SECOND)]
    extra = ["Rufbus", "ÖPNV", "heavy rain", "public transport", "Mängelmelder", "Telemedizin", "data platform"]
    kinds = (
        lambda: subject(chance),
        lambda: chance.choice(parts),
        lambda: chance.choice(corpus.words[:400]),
        lambda: chance.choice(corpus.words),
        lambda: chance.choice(extra),
    )
    return [" ".join(chance.choice(kinds)() for _ in range(chance.choice((2, 2, 3, 3, 4)))) for _ in range(count)]


def _facets(chance: random.Random) -> dict[str, tuple[str, ...]]:
    return {
        "art": (chance.choice(("case-study", "concept", "solution")),),
        "thema": tuple(chance.sample(TOPICS, 2)),
        "land": (chance.choice(STATES),),
        "groesse": (chance.choice(SIZES),),
        "phase": (chance.choice(("pilot", "operation", "ended")),),
        "ergebnis": (chance.choice(("success", "partial", "stopped", "too_early")),),
    }
