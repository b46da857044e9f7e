from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kickoff.places.index import PlaceIndex, write_index
from app.kickoff.places.names import bare_name, folded, spellings
from app.kickoff.places.table import PART, PlaceEntry


def place(name: str, population: int | None = 1_000, kind: str = "unknown", **more: Any) -> PlaceEntry:
    return PlaceEntry(name=name, state=more.pop("state", "HE"), kind=kind, source="test", population=population, **more)


def names(index: PlaceIndex, query: str, limit: int = 10) -> list[str]:
    return [entry.name for entry in index.find(query, limit)]


def test_the_exact_name_comes_first_then_larger_places_then_later_words() -> None:
    index = PlaceIndex.of(
        [place("Bad Muster", 90), place("Musterstadt", 50), place("Muster", 5), place("Mustertal", 70)]
    )
    assert names(index, "muster") == ["Muster", "Mustertal", "Musterstadt", "Bad Muster"]
    assert names(index, "muster", 2) == ["Muster", "Mustertal"]


def test_a_district_is_found_without_its_kind_and_a_form_of_address_is_understood() -> None:
    index = PlaceIndex.of([place("Landkreis Muster", 90_000, "district"), place("Muster"), place("Bad Muster", 99_000)])
    assert names(index, "muster") == ["Muster", "Landkreis Muster", "Bad Muster"]
    assert names(index, "Landkreis Muster") == ["Landkreis Muster"]
    index = PlaceIndex.of([place("Landkreis Muster", 90, "district"), place("Muster", 99_000)])
    assert names(index, "Stadt Muster") == ["Muster", "Landkreis Muster"]
    assert names(index, "Kreis Muster") == ["Landkreis Muster", "Muster"]
    assert names(index, "Stadt Nirgendwo") == []


def test_towns_called_so_with_an_addition_come_before_districts_parts_and_longer_names() -> None:
    index = PlaceIndex.of(
        [
            place("Neumuster", 12_000, PART, within="Großmuster"), place("Landkreis Neumuster", 90_000, "district"),
            place("Neumusterhausen", 50_000), place("Neumuster (Hessen)", 9_000, "town"),
            place("Neumuster am Main", 500, "municipality"),
        ]
    )  # fmt: skip
    assert names(index, "Neumuster") == [
        "Neumuster (Hessen)", "Neumuster am Main", "Landkreis Neumuster", "Neumuster", "Neumusterhausen",
    ]  # fmt: skip
    assert names(index, "Stadt Neumuster")[0] == "Neumuster (Hessen)"
    assert names(index, "Lkr. Neumuster")[:2] == ["Landkreis Neumuster", "Neumuster (Hessen)"]
    index = PlaceIndex.of([place("Neumuster", 90_000, "village", within="Großmuster"), place("Neumusterdorf", None)])
    assert names(index, "neu") == ["Neumusterdorf", "Neumuster"], "a part comes after municipalities"


def test_umlauts_may_be_typed_in_any_way() -> None:
    index = PlaceIndex.of([place("Köln"), place("Groß-Gerau"), place("Sankt Wendel"), place("Halle (Saale)")])
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
    index = PlaceIndex.of([alone, hessen, thuringia, other, double])
    assert index.told_apart_by(alone) == ()
    assert index.told_apart_by(hessen) == ("state",)
    assert index.told_apart_by(thuringia) == ("state", "near")
    assert index.told_apart_by(other) == ("state", "near", "population")


def test_an_official_key_is_known_in_all_its_lengths() -> None:
    city, district = place("Ulm", ars="08421000"), place("Landkreis Fulda", ars="06631")
    town, association = place("Musterstadt", ars="06999001"), place("Amt Muster", ars="069995101")
    index = PlaceIndex.of([city, district, town, association])
    assert {index.get(key) for key in ("08421", "08421000", "084210000000")} == {city}
    assert {index.get(key) for key in ("06631", "066310000000")} == {district}
    assert {index.get(key) for key in ("06999001", "069995101001")} == {town}
    assert {index.get(key) for key in ("069995101", "069995101000")} == {association}
    assert {index.get(key) for key in ("", "0", "unbekannt", "99999", "06999002")} == {None}


WORDS = st.lists(st.text("aäoöuüßs e-.(", min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)


@settings(max_examples=40)
@given(st.lists(WORDS, min_size=1, max_size=12), st.text(max_size=12), st.integers(-1, 5))
def test_wild_queries_give_few_and_true_answers(all_names: list[str], query: str, limit: int) -> None:
    index = PlaceIndex.of([place(name, number) for number, name in enumerate(all_names)])
    found = index.find(query, limit)
    assert len(found) <= max(limit, 0)
    assert len(set(found)) == len(found)
    for entry in found:
        assert folded(query).split()[-1][:1] in {"a", "o", "u", "s", "e"}, entry


@settings(max_examples=40)
@given(st.lists(WORDS.filter(folded), min_size=1, max_size=12), st.data())
def test_every_beginning_of_a_name_finds_it(all_names: list[str], data: st.DataObject) -> None:
    index = PlaceIndex.of([place(name, number) for number, name in enumerate(all_names)])
    wanted = data.draw(st.sampled_from(list(index)))
    spelling = folded(wanted.name)
    beginning = spelling[: data.draw(st.integers(1, len(spelling)))]
    if beginning.strip():
        assert wanted in index.find(beginning, len(all_names))
    first = index.find(wanted.name, 1)[0].name
    assert spelling in {*spellings(first), bare_name(first)}, "called so, be it with an addition"


FULDA = place("Fulda", 63_760, "town", within="Landkreis Fulda", ars="06631009")
AROUND = place("Landkreis Fulda", 222_584, "district", ars="06631")
ODENWALD = place("Odenwaldkreis", 96_798, "district")
BETWEEN = place("Neckar-Odenwald-Kreis", 143_535, "district", state="BW")
UNION = place("Verbandsgemeinde Rhaunen", None, "municipal_association", state="RP")
VILLAGE = place("Rhaunen", 2_100, "municipality", state="RP")
HAMLET = place("Ulm", 90, "village", state="RP")
CITY = place("Ulm", 126_329, "independent_city", state="BW")
SPA = place("Bad Homburg v.d. Höhe", 51_859, "town", also="Bad Homburg vor der Höhe")
HESSE = place("Hessen", 6_265_809, "state")
LAND = PlaceIndex.of([FULDA, AROUND, ODENWALD, BETWEEN, UNION, VILLAGE, HAMLET, CITY, SPA, HESSE])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Odenwaldkreis", ODENWALD), ("Landkreis Odenwald", ODENWALD), ("Odenwald-Kreis", ODENWALD),
        ("Lkr. Fulda", AROUND), ("LK Fulda", AROUND), ("Kreis Fulda", AROUND), ("Fulda (Kreis)", AROUND),
        ("Stadt Fulda", FULDA), ("Fulda", None), ("VG Rhaunen", UNION), ("Verbandsgemeinde Rhaunen", UNION),
        ("Gemeinde Rhaunen", VILLAGE), ("Rhaunen", None), ("Ulm", CITY), ("Bad Homburg vor der Höhe", SPA),
        ("bad homburg v d hoehe", SPA), ("Bad Homb", SPA), ("Land Hessen", HESSE), ("Entenhausen", None), ("", None),
    ],
)  # fmt: skip
def test_a_place_is_meant_where_no_other_can_be(typed: str, found: PlaceEntry | None) -> None:
    assert LAND.meant(typed) == found


OFFENBACH = place("Offenbach am Main", 128_744, "independent_city")
OLDENBURG = place("Oldenburg (Oldenburg)", 168_210, "independent_city", state="NI")
ROTHENBURG = place("Rothenburg ob der Tauber", 11_000, state="BY")
WEIDEN = place("Weiden i.d. OPf.", 42_520, "independent_city", state="BY")
HAMLET_WITH_HALL = place("Weiden", 97, "municipality", state="RP")
AROUND_OFFENBACH = place("Landkreis Offenbach", 354_092, "district")
CALLED_LONGER = PlaceIndex.of(
    [
        *(AROUND_OFFENBACH, OFFENBACH, place("Landkreis Oldenburg", 130_144, "district", state="NI"), OLDENBURG),
        *(HAMLET_WITH_HALL, WEIDEN, ROTHENBURG, place("Weidenberg", 6_000, state="BY"), place("Ulm-Wiblingen"), CITY),
    ]
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Offenbach", None), ("Oldenburg", None), ("Weiden", None), ("Ulm", CITY), ("Stadt Offenbach", OFFENBACH),
        ("Kreis Offenbach", AROUND_OFFENBACH), ("Landkreis Offenbach", AROUND_OFFENBACH),
        ("Offenbach a. M.", OFFENBACH), ("Offenbach/M.", OFFENBACH), ("Oldenburg (Oldb)", OLDENBURG),
        ("Oldenburg i. O.", OLDENBURG), ("Stadt Oldenburg (Oldb)", OLDENBURG), ("Weiden in der Opf", WEIDEN),
        ("Rothenburg o.d.T.", ROTHENBURG), ("Weiden (Oberpfalz)", None), ("Oldenburg (Holst.)", None),
    ],
)  # fmt: skip
def test_a_name_that_others_bear_with_an_addition_is_asked_about(typed: str, found: PlaceEntry | None) -> None:
    assert CALLED_LONGER.meant(typed) == found
    assert names(CALLED_LONGER, "Oldenburg (Oldb)") == ["Oldenburg (Oldenburg)"]


@pytest.mark.parametrize(
    ("name", "state", "kind", "found"),
    [
        ("Fulda", "HE", "town", FULDA), ("Fulda", "HE", "municipality", FULDA), ("Fulda", "HE", "district", AROUND),
        ("Kreis Fulda", "HE", "district", AROUND), ("Stadt Ulm", "BW", "independent_city", CITY),
        ("Rhaunen", "RP", "municipal_association", UNION), ("Fulda", "TH", "town", None),
        ("Fulda", "HE", "region", AROUND), ("Ulm", "RP", "town", None),
    ],
)  # fmt: skip
def test_a_record_s_place_has_name_state_and_kind(name: str, state: str, kind: str, found: PlaceEntry | None) -> None:
    assert LAND.known(name, state, kind) == found


def test_of_two_places_that_fit_equally_none_is_taken_for_known() -> None:
    index = PlaceIndex.of([place("Neuhof", kind="municipality"), place("Neuhof", 2, "municipality")])
    assert index.known("Neuhof", "HE", "municipality") is None
    assert index.meant("Neuhof") is None


def test_a_state_has_the_inhabitants_of_its_districts_and_independent_cities() -> None:
    parts = [
        place("Landkreis Beispiel", 200, "district", ars="06631", population_as_of="2018-12-31"),
        place("Musterstadt", 100, "independent_city", ars="06411", population_as_of="2017-12-31"),
        place("Beispielort", 50, "municipality", ars="06631001"),
    ]
    found = PlaceIndex.of(parts).known("Land Hessen", "HE", "state")
    assert found is not None
    assert (found.name, found.population, found.population_as_of) == ("Land Hessen", 300, "2017-12-31")
    without = PlaceIndex.of([*parts, place("Landkreis Ungezählt", None, "district", ars="06632")])
    assert without.known("Land Hessen", "HE", "state") is None
    assert PlaceIndex.of(parts).known("Land Bayern", "BY", "state") is None


def test_a_file_answers_as_the_memory_does(tmp_path: Path) -> None:
    path = tmp_path / "made" / "places.sqlite"
    assert PlaceIndex.open(path) is None
    write_index(path, LAND)
    read = PlaceIndex.open(path)
    assert read is not None
    assert list(read) == list(LAND)
    assert read.find("fulda", 5) == LAND.find("fulda", 5)
    assert read.get("06631009") == FULDA
    assert read.attributions == LAND.attributions


def test_a_file_of_another_form_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    for content in (b"", b"no database at all, " * 100):
        path.write_bytes(content)
        assert PlaceIndex.open(path) is None


def test_a_name_that_two_town_halls_of_a_state_have_means_neither() -> None:
    halls = [place("Neuhof", kind=kind) for kind in ("municipality", "town")]
    parts = [place("Ulm", kind="town", state="BW"), place("Ulm", kind=PART, state="BW")]
    index = PlaceIndex.of([*halls, *parts])
    assert index.has_namesakes("Neuhof", "HE")
    assert not index.has_namesakes("Neuhof", "BY")
    assert not index.has_namesakes("Ulm", "BW")


GROSSSTADT = place("Musterberg", 583_000, "independent_city", state="NW")


@pytest.mark.parametrize(
    ("others", "is_taken"),
    [
        ([place("Musterberg", 8_185, "municipality", state="NI")], True),
        ([place("Musterberg", 8_185, state="NI"), place("Musterberg (Eifel)", 900, state="RP")], True),
        ([place("Musterberg", 30_000, "town", state="NI")], False),
        ([place("Musterberg", None, "municipality", state="NI")], False),
        ([place("Landkreis Musterberg", 257_000, "district", state="NW")], False),
        ([], False),
    ],
)
def test_a_city_is_taken_where_all_others_of_its_name_are_small(others: list[PlaceEntry], is_taken: bool) -> None:
    index = PlaceIndex.of([*others, GROSSSTADT])
    assert index.likeliest("musterberg") == (GROSSSTADT if is_taken else None)
    assert index.find("Musterberg", 5)[0] == GROSSSTADT
    assert index.likeliest("muster") is None
    assert (index.meant("Musterberg") is None) == bool(others), "who speaks for a place still has to say which"
    halls = [place("Neuhof", 60_000, "town"), place("Neuhof", 900, "municipality", state="BY")]
    assert PlaceIndex.of(halls).likeliest("Neuhof") is None, "a town is no city"
