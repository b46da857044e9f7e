"""The texts that every program gets: generated case studies, each with a word that no other one has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.records.document import Document, parse
from bench.corpus import case_study
from bench.words import FIRST, SECOND

_SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "so", "ti", "wo", "zu")
_FOOTNOTE = re.compile(r" ?\[\^\w+\]")
_ANCHOR = re.compile(r" ?\{#[\w-]+\}")


@dataclass(frozen=True)
class Page:
    """One text; `name` is its address in every program, `rare` a word that stands in it alone."""

    number: int

    @property
    def name(self) -> str:
        """Return what its address ends in."""
        return f"muster-{self.number:05d}"

    @property
    def rare(self) -> str:
        """Return a word of five syllables that ends like no German plural or case."""
        return "Quel" + "".join(_SYLLABLES[int(digit)] for digit in f"{self.number:04d}") + "k"

    @cached_property
    def record(self) -> str:
        """Return the text of its file in a node."""
        return f"{case_study(self.number)}\nIm Ortsteil {self.rare} begann es. [^bericht]\n"

    @property
    def id(self) -> str:
        """Return the identifier of its record."""
        return str(self._document.front["id"])

    @cached_property
    def markdown(self) -> str:
        """Return what a page of a node shows of it, as Markdown that every wiki can take: headings, lists, text."""
        return "\n\n".join(_sections(self._document))

    @cached_property
    def _document(self) -> Document:
        return parse(self.record)


def pages(count: int) -> Sequence[Page]:
    """Return so many texts, the same for the same number."""
    return [Page(number) for number in range(count)]


def having(words: Iterable[str], found: Sequence[Page]) -> dict[str, frozenset[str]]:
    """Return the names of the pages that have each of these words, also as a part of another word."""
    texts = {page.name: page.markdown.lower() for page in found}
    return {word: frozenset(name for name, text in texts.items() if word.lower() in text) for word in words}


def compounds(found: Sequence[Page], least: int) -> dict[str, frozenset[str]]:
    """Return compounds that stand in `least` of these texts or more, with the names of those that have them."""
    every = having((first + second for first in FIRST for second in SECOND), found)
    return {word: names for word, names in every.items() if len(names) >= least}


def _sections(document: Document) -> Iterator[str]:
    front: dict[str, Any] = dict(document.front)
    yield f"# {front['title']}"
    yield front["summary"]
    places = "; ".join(f"{place['name']}, {place['state']}, {place['population']}" for place in front["municipalities"])
    yield f"Gemeinde: {places}. Zeitraum: {front['period']['start']} bis {front['period']['end']}."
    yield f"Stichwörter: {', '.join(front['keywords'])}"
    yield "## Ziele"
    yield "\n".join(f"- {goal['text']}" for goal in front["goals"])
    yield _FOOTNOTE.sub("", _ANCHOR.sub("", document.body)).strip()
    yield "## Ergebnis"
    yield front["outcome_note"]["text"]
    yield "\n".join(f"- {result['statement']}" for result in front["results"])
    yield "## Lehren"
    for lesson in front["lessons"]:
        yield f"### {lesson['statement']}"
        yield lesson["because"]
        yield f"- {lesson['recommendation']}"
    yield "## Quellen"
    yield "\n".join(f"- {source['title']}, {source['publisher']}, {source['url']}" for source in front["sources"])
