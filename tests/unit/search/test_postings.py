# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import random

import pytest

from app.search.answering import postings
from app.search.answering.postings import impact
from app.search.answering.sets import documents_of

SIZE = 3_000


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
    assert isinstance(table.weights, postings.Table)
    assert dict(table.items()) == dict(single.items())
    assert (table.bits, table.size) == (single.bits, single.size)
    covered = 0
    for tier in table.tiers:
        assert not covered & tier.bits
        covered |= tier.bits
        assert all(impact(table.weights[one], saturation[one]) <= tier.bound for one in documents_of(tier.bits))
    assert covered == table.bits
    assert table.weighs < single.weighs
