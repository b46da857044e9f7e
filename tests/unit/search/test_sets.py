from __future__ import annotations

import random

import pytest

from app.search.answering.sets import Sets, bits_of, counts, documents_of, in_set

SIZE = 10_000


@pytest.mark.parametrize("members", [0, 1, 7, 300, 9_000, 10_000])
def test_a_set_has_the_numbers_that_it_was_made_of_in_order(members: int) -> None:
    numbers = random.Random(members).sample(range(10_000), members)
    assert documents_of(bits_of(numbers, 10_000)) == sorted(numbers)


def test_last_number_is_in() -> None:
    assert documents_of(bits_of([9_999], 10_000)) == [9_999]


def test_those_of_some_numbers_that_are_in_a_set_are_told_in_their_order() -> None:
    assert in_set([9, 70, 3, 9_999, 64], bits_of([3, 64, 9], 100)) == [9, 3, 64]
    assert in_set([0, 5], 0) == []


def test_sets_with_few_members_say_the_same_as_all_others() -> None:
    chance = random.Random(3)
    members = {str(place): chance.sample(range(SIZE), size) for place, size in enumerate((1, 2, 9, 200, SIZE))}
    expected = {name: bits_of(numbers, SIZE) for name, numbers in members.items()}
    sets, among = Sets.of(members, SIZE), bits_of(chance.sample(range(SIZE), 400), SIZE)
    assert dict(sets) == expected
    assert counts(sets, among) == counts(expected, among)

    gone = {*members["0"], *members["2"][:3], *chance.sample(range(SIZE), 50)}
    new = Sets.of({"0": [3], "3": [5, 6], "new": [7]}, SIZE)
    later = sets.changed(gone, new)
    left = {name: set(members.get(name, [])) - gone | set(documents_of(new.get(name, 0))) for name in {*members, *new}}
    assert dict(later) == {name: bits_of(numbers, SIZE) for name, numbers in left.items() if numbers}
    assert dict(sets) == expected
