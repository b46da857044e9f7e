# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.kickoff.places.directory import PlaceIndex
from app.kickoff.places.entry import PlaceEntry
from app.kickoff.places.names import folded


def place(name: str, population: int | None = 1_000, kind: str = "unknown", **more: str) -> PlaceEntry:
    return PlaceEntry(name=name, state=more.pop("state", "HE"), kind=kind, source="test", population=population, **more)


def names(index: PlaceIndex, query: str, limit: int = 10) -> list[str]:
    return [entry.name for entry in index.find(query, limit)]


def test_the_exact_name_comes_first_then_larger_places_then_later_words() -> None:
    index = PlaceIndex([place("Bad Muster", 90), place("Musterstadt", 50), place("Muster", 5), place("Mustertal", 70)])
    assert names(index, "muster") == ["Muster", "Mustertal", "Musterstadt", "Bad Muster"]
    assert names(index, "muster", 2) == ["Muster", "Mustertal"]


def test_a_district_is_found_by_the_name_without_its_kind() -> None:
    index = PlaceIndex([place("Landkreis Muster", 90_000, "district"), place("Muster"), place("Bad Muster", 99_000)])
    assert names(index, "muster") == ["Muster", "Landkreis Muster", "Bad Muster"]
    assert names(index, "Landkreis Muster") == ["Landkreis Muster"]


def test_a_form_of_address_in_front_is_understood() -> None:
    index = PlaceIndex([place("Landkreis Muster", 90, "district"), place("Muster", 99_000)])
    assert names(index, "Stadt Muster") == ["Muster", "Landkreis Muster"]
    assert names(index, "Kreis Muster") == ["Landkreis Muster", "Muster"]
    assert names(index, "Stadt Nirgendwo") == []


def test_a_part_of_a_municipality_comes_after_municipalities() -> None:
    index = PlaceIndex([place("Neumuster", 90_000, "village", within="Großmuster"), place("Neumusterdorf", None)])
    assert names(index, "neu") == ["Neumusterdorf", "Neumuster"]


def test_umlauts_may_be_typed_in_any_way() -> None:
    index = PlaceIndex([place("Köln"), place("Groß-Gerau"), place("Sankt Wendel"), place("Halle (Saale)")])
    for query in ("Köln", "KOELN", "koln", "Ko\u0308ln", "köl"):
        assert names(index, query) == ["Köln"], query
    for query in ("Groß-Gerau", "gross gerau", "GROẞ-GERAU", "gerau"):
        assert names(index, query) == ["Groß-Gerau"], query
    assert names(index, "St. Wendel") == ["Sankt Wendel"]
    assert names(index, "halle saale") == ["Halle (Saale)"]


def test_places_of_one_name_are_told_apart_by_as_little_as_needed() -> None:
    alone = place("Fulda")
    hessen = place("Neustadt", 10)
    thuringia = place("Neustadt", 20, state="TH", near="Jena")
    other = place("Neustadt", 30, state="TH", near="Gera")
    double = place("Neustadt", 40, state="TH", near="Gera")
    index = PlaceIndex([alone, hessen, thuringia, other, double])
    assert index.told_apart_by(alone) == ()
    assert index.told_apart_by(hessen) == ("state",)
    assert index.told_apart_by(thuringia) == ("state", "near")
    assert index.told_apart_by(other) == ("state", "near", "population")


def test_an_official_key_is_known_in_all_its_lengths() -> None:
    city, district = place("Ulm", ars="08421000"), place("Landkreis Fulda", ars="06631")
    town, association = place("Musterstadt", ars="06999001"), place("Amt Muster", ars="069995101")
    index = PlaceIndex([city, district, town, association])
    assert {index.get(key) for key in ("08421", "08421000", "084210000000")} == {city}
    assert {index.get(key) for key in ("06631", "066310000000")} == {district}
    assert {index.get(key) for key in ("06999001", "069995101001")} == {town}
    assert {index.get(key) for key in ("069995101", "069995101000")} == {association}
    assert {index.get(key) for key in ("", "0", "unbekannt", "99999", "06999002")} == {None}


WORDS = st.lists(st.text("aäoöuüßs e-.(", min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=12), st.text(max_size=12), st.integers(-1, 5))
def test_wild_queries_give_few_and_true_answers(all_names: list[str], query: str, limit: int) -> None:
    index = PlaceIndex([place(name, number) for number, name in enumerate(all_names)])
    found = index.find(query, limit)
    assert len(found) <= max(limit, 0)
    assert len(set(found)) == len(found)
    for entry in found:
        assert folded(query).split()[-1][:1] in {"a", "o", "u", "s", "e"}, entry


@given(st.lists(WORDS.filter(folded), min_size=1, max_size=12), st.data())
def test_every_beginning_of_a_name_finds_it(all_names: list[str], data: st.DataObject) -> None:
    index = PlaceIndex([place(name, number) for number, name in enumerate(all_names)])
    wanted = data.draw(st.sampled_from(list(index)))
    spelling = folded(wanted.name)
    beginning = spelling[: data.draw(st.integers(1, len(spelling)))]
    if beginning.strip():
        assert wanted in index.find(beginning, len(all_names))
    assert folded(index.find(wanted.name, 1)[0].name) == spelling
