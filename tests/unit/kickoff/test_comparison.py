"""Lines are marked as different only where that tells something, and held against what the asker has."""

from dataclasses import replace
from typing import Any

import pytest

from app.kickoff.comparison import Named, NamedPlace, cost_against, differs, for_each, named_place, time_against
from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.index import write_index
from app.kickoff.places.table import PlaceEntry
from app.records.five_lines import Amount, Contact, CostSum, Duration, FiveLines, LineCode, Size
from app.records.record import Municipality, Record
from app.reuse.place import Place
from tests.unit.records import examples

ONCE = Amount(kind="one_time", value=14_900, covers="all")
MONTHLY = Amount(kind="monthly", value=400, covers="all")


def line(**values: Any) -> FiveLines:
    given = {
        "kind": "case-study", "lang": "de", "outcome": "", "note": "", "cost": CostSum(), "duration": Duration(),
        "size": Size(), "contact": Contact(),
    }  # fmt: skip
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
        ((ONCE, MONTHLY), 1_200, 38_900 / 1_200), ((ONCE,), 1_200, 14_900 / 1_200),
        ((MONTHLY,), 1_200, 24_000 / 1_200), ((), 1_200, None), ((ONCE,), None, None),
        ((Amount(kind="budget", value=2_200_000, basis="budgeted", covers="all"),), 1_200, None),
    ],
)  # fmt: skip
def test_a_price_for_each_of_the_askers_inhabitants(
    amounts: tuple[Amount, ...], population: int | None, share: float | None
) -> None:
    assert for_each(CostSum(amounts=amounts, model="flat"), population) == share


@pytest.mark.parametrize("model", ["", "on_request", "per_seat", "per_inhabitant", "free"])
def test_what_one_town_paid_or_an_example_price_is_not_divided_by_the_askers_inhabitants(model: str) -> None:
    assert for_each(CostSum(amounts=(ONCE, MONTHLY), model=model), 1_200) is None


@pytest.mark.parametrize(
    ("start", "end", "phase", "limit", "over"),
    [
        ("2022-06", "2024-04", "operation", 12, True),
        ("2022-06", "2024-04", "operation", 22, False),
        ("2022-06", "2022-12", "operation", 12, False),
        ("2022-06", "", "operation", 12, None),
        ("unknown", "2024-04", "operation", 12, None),
        ("2022-06", "2024-04", "operation", None, None),
        # Years tell nothing to the month, what has ended was in use for most of it, what spreads was so long before.
        ("2020", "2022", "operation", 12, None),
        ("2017-10-25", "2024-12-31", "ended", 12, None),
        ("2019-07", "2024-09", "scaling", 12, None),
    ],
)
def test_the_time_until_something_is_in_use_is_compared_where_it_is_known(
    start: str, end: str, phase: str, limit: int | None, over: bool | None
) -> None:
    found = time_against(Duration(start=start, end=end, phase=phase), limit)
    assert (found and found.is_over) == over


def amount(kind: str, value: float, **more: Any) -> Amount:
    return Amount(kind=kind, value=value, **{"covers": "all", **more})


@pytest.mark.parametrize(
    ("amounts", "compared", "over"),
    [
        ([amount("total", 1_000_000)], 1_000_000, True),
        ([amount("one_time", 15_000), amount("one_time", 40_000), amount("monthly", 400)], 15_000, False),
        ([amount("monthly", 5_000)], 5_000, True),
        ([amount("annual", 50_000)], 50_000, False),
        ([amount("budget", 60_000)], None, None),
        ([amount("total", 60_000, basis="budgeted")], None, None),
        ([amount("total", 1_000_000, currency="CHF")], None, None),
        ([amount("one_time", 60_000, covers="", what="App")], None, None),
        ([], None, None),
    ],
)
def test_cost_is_compared_once_then_yearly_and_never_what_was_planned(
    amounts: list[Amount], compared: float | None, over: bool | None
) -> None:
    found = cost_against(CostSum(amounts=tuple(amounts)), 50_000)
    assert (found and found.amount.value) == compared
    assert (found and found.is_over) == over
    assert cost_against(CostSum(amounts=tuple(amounts)), None) is None


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> PlaceDirectory:
    made = tmp_path_factory.mktemp("places") / "places.sqlite"

    def place(name: str, kind: str, ars: str) -> PlaceEntry:
        return PlaceEntry(name=name, state="HE", kind=kind, source="test", ars=ars)

    write_index(
        made,
        [
            place("Landkreis Muster", "district", "06999"),
            place("Musterstadt", "town", "06999001"),
            place("Landkreis Anders", "district", "06998"),
        ],
    )
    return PlaceDirectory(None, made)


def record(*towns: Municipality) -> Record:
    return replace(examples.record(), municipalities=towns)


def town(name: str, kind: str, **more: Any) -> Municipality:
    return Municipality(name=name, kind=kind, role="partner", state="HE", **more)


DISTRICT = Place(name="Landkreis Muster", state="HE", kind="district", ars="06999")
TOWN = Place(name="Musterstadt", state="HE", kind="town")


@pytest.mark.parametrize(
    ("towns", "asker", "found"),
    [
        ([town("Kreis Muster", "district")], DISTRICT, NamedPlace(Named.ITSELF, "Kreis Muster")),
        ([town("Musterstadt", "municipality")], TOWN, NamedPlace(Named.ITSELF, "Musterstadt")),
        ([town("Landkreis Muster", "district")], TOWN, NamedPlace(Named.DISTRICT, "Landkreis Muster")),
        ([town("Musterstadt", "town")], DISTRICT, NamedPlace(Named.INSIDE, "Musterstadt")),
        (
            [town("Musterstadt", "town"), town("Landkreis Muster", "district")],
            DISTRICT,
            NamedPlace(Named.ITSELF, "Landkreis Muster"),
        ),
        ([town("Unbekannt", "town", ars="06999077")], DISTRICT, NamedPlace(Named.INSIDE, "Unbekannt")),
        ([town("Weiler", "village")], replace(TOWN, name="Weiler", kind="village"), NamedPlace(Named.ITSELF, "Weiler")),
        ([town("Landkreis Anders", "district")], TOWN, None),
        ([town("Musterstadt", "town", ars="06999088")], replace(TOWN, ars="06999001"), None),
        ([town("Musterstadt", "town", country="AT")], TOWN, None),
        ([], TOWN, None),
    ],
)
def test_the_place_that_concerns_the_asker_most_is_named(
    places: PlaceDirectory, towns: list[Municipality], asker: Place, found: NamedPlace | None
) -> None:
    assert named_place(record(*towns), asker, places) == found


def test_who_names_no_place_is_concerned_by_none(places: PlaceDirectory) -> None:
    for asker in (None, Place(state="HE", kind="town")):
        assert named_place(record(town("Musterstadt", "town")), asker, places) is None
