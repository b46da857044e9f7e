"""What is left out of scoring must never belong on the page."""

from pathlib import Path

import pytest

from app.search.analysis.analyser import GermanAnalyser
from app.search.answering import ranking, snapshot
from app.search.answering.matching import match
from app.search.answering.ranking import _best_scores, _highest, scores
from app.search.plan import QueryPlanner
from app.search.port import Cursor
from app.search.whoosh_index import WhooshIndex
from tests.contract.search_documents import some

SIZE = 150
QUESTIONS = (
    "Straße", "Schule Bus", "Starkregenwarnung Schule Karte", "ÖPNV Wald Rufbus Beteiligung", "Straßenkarte",
    "Straße Bus Schule Karte Wald kaufen",
)  # fmt: skip


@pytest.mark.parametrize("most_classes", [ranking.MAX_CLASSES, 3])
def test_the_first_hits_are_those_of_a_search_that_scores_everything(
    tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner, monkeypatch: pytest.MonkeyPatch, most_classes: int
) -> None:
    monkeypatch.setattr(ranking, "MAX_CLASSES", most_classes)
    for module in (ranking, snapshot):
        monkeypatch.setattr(module, "FIRST_TIER", 10)
    index = WhooshIndex(tmp_path, german, planner)
    index.replace(map(some, range(SIZE)), Cursor(1))
    index.apply([some(number, "Wald und Straße") for number in range(0, SIZE, 7)], ["|1", "|2"], Cursor(2))
    held, spared = index._snapshot(), 0
    for text in QUESTIONS:
        matches = match(held, planner.plan(text))
        every = scores(held, matches, matches.bits)
        for first in (1, 10, 40, SIZE):
            best = _best_scores(held, matches, matches.bits, first)
            shown = _highest(held, every, first)
            assert _highest(held, best, first) == shown
            assert [best[one] for one in shown] == [every[one] for one in shown]
            spared += len(every) - len(best)
    assert spared > SIZE
