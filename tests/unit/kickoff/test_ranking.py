"""Likeness never changes the order of equals, says only what is true, and does not judge how things ended."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kickoff.ranking import LikenessCode, fit_of, likeness, rank
from app.kickoff.situation import Situation
from app.records.record import SIZE_CLASSES
from app.reuse.place import Place
from app.search.query import SearchHit

STATES = ("HE", "BY", "NW")
KINDS = ("district", "town", "municipality")
COOPERATIONS = ("single", "district", "inter_municipal")
POPULATION = {"lt5k": 4_000, "5-20k": 9_000, "20-50k": 30_000, "50-100k": 90_000, "100-500k": 200_000, "gt500k": 10**6}


def hit(number: int = 0, score: float = 1.0, **facets: tuple[str, ...]) -> SearchHit:
    return SearchHit(
        uid=f"|{number}",
        id=str(number),
        origin="",
        kind="case-study",
        slug=f"muster-{number}",
        score=score,
        facets=facets,
    )


def order(ranked: Sequence[SearchHit]) -> list[int]:
    """Return the place that each hit had before, as `hit` and `hits` number them."""
    return [int(one.id) for one in ranked]


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


hits = st.lists(
    st.tuples(
        st.integers(0, 2_000).map(lambda score: score / 100),
        some(STATES),
        some(KINDS),
        some(SIZE_CLASSES),
        some(COOPERATIONS),
    ),
    max_size=30,
).map(
    lambda drawn: [
        hit(number, score, land=state, gemeindetyp=kind, groesse=size, zusammenarbeit=cooperation)
        for number, (score, state, kind, size, cooperation) in enumerate(sorted(drawn, key=lambda one: -one[0]))
    ]
)
situations = st.builds(
    Situation,
    place=st.none()
    | st.builds(
        Place,
        state=st.sampled_from(("", *STATES)),
        kind=st.sampled_from(("", *KINDS)),
        population=st.none() | st.sampled_from(tuple(POPULATION.values())),
    ),
    size_class=st.sampled_from(("", *SIZE_CLASSES)),
    cooperation=st.sampled_from(("", *COOPERATIONS)),
    slider=st.integers(0, 10),
)


@settings(max_examples=60)
@given(hits, situations, st.sampled_from(("success", "stopped", "no_effect")))
def test_likeness_orders_equals_only_with_true_reasons_and_whatever_the_outcome(
    found: list[SearchHit], situation: Situation, outcome: str
) -> None:
    for said in (replace(situation, slider=0), Situation(slider=situation.slider)):
        assert [replace(one, fit=None) for one in rank(found, said)] == found
    ranked = rank(found, situation)
    assert sorted(order(ranked)) == list(range(len(found))), "nothing is lost and nothing added"
    assert all(found[number] == replace(one, fit=None) for number, one in zip(order(ranked), ranked, strict=True))
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)
    for earlier, later in combinations(ranked, 2):
        if fit_of(earlier).likeness.points == fit_of(later).likeness.points:
            assert int(earlier.id) < int(later.id), "hits of equal likeness never swap"
    for one in ranked:
        for reason in fit_of(one).likeness.reasons:
            _assert_true(LikenessCode(reason.code), dict(reason.params), one, situation)
    failed = [replace(one, facets={**one.facets, "ergebnis": (outcome,), "phase": ("ended",)}) for one in found]
    assert order(rank(failed, situation)) == order(ranked)


def _assert_true(code: LikenessCode, params: dict[str, str], found: SearchHit, situation: Situation) -> None:
    place = situation.place or Place(state="", kind="")
    size, cooperation = situation.own_size_class, situation.own_cooperation
    if code is LikenessCode.NEAR_SIZE_CLASS:
        assert params["size_class"] in found.facets["groesse"]
        assert params["own"] == size
        assert size not in found.facets["groesse"]
        assert abs(SIZE_CLASSES.index(size) - SIZE_CLASSES.index(params["size_class"])) == 1
        return
    own, facet = {
        LikenessCode.SAME_SIZE_CLASS: ({"size_class": size}, "groesse"),
        LikenessCode.SAME_STATE: ({"state": place.state}, "land"),
        LikenessCode.SAME_KIND: ({"kind": place.kind}, "gemeindetyp"),
        LikenessCode.COOPERATION: ({"cooperation": cooperation}, "zusammenarbeit"),
    }[code]
    assert params == own
    assert set(own.values()) <= set(found.facets[facet])


@pytest.mark.parametrize(
    ("facets", "code"),
    [
        ({"groesse": ("50-100k",)}, LikenessCode.SAME_SIZE_CLASS),
        ({"groesse": ("100-500k", "lt5k")}, LikenessCode.NEAR_SIZE_CLASS),
        ({"groesse": ("20-50k",)}, LikenessCode.NEAR_SIZE_CLASS),
        ({"land": ("BY", "HE")}, LikenessCode.SAME_STATE),
        ({"gemeindetyp": ("district",)}, LikenessCode.SAME_KIND),
        ({"zusammenarbeit": ("district",)}, LikenessCode.COOPERATION),
    ],
)
def test_gives_the_reason_for_each_kind_of_likeness(facets: dict[str, Any], code: LikenessCode) -> None:
    district = Situation(place=Place(state="HE", kind="district", population=90_000))
    found = likeness(district, hit(**facets))
    assert [reason.code for reason in found.reasons] == [code]
    assert 0 < found.share < 1


def test_a_neighbouring_size_counts_less_than_the_same() -> None:
    small = Situation(size_class="lt5k")
    same, near, far = (likeness(small, hit(groesse=(size,))).share for size in ("lt5k", "5-20k", "20-50k"))
    assert same == 1
    assert same > near > far == 0


def test_of_equal_hits_the_more_alike_comes_first_and_never_before_a_better_match() -> None:
    better, other, like = hit(0, 6.01, land=("BY",)), hit(1, 6.0, land=("BY",)), hit(2, 6.0, land=("HE",))
    asker = Situation(place=Place(state="HE", kind=""), slider=10)
    assert [replace(one, fit=None) for one in rank([better, other, like], asker)] == [better, like, other]
