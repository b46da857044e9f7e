from __future__ import annotations

import pytest

from app.reuse.place import Place


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [
        ("Lübeck", "independent_city", "Hansestadt Lübeck"),
        ("Köln", "independent_city", "Stadt Köln"),
        ("Fulda", "district", "Landkreis Fulda"),
        ("Landkreis Fulda", "district", "Kreis Fulda"),
        ("Stadt Köln", "independent_city", "Stadt Köln"),
    ],
)
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
