from __future__ import annotations

import random

import pytest

from app.search.answering import postings
from app.search.answering.common import Common, Table
from app.search.answering.postings import impact
from app.search.answering.sets import bits_of, documents_of

SIZE = 3_000


def weighed(found: postings.Postings) -> dict[int, float]:
    """Each document with the weight of the term in it."""
    documents = documents_of(found.bits)
    return dict(zip(documents, found.weights_in(documents), strict=True))


@pytest.mark.parametrize("weights", [1, 40, 254, 255, 600])
def test_table_says_the_same_as_single_entries(weights: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(weights)
    saturation = [1.6 + chance.random() for _ in range(SIZE)]
    numbers = chance.sample(range(SIZE), 2_000)
    found: dict[float, list[int]] = {}
    for place, number in enumerate(numbers):
        found.setdefault((place % weights + 1) / 8, []).append(number)
    single = postings.postings(found, saturation, range(SIZE))
    monkeypatch.setattr(postings, "COMMON", 10)
    table = postings.postings(found, saturation, range(SIZE))
    assert isinstance(table.weights, Table)
    assert weighed(table) == weighed(single)
    assert (table.bits, table.size) == (single.bits, single.size)
    covered = 0
    for tier in table.tiers:
        assert not covered & tier.bits
        covered |= tier.bits
        assert all(impact(table.weights[one], saturation[one]) <= tier.bound for one in documents_of(tier.bits))
    assert covered == table.bits
    assert table.weighs < single.weighs


@pytest.mark.parametrize("weights", [1, 40, 253, 254, 600])
def test_what_was_packed_says_the_same_of_a_later_state_as_one_held_anew(weights: int) -> None:
    chance = random.Random(weights)
    saturation = [1.6 + chance.random() for _ in range(SIZE + 9)]
    before = {number: (place % weights + 1) / 8 for place, number in enumerate(chance.sample(range(SIZE), 2_000))}
    changed = {number: chance.randrange(99) / 4 for number in [*chance.sample(range(SIZE), 300), SIZE + 8]}
    later = {number: weight for number, weight in changed.items() if weight}
    packed = Common.of(_by_weight(before), SIZE).packed()
    bundle = postings.common_postings(Common.unpacked(packed), min(saturation))
    assert weighed(bundle) == before

    left = bits_of(range(SIZE), SIZE) & ~bits_of(changed, SIZE + 9)
    found = postings.common_postings(Common.unpacked(packed).updated(left, _by_weight(later)), min(saturation))
    expected = {number: weight for number, weight in before.items() if number not in changed} | later
    assert weighed(found) == expected
    assert found.size == len(expected)
    for tier in found.tiers:
        assert all(impact(expected[one], saturation[one]) <= tier.bound for one in documents_of(tier.bits))


def _by_weight(weights: dict[int, float]) -> dict[float, list[int]]:
    found: dict[float, list[int]] = {}
    for number, weight in weights.items():
        found.setdefault(weight, []).append(number)
    return found
