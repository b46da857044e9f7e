"""„Warum hier“ is true: what a hit of any judged question names stands in the record, where and as it is told."""

from __future__ import annotations

from functools import cache

from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.analysis.words import clean, folded
from app.search.port import IndexDocument
from app.search.query import Reason, ReasonCode, SearchQuery
from app.wiring import Services
from bench.search_evaluation import FILES, questions

FIRST_LETTERS = 3
"""So many a word has in common with its other forms."""
ASKED = [one.text for file in FILES for one in questions(file)]


def test_every_word_that_is_named_stands_where_it_is_told(node: Services) -> None:
    german = load_analyser()
    documents = {one.uid: one for one in node.search.documents()}
    fields = {concept.id: set(concept.pref.values()) for concept in node.vocabularies["topics"].concepts}
    untrue = []
    for text in ASKED:
        for hit in node.search.search(SearchQuery(text=text)).hits:
            document = documents[hit.uid]
            for reason in hit.reasons:
                if reason.code == ReasonCode.WORD_IN_TOPIC:
                    is_true = any(reason.params["label"] in fields[topic] for topic in document.topics)
                else:
                    is_true = _is_true(german, reason, document)
                if not is_true:
                    untrue.append((text, hit.slug, reason.code, dict(reason.params)))
    assert untrue == []


def _is_true(german: GermanAnalyser, reason: Reason, document: IndexDocument) -> bool:
    if reason.code == ReasonCode.WORD_MISSING:
        return True
    read = _texts(reason, document)
    words = _words(german, read)
    letters = folded(read)
    named = german.query_tokens(reason.params.get("label", reason.params["word"]))
    return all(
        german.query_word(token).term in words and folded(token.joined)[:FIRST_LETTERS] in letters.replace("-", "")
        for token in named
    )


@cache
def _words(german: GermanAnalyser, read: str) -> frozenset[str]:
    """Return the words of a text with their parts; many questions find the same records."""
    return frozenset(word for one in german.occurrences(clean(read)) for word in (one.word.term, *one.word.parts))


def _texts(reason: Reason, document: IndexDocument) -> str:
    zones = {
        "title": document.title,
        "summary": document.summary,
        "keywords": "\n".join(document.keywords),
        "questions": "\n".join(document.questions),
        "places": "\n".join(document.places),
        "lesson": "\n".join(one.text for one in document.lessons if one.id == reason.params.get("lesson")),
    }
    if "zone" in reason.params:
        return zones[reason.params["zone"]]
    every = (one.text for one in document.lessons)
    return "\n".join([*zones.values(), *every, document.problem, document.body])
