from datetime import date
from typing import Any

import pytest

from app.reuse.front_matter import is_old
from app.reuse.naming import Naming
from app.reuse.place import Place
from app.reuse.route import Eligible, is_documented_open, kept_up_as_of
from tests.unit.reuse.examples import org, route, solution

TOWN = Place(state="HE", kind="town")


@pytest.mark.parametrize(
    ("fields", "excluded", "included"),
    [
        ({}, None, False), ({"states": ["HE", "BW"]}, None, True), ({"states": ["DE"]}, None, True),
        ({"states": ["BW"]}, "outside_states", False), ({"kinds": ["town"]}, None, True),
        ({"kinds": ["district"]}, "outside_kinds", False),
        ({"states": ["HE"], "kinds": ["district"]}, "outside_kinds", False),
        ({"states": ["HE"], "membership": ["verbund"]}, None, False),
    ],
)  # fmt: skip
def test_fields_let_in_or_leave_out_and_words_do_neither(
    fields: dict[str, list[str]], excluded: str | None, included: bool
) -> None:
    eligible = Eligible.read(fields, Naming())
    assert (eligible.excludes(TOWN), eligible.includes(TOWN)) == (excluded, included)


def test_a_place_that_did_not_say_where_it_is_is_neither_in_nor_out() -> None:
    eligible, nowhere = Eligible.read({"states": ["HE"], "kinds": ["town"]}, Naming()), Place(state="", kind="")
    assert (eligible.excludes(nowhere), eligible.includes(nowhere)) == (None, False)


OPEN = {"openness": "open_source", "software_license": "MIT", "repository": {"url": "https://code.example/"}}
KEPT = {"type": "community", "org": org("=Verbund"), "until": "unknown", "sources": ["old", "b"]}
TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("fields", "documented"),
    [
        ({}, True), ({"software_license": "unknown"}, False), ({"repository": None}, False),
        ({"openness": "open_core"}, False),
    ],
)  # fmt: skip
def test_code_is_documented_as_open_by_licence_and_place_together(fields: dict[str, Any], documented: bool) -> None:
    assert is_documented_open(solution(route(), **{**OPEN, **fields})) is documented


@pytest.mark.parametrize(
    ("fields", "day"),
    [({}, "2025"), ({"until": "2026-11"}, "2025"), ({"until": "2026-10"}, ""), ({"type": "unknown"}, "")],
)
def test_upkeep_is_as_old_as_its_newest_source_and_ends_on_its_day(fields: dict[str, Any], day: str) -> None:
    assert kept_up_as_of(solution(maintainer={**KEPT, **fields}), TODAY) == day


@pytest.mark.parametrize(
    ("day", "old"),
    [
        ("2023-11-26", True), ("2022", True), ("2023-11-27", False), ("2023-11", False), ("2023", False),
        ("unknown", False),
    ],
)  # fmt: skip
def test_more_than_three_years_are_long_ago_and_a_day_that_is_not_known_is_no_age(day: str, old: bool) -> None:
    assert is_old(day, TODAY) is old


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [
        ("Lübeck", "independent_city", "Hansestadt Lübeck"), ("Köln", "independent_city", "Stadt Köln"),
        ("Fulda", "district", "Landkreis Fulda"), ("Landkreis Fulda", "district", "Kreis Fulda"),
        ("Stadt Köln", "independent_city", "Stadt Köln"),
    ],
)  # fmt: skip
def test_a_city_or_district_is_known_by_its_name(name: str, kind: str, written: str) -> None:
    assert written in Place(state="HE", kind=kind, name=name).names


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [
        ("Neustadt", "town", "Stadt Neustadt"),  # There are many of them.
        ("München", "district", "Landeshauptstadt München"),
        ("München", "independent_city", "Landkreis München"),
        ("Köln", "independent_city", "Stadtwerke Köln"),
        (None, "independent_city", "Stadt Köln"),
        ("Landkreis Fulda", "district", "Fulda"),  # That is the town.
    ],
)
def test_a_name_that_others_share_tells_nothing(name: str | None, kind: str, written: str) -> None:
    assert written not in Place(state="BY", kind=kind, name=name).names


def test_a_place_that_may_be_several_gets_no_answer_of_its_own() -> None:
    assert not Place(state="", kind="", name="Fulda").settled
    assert Place(state="HE", kind="", name="Fulda").settled
    assert Place(state="", kind="", population=1_200).settled
