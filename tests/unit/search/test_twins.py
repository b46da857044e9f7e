from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from app.records.record import Municipality, Record
from app.search.neighbours import may_be_the_same


@dataclass(frozen=True)
class Told:
    """As much of a record as is looked at."""

    kind: str
    title: str = ""
    places: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def municipalities(self) -> tuple[Municipality, ...]:
        return tuple(Municipality(name=name, state="HE", kind="town", role="lead") for name in self.places)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Told("case-study", places=("Hof",)), Told("case-study", places=("Ulm", "hof")), True),
        (Told("case-study", "Hof: Bus", places=("Hof",)), Told("case-study", "Hof: Bus", places=("Ulm",)), False),
        (Told("case-study", places=("Hof",)), Told("concept", places=("Hof",)), False),
        (Told("solution", "DIPAS: Beteiligung"), Told("solution", "Dipas: freie Software"), True),
        (Told("solution", "DIPAS"), Told("solution", "Masterportal"), False),
        (
            Told("solution", "A", data={"repository": {"url": "https://forge.example/a/b/"}}),
            Told("solution", "B", data={"publiccode_url": "https://www.forge.example/a/b"}),
            True,
        ),
        (
            Told("organisation", "A", data={"website": {"url": "https://verein.example"}}),
            Told("organisation", "B", data={"website": "https://www.verein.example/"}),
            True,
        ),
        (Told("organisation", "A"), Told("organisation", "B"), False),
    ],
)
def test_one_kind_and_a_rare_thing_in_common(one: Told, other: Told, same: bool) -> None:
    assert may_be_the_same(cast("Record", one), cast("Record", other)) is same
