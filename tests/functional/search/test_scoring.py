"""What is left out of scoring must never belong on the page."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from app.records.recent import Recent
from app.search.analysis.analyser import GermanAnalyser
from app.search.answering import common, postings, scoring
from app.search.answering import snapshot as snapshots
from app.search.answering.common import FIRST_TIER
from app.search.answering.matching import match
from app.search.answering.scoring import all_scores, best_scores, by_relevance
from app.search.answering.snapshot import Snapshot
from app.search.plan import QueryPlanner
from app.search.port import IndexDocument
from tests.contract.search_documents import document
from tests.functional.search.two_segments import WORDS, two_segments, words

SIZE = 3 * FIRST_TIER
QUESTIONS = (
    "Straße",
    "Schule Bus",
    "Starkregenwarnung Schule Karte",
    "ÖPNV Wald Rufbus Beteiligung",
    "Straßenkarte",
    "Straßenkarte Wald",
)


@pytest.fixture(scope="module")
def snapshot(
    tmp_path_factory: pytest.TempPathFactory, german: GermanAnalyser, planner: QueryPlanner
) -> Iterator[Snapshot]:
    later = (_document(number, "Wald und Straße") for number in range(0, SIZE, 7))
    yield from two_segments(tmp_path_factory.mktemp("index"), german, planner, map(_document, range(SIZE)), later)


@pytest.fixture(params=["exact tiers", "rough tiers", "tiers in another order"], autouse=True)
def tiers(request: pytest.FixtureRequest, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> str:
    """Common terms are kept as tables, whose tiers go by weight alone; what came later has one of its own before them.

    With a first tier of 200 none of the few documents here would be left out of those that have a compound's parts.
    """
    if request.param != "exact tiers":
        monkeypatch.setattr(postings, "COMMON", 20)
        monkeypatch.setattr(common, "FIRST_TIER", 20)
        monkeypatch.setattr(scoring, "FIRST_TIER", 20)
        monkeypatch.setattr(scoring, "MANY", 30)
        monkeypatch.setattr(snapshots, "FIRST_PORTION", 10)
    monkeypatch.setattr(snapshot, "_kept", Recent(1_000_000))
    if request.param == "tiers in another order":
        found = snapshot.postings
        monkeypatch.setattr(snapshot, "postings", lambda term: _turned(found(term)))
    return str(request.param)


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("first", [1, 10, 100, 250, SIZE])
def test_the_first_hits_are_those_of_a_search_that_scores_everything(
    snapshot: Snapshot, planner: QueryPlanner, text: str, first: int
) -> None:
    matches = match(snapshot, planner.plan(text))
    every, best = all_scores(snapshot, matches, matches.bits), best_scores(snapshot, matches, matches.bits, first)
    shown = by_relevance(snapshot, every, first)
    assert by_relevance(snapshot, best, first) == shown
    assert [best[document] for document in shown] == [every[document] for document in shown]


def test_few_documents_of_a_common_word_are_scored_for_one_page(
    snapshot: Snapshot, planner: QueryPlanner, tiers: str
) -> None:
    matches = match(snapshot, planner.plan("Straße"))
    assert matches.bits.bit_count() > 2 * FIRST_TIER
    scored = len(best_scores(snapshot, matches, matches.bits, 10))
    assert scored == FIRST_TIER if tiers == "exact tiers" else scored < matches.bits.bit_count()


def test_few_documents_that_have_the_parts_of_a_compound_are_scored_for_one_page(
    snapshot: Snapshot, planner: QueryPlanner, tiers: str
) -> None:
    matches = match(snapshot, planner.plan("Straßenkarte"))
    assert matches.bits.bit_count() > FIRST_TIER
    if tiers != "exact tiers":
        assert len(best_scores(snapshot, matches, matches.bits, 10)) < matches.bits.bit_count()


def _turned(found: postings.Postings) -> postings.Postings:
    return found._replace(tiers=found.tiers[::-1], heaviest=found.heaviest[::-1])


def _document(number: int, title: str = "") -> IndexDocument:
    chance = random.Random(number)
    body = words(chance, 2, 30)
    return document(number, title or " ".join(chance.choices(WORDS, k=2)), body=body, slug=f"r-{number}")
