"""The list that comes with the program, as people will ask it."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kickoff.places.directory import SHIPPED, PlaceDirectory
from app.kickoff.places.table import PART, UNKNOWN, PlaceEntry, read_places
from app.shared.config import PROJECT_ROOT

DIRECTORY = PlaceDirectory(None)
ENTRIES = read_places(SHIPPED)


def first(query: str) -> PlaceEntry:
    return DIRECTORY.find(query, 1)[0]


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ("Berlin", "Berlin", "city_state"), ("Hamburg", "Hamburg", "city_state"), ("Bremen", "Bremen", "city_state"),
        ("Bremerhaven", "Bremerhaven", "independent_city"), ("koln", "Köln", "independent_city"),
        ("Muenchen", "München", "independent_city"), ("Landeshauptstadt München", "München", "independent_city"),
        ("gross gerau", "Groß-Gerau", UNKNOWN), ("Frankfurt", "Frankfurt am Main", "independent_city"),
        ("frankfurt oder", "Frankfurt (Oder)", "independent_city"), ("Kreis Soest", "Kreis Soest", "district"),
        ("bodenseek", "Bodenseekreis", "district"), ("Hannover", "Hannover", UNKNOWN),
        ("Region Hannover", "Region Hannover", "district"),
    ],
)  # fmt: skip
def test_what_people_type_finds_what_they_mean(query: str, name: str, kind: str) -> None:
    assert (first(query).name, first(query).kind) == (name, kind)


def test_a_name_that_occurs_more_than_once_is_told_apart() -> None:
    found = [entry for entry in DIRECTORY.find("Neuenkirchen", 20) if entry.name == "Neuenkirchen"]
    assert len(found) > 5
    assert len({entry.state for entry in found}) > 2
    shown = {tuple(getattr(entry, field) for field in DIRECTORY.told_apart_by(entry)) for entry in found}
    assert len(shown) == len(found)


def test_what_the_source_does_not_tell_stays_unknown() -> None:
    geonames = [entry for entry in ENTRIES if entry.source == "geonames"]
    assert {entry.kind for entry in geonames} == {UNKNOWN, PART}
    kreuzberg = first("Kreuzberg")
    assert (kreuzberg.kind, kreuzberg.within, kreuzberg.is_part) == (PART, "Berlin", True)
    assert not any(entry.ars or entry.nuts or entry.population_as_of for entry in geonames)


def test_states_and_kinds_are_those_of_the_schema() -> None:
    common = json.loads((PROJECT_ROOT / "schemas" / "common.schema.json").read_text(encoding="utf-8"))["$defs"]
    states, kinds = ({item["const"] for item in common[name]["oneOf"]} for name in ("state", "placeKind"))
    assert {entry.state for entry in ENTRIES} == states - {"DE"}
    assert {entry.kind for entry in ENTRIES} <= kinds | {UNKNOWN}


def test_every_district_and_city_of_the_source_is_there() -> None:
    official = [entry for entry in ENTRIES if entry.source == "destatis"]
    assert len(official) == len({entry.ars for entry in official}) == 401
    # Germany at the end of 2018, as the source adds it up.
    assert sum(entry.population or 0 for entry in official) == 83_019_213
    assert all(re.fullmatch(r"DE[0-9A-G][0-9A-Z]{2}", entry.nuts or "") for entry in official)


def test_both_sources_are_named_with_their_licence() -> None:
    named = {used.source: used for used in DIRECTORY.attributions()}
    assert named.keys() == {"geonames", "destatis"}
    assert {used.license for used in named.values()} == {"CC-BY-4.0"}
    assert "GeoNames" in named["geonames"].text
    assert "Statistisches Bundesamt" in named["destatis"].text


@settings(max_examples=40)
@given(st.sampled_from(ENTRIES))
def test_every_place_is_found_under_its_name(entry: PlaceEntry) -> None:
    assert entry in DIRECTORY.find(entry.name, 200)
    assert not entry.ars or DIRECTORY.get(entry.ars) == entry
