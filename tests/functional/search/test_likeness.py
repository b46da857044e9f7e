"""Neighbours are those of a walk through all records, though few of these are scored."""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pytest

from app.records.recent import Recent
from app.search.analysis.analyser import GermanAnalyser
from app.search.answering import common, postings
from app.search.answering.likeness import ATTEMPTED, FACET_SHARE, similar, telling
from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.plan import QueryPlanner
from app.search.port import IndexDocument, SimilarTo
from tests.contract.search_documents import document
from tests.functional.search.two_segments import two_segments, words

SIZE = 400
TOPICS = ("mobility", "climate", "participation")


@pytest.fixture(scope="module")
def snapshot(
    tmp_path_factory: pytest.TempPathFactory, german: GermanAnalyser, planner: QueryPlanner
) -> Iterator[Snapshot]:
    documents, later = map(_document, range(SIZE)), map(_document, range(0, SIZE, 7))
    yield from two_segments(tmp_path_factory.mktemp("index"), german, planner, documents, later)


@pytest.fixture(params=["exact tiers", "rough tiers"], autouse=True)
def _tiers(request: pytest.FixtureRequest, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "rough tiers":
        monkeypatch.setattr(postings, "COMMON", 20)
        monkeypatch.setattr(common, "FIRST_TIER", 20)
    monkeypatch.setattr(snapshot, "_kept", Recent(1_000_000))


@pytest.mark.parametrize("limit", [1, 3, 12, SIZE])
@pytest.mark.parametrize("number", [0, 3, 8, 77, 390, SIZE])
def test_neighbours_are_those_of_a_walk_through_all(
    snapshot: Snapshot, german: GermanAnalyser, number: int, limit: int
) -> None:
    like = _like(number)
    found = [(hit.uid, hit.score) for hit in similar(snapshot, german, like, limit)]
    assert found == _walked(snapshot, german, like, limit)


def test_record_that_shares_nothing_has_no_neighbours(snapshot: Snapshot, german: GermanAnalyser) -> None:
    assert similar(snapshot, german, SimilarTo(id="new", text="Quittung", facets={"thema": TOPICS}), 3) == ()
    assert similar(snapshot, german, SimilarTo(id="new", text="Wald", facets={}), 3) == ()


def test_few_of_those_that_share_a_common_word_are_scored(
    snapshot: Snapshot, german: GermanAnalyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored: set[int] = set()
    impacts = snapshot.impacts

    def noted(found: postings.Postings, documents: Sequence[int]) -> list[float]:
        scored.update(documents)
        return impacts(found, documents)

    monkeypatch.setattr(snapshot, "impacts", noted)
    like = _like(3)
    assert len(similar(snapshot, german, like, 3)) == 3
    assert len(scored) < 3 * ATTEMPTED < SIZE / 2


def _walked(snapshot: Snapshot, german: GermanAnalyser, like: SimilarTo, limit: int) -> list[tuple[str, float]]:
    """Score whatever shares a term, and keep the best of those that share two, or one and a topic."""
    scores: defaultdict[int, float] = defaultdict(float)
    shared: defaultdict[int, int] = defaultdict(int)
    for term, rarity in telling(snapshot, german, like.text).items():
        found = snapshot.postings(term)
        documents = documents_of(found.bits)
        for one, points in zip(documents, snapshot.impacts(found, documents), strict=True):
            scores[one] += points * rarity
            shared[one] += 1
    unit = FACET_SHARE * max(scores.values(), default=1.0)
    heads = {one: snapshot.head(one) for one in scores}
    topics = {one: len(set(like.facets.get("thema", ())) & set(heads[one].facets.get("thema", ()))) for one in scores}
    total = {
        heads[one].uid: points + unit * topics[one]
        for one, points in scores.items()
        if (shared[one] > 1 or topics[one]) and heads[one].id != like.id
    }
    return [(uid, round(total[uid], 4)) for uid in heapq.nsmallest(limit, total, key=lambda one: (-total[one], one))]


def _text(number: int) -> str:
    return words(random.Random(number), 1, 12)


def _like(number: int) -> SimilarTo:
    return SimilarTo(id=f"id-{number}", text=_text(number), facets={"thema": _topics(number)})


def _topics(number: int) -> tuple[str, ...]:
    return tuple(random.Random(number).sample(TOPICS, number % 3))


def _document(number: int) -> IndexDocument:
    topics = _topics(number)
    return document(number, _text(number), topics=topics, facets={"thema": topics}, slug=f"r-{number}")
