"""What pages ask of a record and no reader: how it ended, what it leaves open, and when to look at it again."""

from typing import Any

import pytest

from app.search.document import ENDING, OPEN, REVIEW_BY, facet_values
from tests.unit.records.examples import record, schemas


def values(facet: str, **changes: Any) -> tuple[str, ...]:
    return facet_values(record(**changes), schemas()).get(facet, ())


@pytest.mark.parametrize(
    ("outcome", "phase", "reasons", "ending"),
    [
        ("stopped", "ended", ["staff"], ("stopped", "told")), ("stopped", "ended", None, ("stopped",)),
        ("partial", "ended", ["staff"], ("partly", "told")), ("success", "ended", None, ("over",)),
        ("success", "operation", None, ()), ("event", "ended", ["staff"], ()),
    ],
)  # fmt: skip
def test_how_a_project_ended(outcome: str, phase: str, reasons: list[str] | None, ending: tuple[str, ...]) -> None:
    told = {"stop_reason": reasons, "stop_reason_sources": ["bericht"]} if reasons else {}
    assert values(ENDING, outcome=outcome, phase=phase, period={"start": "2019", "end": "2021"}, **told) == ending


COSTS = [
    {
        "kind": "one_time", "amount": 1000, "currency": "EUR", "basis": "unknown", "what": "Fahrzeug", "date": "2021",
        "sources": ["bericht"],
    }
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "left_open"),
    [
        ({}, {"cost", "contact"}),
        ({"costs": COSTS}, {"contact"}),
        ({"period": {"start": "unknown"}}, {"cost", "contact", "duration"}),
        ({"period": {"start": "2019", "end": "unknown"}}, {"cost", "contact", "duration"}),
        ({"outcome": "unknown"}, {"cost", "contact", "outcome"}),
    ],
)
def test_what_a_record_leaves_open(changes: dict[str, Any], left_open: set[str]) -> None:
    assert set(values(OPEN, **changes)) == left_open


def test_the_day_to_look_at_it_again() -> None:
    assert values(REVIEW_BY) == ("2027-11-24",)
