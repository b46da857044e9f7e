"""The search as tables for a script in the browser, for copies that are read without a server.

Stems, parts of compounds and synonyms are computed here for each word of the texts and vocabularies: the script looks
up a typed word by its spelling and gets the terms for it.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.records.vocabulary import Vocabulary
from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.analysis.words import WordToken, clean, tokens
from app.search.answering.snapshot import K1, B
from app.search.document import INNER
from app.search.engine import SynonymSource
from app.search.plan import QueryPlanner
from app.search.port import IndexDocument
from app.search.terms import DocumentAnalyser

Way = tuple[int, tuple[str, ...]]
"""Weight of a match in hundredths, and the terms that together match a word."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineIndex:
    """Records by number, newest first; `postings`: term -> (number, weight ≤ 100), `words`: spelling -> ways."""

    uids: tuple[str, ...]
    postings: Mapping[str, Sequence[tuple[int, int]]]
    words: Mapping[str, Sequence[Way]]
    facets: Mapping[str, Mapping[str, Sequence[int]]]


def spelled(word: str) -> str:
    """Return a word as spelled in the tables: lower case, umlauts written out, no accents, hyphens or dots."""
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFC", word).lower().translate(_UMLAUTS))
    return "".join(letter for letter in letters if letter.isalnum())


def offline_index(documents: Iterable[IndexDocument], vocabularies: Mapping[str, Vocabulary]) -> OfflineIndex:
    """Return the tables for these documents."""
    german = load_analyser()
    found = sorted(documents, key=lambda one: (-one.published_at.timestamp(), one.uid))
    postings = _postings(found, german)
    planner = QueryPlanner(german, SynonymSource(vocabularies, german))
    texts = (text for one in found for text in _texts(one))
    written = _written([*texts, *sorted(planner.labels())])
    return OfflineIndex(
        uids=tuple(one.uid for one in found),
        postings=postings,
        words={
            key: ways for key, token in written.items() if (ways := _ways(token, german, planner, postings)) is not None
        },
        facets=_facets(found),
    )


def _postings(documents: Sequence[IndexDocument], german: GermanAnalyser) -> dict[str, list[tuple[int, int]]]:
    analyser = DocumentAnalyser(german)
    analysed = [analyser.terms(one) for one in documents]
    usual = sum(one.length for one in analysed) / max(1, len(analysed)) or 1.0
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, one in enumerate(analysed):
        against = K1 * (1 - B + B * one.length / usual)
        for term, weight in one.weights.items():
            postings[term].append((number, max(1, round(100 * weight / (weight + against)))))
    return dict(postings)


def _texts(document: IndexDocument) -> Iterator[str]:
    yield from (document.title, document.summary, document.problem, document.body)
    yield from (*document.keywords, *document.questions, *document.places, *(one.text for one in document.lessons))


def _written(texts: Iterable[str]) -> dict[str, WordToken]:
    """Return the first token of each spelling; the pieces of hyphenated words are words too."""
    written: dict[str, WordToken] = {}
    for text in texts:
        for token in tokens(clean(text)):
            for one in (token, *(piece for part in token.pieces for piece in tokens(part))):
                written.setdefault(spelled(one.text), one)
    return written


def _ways(
    token: WordToken, german: GermanAnalyser, planner: QueryPlanner, known: Mapping[str, object]
) -> tuple[Way, ...] | None:
    """Return the ways from a word to records, best first; None if there are none."""
    if german.is_filler(token):
        return ()
    alternatives = [one for group in planner.plan(token.text).groups for one in group.alternatives]
    best: dict[tuple[str, ...], int] = {}
    for one in sorted(alternatives, key=lambda one: -one.boost):
        if one.terms and all(term in known for term in one.terms):
            best.setdefault(one.terms, round(100 * one.boost))
    return tuple(sorted(((boost, terms) for terms, boost in best.items()), key=lambda way: (-way[0], way[1]))) or None


def _facets(documents: Sequence[IndexDocument]) -> dict[str, dict[str, list[int]]]:
    facets: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, one in enumerate(documents):
        # Use the order of the schemas: the order of a set differs between processes, and so would the files.
        for key, values in one.facets.items():
            if key in INNER:
                continue
            for value in values:
                facets[key][value].append(number)
    return {key: dict(values) for key, values in facets.items()}
