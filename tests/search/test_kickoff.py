"""Search with a situation still brings the right record onto the first places."""

from dataclasses import replace

import pytest

from app.kickoff.situation import DEFAULT_SLIDER, SLIDER_MAX, SMALL_PLACES, Situation
from app.reuse.place import Place
from app.search.query import SearchQuery
from app.wiring import Services
from bench.search_evaluation import evaluate, questions
from tests.search.node import Shown, shown

ASKED = questions()[:60]
"""The questions that the order with a situation was built on."""
SITUATIONS = {
    "district_in_hesse": Situation(
        place=Place(state="HE", kind="district", population=90_000), months=12, open_source_only=True
    ),
    "small_place": SMALL_PLACES,
    "town_in_the_south": Situation(place=Place(state="BW", kind="town", population=33_000), phase="idea"),
    "large_city": Situation(place=Place(state="NW", kind="independent_city", population=600_000), budget=500_000),
    "village_in_the_east": Situation(place=Place(state="SN", kind="municipality", population=3_000)),
    "association": Situation(
        place=Place(state="SH", kind="municipal_association", population=12_000), obtainable_only=True
    ),
}


@pytest.mark.parametrize("slider", [DEFAULT_SLIDER, SLIDER_MAX])
@pytest.mark.parametrize("name", SITUATIONS)
def test_the_right_record_is_among_the_first_three(node: Services, name: str, slider: int) -> None:
    situation = replace(SITUATIONS[name], slider=slider)

    def ranking(text: str) -> Shown:
        return shown(node.kickoff.search(SearchQuery(text=text), situation))

    result = evaluate(ranking, ASKED)
    assert result.success(3) >= 0.9, result.report()
