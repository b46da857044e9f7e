from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import pytest

from app.catalogue.agreement import BUCKETS, differing


class Told:
    """A side that counts how often it was asked."""

    def __init__(self, held: Mapping[str, str]) -> None:
        self.held = held
        self.asked = 0

    def __call__(self) -> Iterator[tuple[str, str]]:
        self.asked += 1
        pairs = list(self.held.items())
        random.Random(self.asked).shuffle(pairs)
        yield from pairs


HELD = {f"node.example|{number}": f"sha256:{number:064d}" for number in range(5000)}


def test_sides_that_agree_are_read_once_and_nothing_of_them_is_kept() -> None:
    one, other = Told(HELD), Told(dict(HELD))
    assert differing(one, other) == ({}, {})
    assert (one.asked, other.asked) == (1, 1)


@pytest.mark.parametrize("change", ["missing", "surplus", "outdated"])
def test_only_the_bucket_of_what_differs_is_kept(change: str) -> None:
    other = dict(HELD)
    if change == "missing":
        del other["node.example|77"]
    else:
        other["node.example|77" if change == "outdated" else "new"] = "sha256:other"
    here, there = differing(Told(HELD), Told(other))
    apart = {key for key in here.keys() | there.keys() if here.get(key) != there.get(key)}
    assert apart == {"new" if change == "surplus" else "node.example|77"}
    assert 0 < len(here) < 5 * len(HELD) / BUCKETS


def test_what_is_exchanged_between_two_keys_differs() -> None:
    other = HELD | {"node.example|1": HELD["node.example|2"], "node.example|2": HELD["node.example|1"]}
    here, there = differing(Told(HELD), Told(other))
    assert {key for key in here if here[key] != there[key]} == {"node.example|1", "node.example|2"}


def test_what_stands_there_twice_is_no_difference() -> None:
    twice = [*HELD.items(), ("node.example|5", HELD["node.example|5"])]
    here, there = differing(Told(HELD), lambda: twice)
    assert here == there
    assert "node.example|5" in here


def test_nothing_against_everything_is_told_whole() -> None:
    assert differing(Told({}), Told(HELD)) == ({}, HELD)
    assert differing(Told({}), Told({})) == ({}, {})
