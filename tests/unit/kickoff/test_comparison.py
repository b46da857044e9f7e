"""Lines are marked as different only where that tells something."""

from __future__ import annotations

from typing import Any

import pytest

from app.kickoff.comparison import differs, for_each
from app.records.five_lines import Amount, Contact, CostSum, Duration, FiveLines, LineCode, Size

ONCE = Amount(kind="one_time", value=14_900, covers="all")
MONTHLY = Amount(kind="monthly", value=400, covers="all")


def line(**values: Any) -> FiveLines:
    given = {
        "kind": "case-study",
        "lang": "de",
        "outcome": "",
        "note": "",
        "cost": CostSum(),
        "duration": Duration(),
        "size": Size(),
        "contact": Contact(),
    }
    return FiveLines(**{**given, **values})


@pytest.mark.parametrize(
    ("code", "lines", "expected"),
    [
        (LineCode.OUTCOME, [line(outcome="success"), line(outcome="stopped")], True),
        (LineCode.OUTCOME, [line(outcome="success"), line(outcome="success")], False),
        (LineCode.OUTCOME, [line(outcome="success"), line()], None),
        (LineCode.OUTCOME, [line(outcome="success"), line(kind="solution", outcome="packaged")], None),
        (LineCode.COST, [line(cost=CostSum(amounts=(ONCE,))), line(cost=CostSum(amounts=(ONCE, MONTHLY)))], True),
        (LineCode.COST, [line(cost=CostSum(amounts=(ONCE,)))] * 2, False),
        (LineCode.COST, [line(cost=CostSum(amounts=(ONCE,))), line()], None),
        (LineCode.DURATION, [line(duration=Duration(start="2022-01", end="2022-12"))] * 2, False),
        (
            LineCode.DURATION,
            [line(duration=Duration(start="2022-01", end="2022-12")), line(duration=Duration(days=30))],
            True,
        ),
        (
            LineCode.SIZE,
            [line(size=Size(kind="town", population=30_000)), line(size=Size(kind="town", population=31_000))],
            False,
        ),
        (
            LineCode.SIZE,
            [line(size=Size(kind="town", population=30_000)), line(size=Size(kind="town", population=3_000))],
            True,
        ),
        (LineCode.CONTACT, [line(contact=Contact(name="A", url="https://a.example")), line()], None),
    ],
)
def test_only_what_truly_differs_is_called_so(code: LineCode, lines: list[FiveLines], expected: bool | None) -> None:
    assert differs(code, lines) is expected


@pytest.mark.parametrize(
    ("amounts", "population", "share"),
    [
        ((ONCE, MONTHLY), 1_200, 38_900 / 1_200),
        ((ONCE,), 1_200, 14_900 / 1_200),
        ((MONTHLY,), 1_200, 24_000 / 1_200),
        ((), 1_200, None),
        ((ONCE,), None, None),
        ((Amount(kind="budget", value=2_200_000, basis="budgeted", covers="all"),), 1_200, None),
    ],
)
def test_a_price_for_each_of_the_askers_inhabitants(
    amounts: tuple[Amount, ...], population: int | None, share: float | None
) -> None:
    assert for_each(CostSum(amounts=amounts, model="flat"), population) == share


@pytest.mark.parametrize("model", ["", "on_request", "per_seat", "per_inhabitant", "free"])
def test_what_one_town_paid_or_an_example_price_is_not_divided_by_the_askers_inhabitants(model: str) -> None:
    assert for_each(CostSum(amounts=(ONCE, MONTHLY), model=model), 1_200) is None
