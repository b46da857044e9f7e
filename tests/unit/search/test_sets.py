import random

import pytest

from app.search.answering.sets import bits_of, documents_of


@pytest.mark.parametrize("members", [0, 1, 7, 300, 9_000, 10_000])
def test_a_set_has_the_numbers_that_it_was_made_of_in_order(members: int) -> None:
    numbers = random.Random(members).sample(range(10_000), members)
    assert documents_of(bits_of(numbers, 10_000)) == sorted(numbers)


def test_last_number_is_in() -> None:
    assert documents_of(bits_of([9_999], 10_000)) == [9_999]
