from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.search.answering.postings import Bounded
from app.search.answering.sets import bits_of, documents_of
from app.search.answering.sums import Bounds

SIZE = 40
COUNTED = st.lists(st.dictionaries(st.integers(0, SIZE - 1), st.sampled_from((0.0, 0.3, 1.7, 24.0))), max_size=8)


def added(counted: list[dict[int, float]]) -> tuple[Bounds, dict[int, float]]:
    """Bounds of some words, each of which counts so much in some documents, and the sums."""
    bounds = Bounds()
    for word in counted:
        parts = {count: bits_of([one for one in word if word[one] == count], SIZE) for count in word.values()}
        bounds.add([Bounded(bits, count) for count, bits in parts.items()])
    return bounds, {number: sum(word.get(number, 0.0) for word in counted) for number in range(SIZE)}


@given(COUNTED, st.floats(0, 60), st.sets(st.integers(0, SIZE - 1)))
def test_no_document_is_missing_that_can_score_as_much(
    counted: list[dict[int, float]], score: float, among: set[int]
) -> None:
    bounds, sums = added(counted)
    found = set(documents_of(bounds.reaching(bits_of(among, SIZE), score)))
    assert {one for one in among if sums[one] >= score} <= found <= among
    assert all(sums[one] > score - 1 for one in found)


@given(COUNTED, st.integers(0, SIZE), st.sets(st.integers(0, SIZE - 1)))
def test_the_highest_are_told(counted: list[dict[int, float]], most: int, among: set[int]) -> None:
    bounds, sums = added(counted)
    found = set(documents_of(bounds.highest(bits_of(among, SIZE), most)))
    assert found <= among
    assert len(found) == min(most, len(among))
    assert all(sums[one] > sums[other] - 1 for one in found for other in among - found)
