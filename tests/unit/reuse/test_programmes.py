from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest

from app.catalogue import CatalogueEntry
from app.catalogue.entry import State
from app.records.five_lines import Grant
from app.reuse.programmes import After, Grantee, Total, after, programmes

TODAY = date(2026, 11, 24)
P = "modellprojekte"
_numbers = count(1)


def told(kind: str = "case-study", towns: str = "", **given: Any) -> Grantee:
    number = next(_numbers)
    entry = CatalogueEntry(
        seq=number, origin="", id=f"record-{number}", ver=1, digest=f"sha256:{number}", state=State.PUBLISHED,
        at=datetime(2026, 11, 24, tzinfo=UTC), kind=kind, slug=f"eintrag-{number}",
    )  # fmt: skip
    return Grantee(**{"entry": entry, "grants": (), "places": frozenset(towns.split()), **given})


def grant(amount: float | None = None, approx: str = "", currency: str = "EUR") -> Grant:
    return Grant(programme="Modellprojekte", key=P, amount=amount, approx=approx, currency=currency)


def test_told_amounts_are_added_and_a_rough_one_makes_the_sum_rough() -> None:
    (found,) = programmes([told(grants=(grant(100),)), told(grants=(grant(50, "about"), grant()))], TODAY)
    assert found.known == (Total(amount=150, currency="EUR", rough=True, count=2),)
    assert found.untold == 1
    (apart,) = programmes([told(grants=(grant(100), grant(7, currency="CHF")))], TODAY)
    assert [(one.amount, one.currency) for one in apart.known] == [(7, "CHF"), (100, "EUR")]


def test_the_most_that_was_possible_and_whole_programmes_are_not_added() -> None:
    (found,) = programmes(
        [told(grants=(grant(100), grant(900, "up_to"))), told(grants=(grant(5000),), wide=True)], TODAY
    )
    assert [one.amount for one in (*found.known, *found.limits, *found.wide)] == [100, 900, 5000]


def test_a_solution_does_not_add_the_money_of_its_case_again() -> None:
    solution = told("solution", grants=(grant(100), grant(30)))
    (found,) = programmes([solution, told(grants=(grant(100, "about"),))], TODAY)
    assert found.known[0].amount == 130
    assert [each.kind for each in found.users] == ["case-study", "solution"]


def test_two_records_of_a_town_that_tell_the_same_amount_tell_of_the_same_money() -> None:
    several = [
        told(towns="Beispielstadt", grants=(grant(100), grant(100))),
        told(towns="Beispieldorf Beispielstadt", grants=(grant(100), grant(7))),
        told("solution", towns="Beispielstadt", grants=(grant(),)),
        told("solution", towns="Musterstadt", grants=(grant(100),)),
    ]
    (found,) = programmes(several, TODAY)
    assert (found.known[0].amount, found.known[0].count, found.untold) == (307, 4, 0)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"outcome": "stopped", "phase": "ended"}, After.STOPPED),
        ({"outcome": "success", "phase": "operation"}, After.RUNS),
        ({"outcome": "success", "phase": "operation", "end": "2024-09"}, After.RUNS),
        ({"outcome": "success", "phase": "operation", "end": "2026"}, After.UNDERWAY),
        ({"outcome": "success", "phase": "scaling", "end": "2027-12"}, After.UNDERWAY),
        ({"outcome": "partial", "phase": "pilot"}, After.UNDERWAY),
        ({"outcome": "partial", "phase": "pilot", "end": "2025"}, After.UNKNOWN),
        ({"outcome": "partial", "phase": "pilot", "end": "unknown"}, After.UNDERWAY),
        ({"outcome": "partial", "phase": "operation", "end": "unknown"}, After.RUNS),
        ({"outcome": "partial", "phase": "ended", "end": "2021"}, After.UNKNOWN),
    ],
)
def test_where_a_case_stands(given: dict[str, str], expected: After) -> None:
    assert after(told(**given), TODAY) is expected
