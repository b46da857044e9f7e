"""Ways in the order in which a place should look at them."""

from __future__ import annotations

from datetime import date

import pytest

from app.reuse.front_matter import is_old
from tests.unit.reuse.examples import organisation, route, solution
from tests.unit.reuse.test_obtainable import OPEN, ask, place

FREE, JOIN = route(), route("public_cooperation", "=Verbund")
BUY, TENDER = route("direct_award", "=Firma"), route("tender", "=Firma")


@pytest.mark.parametrize(
    ("population", "order"),
    [
        (1_200, ["public_cooperation", "direct_award", "tender", "self_host_oss"]),
        (90_000, ["self_host_oss", "public_cooperation", "direct_award", "tender"]),
    ],
)
def test_what_asks_least_of_a_place_of_this_size_comes_first(population: int, order: list[str]) -> None:
    answer = ask(place(population=population), solution(FREE, TENDER, BUY, JOIN, **OPEN))
    assert [chain.route.code for chain in answer.chains] == order


def test_ordering_from_ones_own_provider_comes_before_running_it() -> None:
    record = solution(FREE, route("inhouse_municipal_it", "haus"), **OPEN)
    answer = ask(place("haus", population=90_000), record, organisation("haus"))
    assert [chain.route.code for chain in answer.chains] == ["inhouse_municipal_it", "self_host_oss"]


def test_where_answers_are_alike_a_large_town_runs_free_code_before_it_joins() -> None:
    joining = route("public_cooperation", "=Verbund", status="pilot")
    answer = ask(place(population=90_000), solution(joining, route(status="pilot"), **OPEN))
    assert [chain.route.code for chain in answer.chains] == ["self_host_oss", "public_cooperation"]


def test_among_equals_what_was_shown_last_comes_first_and_then_the_order_of_the_record() -> None:
    old, newer = route("tender", "=Alt", sources=["old"]), route("tender", "=Neu", sources=["a"])
    again = route("tender", "=Auch neu", sources=["b"])
    chains = ask(place(), solution(old, newer, again)).chains
    assert [chain.route.provider.name for chain in chains] == ["Neu", "Auch neu", "Alt"]


@pytest.mark.parametrize(
    ("day", "old"),
    [
        ("2022-07", True),
        ("2023-11-26", True),
        ("2023-11-27", False),
        ("2023-11", False),
        ("2023", False),
        ("2022", True),
    ],
)
def test_more_than_three_years_are_long_ago(day: str, old: bool) -> None:
    assert is_old(day, date(2026, 11, 27)) is old


def test_a_day_that_is_not_known_is_no_age() -> None:
    assert not is_old("unknown", date(2026, 11, 27))
