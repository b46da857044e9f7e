from __future__ import annotations

import json

import pytest

from app.records.record import SIZE_CLASSES, size_class
from app.shared.config import PROJECT_ROOT


@pytest.mark.parametrize(
    ("population", "expected"),
    [(None, None), (1, "lt5k"), (4_999, "lt5k"), (5_000, "5-20k"), (99_999, "50-100k"), (500_000, "gt500k")],
)
def test_a_class_begins_with_its_lower_limit(population: int | None, expected: str | None) -> None:
    assert size_class(population) == expected


def test_the_classes_are_those_of_the_schema_in_its_order() -> None:
    common = json.loads((PROJECT_ROOT / "schemas" / "common.schema.json").read_text(encoding="utf-8"))
    assert [item["const"] for item in common["$defs"]["sizeClass"]["oneOf"]] == list(SIZE_CLASSES)
