"""What shares a mark on the map."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from app.web.map.view import NEAR, Pin, Spot, marks


@pytest.fixture(autouse=True)
def _worded() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def pin(title: str, *spots: Spot, outcome: str = "success") -> Pin:
    return Pin(
        id=title, origin="", href=f"/{title}", title=title, lang="de", outcome=outcome, verdict=outcome, spots=spots
    )


def spot(name: str, x: float | None, y: float = 500, district: str = "", region: str = "Hessen") -> Spot:
    return Spot(name=name, region=region, state="HE", district=district or name, x=x, y=y)


def placed(*pins: Pin) -> list[tuple[Spot, Pin]]:
    return [(one, pin) for pin in pins for one in pin.spots]


def test_records_of_one_district_share_a_mark_however_far_apart() -> None:
    found = marks(placed(pin("a", spot("A", 100, district="Kreis")), pin("b", spot("B", 300, district="Kreis"))))
    assert [(mark.name, mark.x, len(mark.pins)) for mark in found] == [("Kreis", 200, 2)]
    [mark] = marks(placed(pin("a", spot("A", 100, district="Kreis")), pin("b", spot("A", 100, district="Kreis"))))
    assert mark.name == "A", "a district with one place is called after the place"
    assert marks(placed(pin("a", spot("A", None)))) == (), "a place that nobody knows has no mark"


def test_those_nearer_than_a_finger_share_a_mark_and_others_do_not() -> None:
    near = marks(placed(pin("a", spot("A", 100)), pin("b", spot("B", 100 + NEAR - 1))))
    far = marks(placed(pin("a", spot("A", 100)), pin("b", spot("B", 100 + NEAR + 1))))
    assert [len(mark.pins) for mark in near] == [2]
    assert [len(mark.pins) for mark in far] == [1, 1]


def test_no_two_marks_lie_nearer_than_a_finger() -> None:
    found = marks(placed(*(pin(f"p{n}", spot(f"S{n}", n * 37 % 800, n * 91 % 1100)) for n in range(300))))
    assert sum(len(mark.pins) for mark in found) == 300
    apart = [(one.x - two.x) ** 2 + (one.y - two.y) ** 2 for one in found for two in found if one is not two]
    assert min(apart) >= (NEAR - 2) ** 2


def test_marks_go_by_region_and_name() -> None:
    found = marks(placed(pin("a", spot("Z", 100)), pin("b", spot("A", 700)), pin("c", spot("M", 400, region="Bayern"))))
    assert [(mark.number, mark.name) for mark in found] == [(1, "M"), (2, "A"), (3, "Z")]


def test_outcomes_are_counted_each_record_once() -> None:
    both = pin("a", spot("A", 100, district="K"), spot("B", 110, district="K"), outcome="stopped")
    [mark] = marks(placed(both, pin("b", spot("A", 100, district="K"))))
    assert mark.counts == (("success", 1), ("stopped", 1))
