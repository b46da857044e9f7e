"""„Warum hier“ is true: what a hit of any judged question names stands in the record. So is the short answer above."""

import re
from functools import cache

import pytest
from lxml import html

from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.analysis.words import clean, folded
from app.search.port import IndexDocument
from app.search.query import Reason, ReasonCode, SearchQuery
from app.web.factory import create_app
from app.web.survey.cases import short_answer
from app.wiring import Services
from bench.search_evaluation import FILES, questions
from tests.webnode.checks import words

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
        "title": document.title, "summary": document.summary, "keywords": "\n".join(document.keywords),
        "questions": "\n".join(document.questions), "places": "\n".join(document.places),
        "lesson": "\n".join(one.text for one in document.lessons if one.id == reason.params.get("lesson")),
    }  # fmt: skip
    if "zone" in reason.params:
        return zones[reason.params["zone"]]
    every = (one.text for one in document.lessons)
    return "\n".join([*zones.values(), *every, document.problem, document.body])


def test_short_answer_is_given_only_where_the_record_that_holds_it_is_graded_as_one(node: Services) -> None:
    told, untold = list[tuple[str, str]](), list[tuple[str, str]]()
    with create_app(node, testing=True).test_request_context():
        for one in (one for file in FILES for one in questions(file)):
            answer = short_answer(one.text, node.search.search(SearchQuery(text=one.text)).hits)
            if answer:
                kinds = {"sammlungen": "collection", "konzepte": "concept", "loesungen": "solution"}
                _, kind, slug = answer[0].href.split("/")[-3:]
                (told if one.relevant.get(f"{kinds[kind]}/{slug}", 0) >= 2 else untold).append((one.text, slug))
    assert len(told) > 1
    assert untold == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/suche?q=Rufbus", "Themenpaket Rufbus: 6 Fälle. 3 laufen, 3 endeten. Häufigster Grund: Geld (3)."),
        (
            "/en/suche?q=on-demand+bus",
            "On-demand bus: 6 cases. 3 are running, 3 ended. Most frequent reason: Money (3).",
        ),
        ("/suche?q=Bürgerbusse", "Themenpaket Rufbus: 6 Fälle. 3 laufen, 3 endeten. Häufigster Grund: Geld (3)."),
        ("/suche?q=Stadtnavis", "stadtnavi: 1 Fall. 1 läuft."),
        ("/suche?q=Bürgerbudgets", "Bürgerbudget: 2 Fälle. 2 laufen."),
        ("/en/suche?q=participatory+budget", "Citizens' budget: 2 cases. 2 are running."),
        (
            "/suche?q=KI",
            "Themenpaket KI im Rathaus: 5 Fälle. 2 laufen, 3 sind geplant oder in Erprobung.",
        ),
        ("/suche?q=Rufbus+Waschbecken", ""),
        ("/suche?q=Fusion", ""),
        ("/suche?q=Dorf-App", ""),
        ("/suche?q=Rufbus&land=BY", ""),
    ],
)
def test_short_answer_counts_outcomes_and_leads_to_as_many_cases(node: Services, path: str, said: str) -> None:
    client = create_app(node, testing=True).test_client()
    answers = html.fromstring(client.get(path).get_data(as_text=True)).xpath("//p[@class='short-answer']")
    assert "".join(words(one) for one in answers).startswith(said)
    assert bool(answers) == bool(said)
    for link in answers[0].xpath("./a")[1:] if answers else ():
        there = html.fromstring(client.get(link.get("href")).get_data(as_text=True))
        number = re.search(r"\d+", link.text_content())
        assert number
        assert words(there.get_element_by_id("treffer")).split()[0] == number[0]
        assert len(there.xpath("//article")) == int(number[0])
