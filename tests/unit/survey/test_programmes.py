from __future__ import annotations

from datetime import date

import pytest

from app.records.five_lines import Grant
from app.survey.programmes import After, Total, after, programmes
from tests.unit.survey.examples import facts

TODAY = date(2026, 11, 24)
P = "modellprojekte"


def grant(amount: float | None = None, approx: str = "", currency: str = "EUR") -> Grant:
    return Grant(programme="Modellprojekte", key=P, amount=amount, approx=approx, currency=currency)


def test_told_amounts_are_added_and_a_rough_one_makes_the_sum_rough() -> None:
    (found,) = programmes([facts(grants=(grant(100),)), facts(grants=(grant(50, "about"), grant()))], TODAY)
    assert found.known == (Total(amount=150, currency="EUR", rough=True, count=2),)
    assert found.untold == 1


def test_currencies_stay_apart() -> None:
    (found,) = programmes([facts(grants=(grant(100), grant(7, currency="CHF")))], TODAY)
    assert [(one.amount, one.currency) for one in found.known] == [(7, "CHF"), (100, "EUR")]


def test_the_most_that_was_possible_and_whole_programmes_are_not_added() -> None:
    (found,) = programmes(
        [facts(grants=(grant(100), grant(900, "up_to"))), facts(grants=(grant(5000),), wide=True)], TODAY
    )
    assert [one.amount for one in (*found.known, *found.limits, *found.wide)] == [100, 900, 5000]


def test_places_are_kept_of_records_with_grants_alone() -> None:
    assert facts(gemeinde="Beispielstadt", grants=(grant(100),)).places == ("Beispielstadt",)
    assert facts(gemeinde="Beispielstadt").places == ()


def test_a_solution_does_not_add_the_money_of_its_case_again() -> None:
    solution = facts("solution", grants=(grant(100), grant(30)))
    (found,) = programmes([solution, facts(grants=(grant(100, "about"),))], TODAY)
    assert found.known[0].amount == 130
    assert [each.kind for each in found.users] == ["case-study", "solution"]


def test_two_records_of_a_town_that_tell_the_same_amount_tell_of_the_same_money() -> None:
    told = [
        facts(gemeinde="Beispielstadt", grants=(grant(100), grant(100))),
        facts(gemeinde="Beispieldorf Beispielstadt", grants=(grant(100), grant(7))),
        facts("solution", gemeinde="Beispielstadt", grants=(grant(),)),
        facts("solution", gemeinde="Musterstadt", grants=(grant(100),)),
    ]
    (found,) = programmes(told, TODAY)
    assert (found.known[0].amount, found.known[0].count, found.untold) == (307, 4, 0)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ergebnis": "stopped", "phase": "ended"}, After.STOPPED),
        ({"ergebnis": "success", "phase": "operation"}, After.RUNS),
        ({"ergebnis": "success", "phase": "operation", "end": "2024-09"}, After.RUNS),
        ({"ergebnis": "success", "phase": "operation", "end": "2026"}, After.UNDERWAY),
        ({"ergebnis": "success", "phase": "scaling", "end": "2027-12"}, After.UNDERWAY),
        ({"ergebnis": "partial", "phase": "pilot"}, After.UNDERWAY),
        ({"ergebnis": "partial", "phase": "pilot", "end": "2025"}, After.UNKNOWN),
        ({"ergebnis": "partial", "phase": "pilot", "end": "unknown"}, After.UNDERWAY),
        ({"ergebnis": "partial", "phase": "operation", "end": "unknown"}, After.RUNS),
        ({"ergebnis": "partial", "phase": "ended", "end": "2021"}, After.UNKNOWN),
    ],
)
def test_where_a_case_stands(given: dict[str, str], expected: After) -> None:
    assert after(facts(**given), TODAY) is expected


def test_the_most_used_programme_comes_first() -> None:
    other = Grant(programme="Anderes", key="anderes")
    found = programmes([facts(grants=(other,)), facts(grants=(grant(1), other)), facts(grants=(other,))], TODAY)
    assert [(one.key, len(one.users)) for one in found] == [("anderes", 3), (P, 1)]
    assert found[0].known == ()
