from __future__ import annotations

from app.survey.grid import grid
from tests.unit.survey.examples import facts

FACTS = [
    *(facts(thema="mobility", land="HE", ergebnis="success") for _ in range(8)),
    facts(thema="mobility safety", land="HE SN", ergebnis="stopped"),
]


def test_a_record_counts_in_each_of_its_values() -> None:
    found = grid(FACTS, "thema", ["mobility", "safety"], "land", ["HE", "SN"])
    assert [(row, [cell.count for cell in cells]) for row, cells in found.rows] == [
        ("mobility", [9, 1]),
        ("safety", [1, 1]),
    ]


def test_a_single_record_has_a_shade_and_none_has_none() -> None:
    found = grid(FACTS, "thema", ["mobility", "safety"], "ergebnis", ["success", "stopped"])
    assert [[cell.shade for cell in cells] for _row, cells in found.rows] == [[4, 1], [0, 1]]
    assert [(cell.row, cell.column) for cell in found.empty] == [("safety", "success")]


def test_without_records_everything_is_empty() -> None:
    assert len(grid([], "thema", ["mobility"], "land", ["HE", "SN"]).empty) == 2
