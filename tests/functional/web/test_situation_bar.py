"""The asker's situation: its bar on the search page, and the same questions on the start page."""

from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from app.web.kickoff.bar import MAX_PLACES
from tests.functional.web.conftest import Read
from tests.webnode.checks import words
from tests.webnode.node import STOPPED

DISTRICT = "ort_art=district&ort_land=HE&einwohner=90000&monate=12&nur_offen=1"


def bar(document: html.HtmlElement) -> html.HtmlElement:
    (found,) = document.xpath("//form[@role='search']//details[@id='lage']")
    return found


def line(document: html.HtmlElement) -> str:
    return words(bar(document).find("summary"))


def query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def test_closed_bar_says_the_situation_in_one_line(read: Read) -> None:
    document = read(f"/suche?q=Starkregen&{DISTRICT}")
    assert bar(document).get("open") is None
    assert line(document) == "Ihre Lage: Landkreis, Hessen, 90.000 Einw. · 12 Monate · nur Open Source · ändern"


def test_line_names_everything_that_was_said(read: Read) -> None:
    address = "/suche?ort=Landkreis+Fulda&ort_art=district&ort_land=HE&ort_groesse=5-20k&form=district&feld=mobility"
    document = read(f"{address}&stand=idea&monate=1&budget=50.000&stellen=0,5&nur_beziehbar=1")
    assert line(document) == (
        "Ihre Lage: Landkreis Fulda, Hessen · 5.000 bis 20.000 · auf Kreisebene · Mobilität · Phase: Idee · 1 Monat"
        " · 50.000\xa0€ · 0,5 Stellen · nur was wir beziehen können · ändern".replace("\xa0", " ")
    )
    numbered = line(
        read("/suche?ort_land=HE&einwohner=90000&ort_groesse=lt5k&mitglied=name-regio-it&mitglied=beispielverbund")
    )
    assert numbered == "Ihre Lage: Hessen, 90.000 Einw. · gehört zu Beispielverbund, name-regio-it · ändern"


def test_form_keeps_what_was_said(read: Read) -> None:
    document = bar(read(f"/suche?{DISTRICT}&ort=Musterkreis&stand=pilot&naehe=7&mitglied=beispielverbund"))
    typed = {field.get("name"): field.get("value") for field in document.xpath(".//input[@type='text']")}
    assert typed == {"ort": "Musterkreis", "einwohner": "90000", "monate": "12", "budget": "", "stellen": ""}
    chosen = {option.getparent().get("name"): option.get("value") for option in document.xpath(".//option[@selected]")}
    assert {key: value for key, value in chosen.items() if value} == {
        "ort_land": "HE", "ort_art": "district", "stand": "pilot"
    }  # fmt: skip
    ticked = {field.get("name"): field.get("value") for field in document.xpath(".//input[@checked]")}
    assert ticked == {"nur_offen": "1", "naehe": "7", "mitglied": "beispielverbund"}, (
        "a position that is not offered is kept"
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("einwohner", "viele", "Bitte eine ganze Zahl in Ziffern, zum Beispiel 12."),
        ("monate", "1000", "Bitte eine Zahl von 1 bis 240."),
        ("stellen", "halbe", "Bitte eine Zahl, zum Beispiel 0,5."),
        ("ort", "x" * 100, "Bitte höchstens 80 Zeichen."),
    ],
)
def test_a_problem_stands_at_its_field_and_the_value_stays(read: Read, name: str, value: str, sentence: str) -> None:
    document = bar(read(f"/suche?q=Bank&{name}={value}"))
    assert document.get("open") is not None
    (field,) = document.xpath(f".//input[@name='{name}']")
    assert field.get("value") == value
    assert field.get("aria-invalid") == "true"
    (told,) = document.xpath(f".//*[@id='{field.get('aria-describedby').split()[-1]}']")
    assert words(told) == sentence
    assert document.xpath(f".//section//a[@href='#{name}']")


def choices(document: html.HtmlElement) -> html.HtmlElement:
    (found,) = document.xpath("//div[@role='group'][@aria-labelledby='orte']")
    return found


def test_an_ambiguous_name_offers_the_places_that_may_be_meant_above_the_hits(read: Read) -> None:
    document = read("/suche?q=Bank&ort=Neustadt&monate=12")
    assert bar(document).get("open") is None
    offered = choices(document)
    found = [link.text_content() for link in offered.xpath(".//a")]
    assert len(found) == MAX_PLACES
    assert "Neustadt (Hessen)" in found
    text = words(offered)
    assert "Neustadt Niedersachsen, 2.386 Einw. (Jahr nicht bekannt)" in text
    assert "Neustadt Hamburg, Ortsteil von Hamburg, 12.689 Einw. (Jahr nicht bekannt)" in text
    assert "Landkreis, 100.364 Einw. (Stand 31. Dezember 2018)" in text
    assert "GeoNames (CC BY 4.0)" in words(bar(document))


def test_an_unambiguous_name_is_taken_at_once(read: Read) -> None:
    document = read("/suche?q=Bank&ort=lkr+fulda&monate=12")
    assert line(document) == "Ihre Lage: Landkreis Fulda, Hessen, 222.584 Einw. · 12 Monate · ändern"
    assert not document.xpath("//*[@id='orte']")
    assert ("ars", "06631") in query(document.xpath("//article//a[contains(., 'Merken')]/@href")[0])


def test_a_large_city_is_taken_beside_small_places_of_its_name_and_says_so(read: Read) -> None:
    document = read("/suche?q=Bank&ort=Essen&monate=12")
    assert (
        line(document) == "Ihre Lage: Essen, kreisfreie Stadt, Nordrhein-Westfalen, 583.109 Einw. · 12 Monate · ändern"
    )
    (said,) = document.xpath("//main//p[contains(., 'Gemeint ist')]")
    assert words(said) == "Gemeint ist Essen, Nordrhein-Westfalen (583.109 Einw.). Anderer Ort?"
    (other,) = said.xpath(".//a[.='Anderer Ort?']/@href")
    asked = read(other.partition("#")[0])
    first, second, *_rest = choices(asked).xpath(".//a")
    assert [words(first), words(second)] == ["Essen", "Essen"]
    assert ("ort_land", "NI") in query(second.get("href"))
    chosen = read(second.get("href"))
    assert line(chosen).startswith("Ihre Lage: Essen, Niedersachsen, 8.185 Einw.")
    assert not chosen.xpath("//main//p[contains(., 'Gemeint ist')]")


def test_a_name_typed_over_another_place_takes_nothing_of_it_along(read: Read) -> None:
    left = "ort_land=HE&ort_art=district&einwohner=222584&ars=06631"
    assert (
        line(read(f"/suche?ort=Odenwaldkreis&{left}"))
        == "Ihre Lage: Odenwaldkreis, Landkreis, Hessen, 96.798 Einw. · ändern"
    )
    assert line(read(f"/suche?ort=Ulm&{left}")).startswith("Ihre Lage: Ulm, kreisfreie Stadt, Baden-Württemberg")
    assert line(read(f"/suche?{left}")) == "Ihre Lage: Landkreis, Hessen, 222.584 Einw. · ändern"


def test_choosing_a_place_fills_its_values_and_keeps_the_rest(read: Read) -> None:
    document = choices(read("/suche?q=Bank&ort=Fulda&monate=12&naehe=10"))
    addresses = {link.text_content(): link.get("href") for link in document.xpath(".//a[contains(@href, 'ort=')]")}
    district = dict(query(addresses["Landkreis Fulda"]))
    assert district == {
        "q": "Bank", "monate": "12", "naehe": "10",
        "ort": "Landkreis Fulda", "ort_land": "HE", "ort_art": "district", "einwohner": "222584", "ars": "06631",
    }  # fmt: skip
    town = dict(query(addresses["Fulda"]))
    assert "ort_art" not in town, "what kind of place it is, the list does not know"
    assert "einwohner" in town
    chosen = read(addresses["Landkreis Fulda"])
    assert bar(chosen).get("open") is None
    assert not chosen.xpath("//*[@id='orte']")


def test_a_misspelt_place_leads_to_those_written_alike(read: Read) -> None:
    offered = choices(read("/suche?q=Bank&ort=B%C3%BCdingn"))
    assert "keinen Ort namens „Büdingn“. Ähnlich geschrieben: Büdingen Hessen" in words(offered)
    assert dict(query(offered.xpath("string(.//a/@href)")))["ort"] == "Büdingen"


def test_a_missing_place_stops_nobody(read: Read) -> None:
    document = read("/suche?q=Mitfahrbank&ort=Nirgendwohausen&ortssuche=1")
    assert "Das Ortsverzeichnis kennt keinen Ort namens „Nirgendwohausen“." in words(choices(document))
    assert document.xpath("//article[@class='hit']")
    filled = read("/suche?q=Mitfahrbank&ort=Nirgendwohausen&ort_land=HE&ort_art=town&einwohner=18.000")
    assert line(filled).startswith("Ihre Lage: Nirgendwohausen, kreisangehörige Stadt, Hessen, 18.000 Einw.")
    assert not filled.xpath("//*[@id='orte']")


def test_what_a_form_leaves_empty_does_not_stay_in_the_address(client: FlaskClient) -> None:
    answer = client.get("/suche?q=Bank&ort=&ort_land=HE&monate=&naehe=5&land=BY")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/suche?q=Bank&ort_land=HE&land=BY")
    answer = client.get("/en/suche?ort=&einwohner=")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/suche")


@given(st.dictionaries(st.sampled_from(["ort", "einwohner", "monate", "budget", "stellen", "naehe", "ars", "feld",
       "mitglied", "gemerkt", "abgelehnt"]), st.text(min_size=1, max_size=40)))  # fmt: skip
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_situation_breaks_the_page(client: FlaskClient, values: dict[str, str]) -> None:
    address = "&".join(f"{name}={quote(value)}" for name, value in values.items())
    answer = client.get(f"/suche?{address}", follow_redirects=True)
    assert answer.status_code == 200


def test_the_bar_that_is_kept_for_whoever_says_nothing_is_for_their_language_alone(read: Read) -> None:
    german, english = "Ihre Lage: Ort, Zeit und Grenzen angeben", "Your situation: State place, time and limits"
    shown = [line(read(path)) for path in ("/suche?q=Dorf", "/en/suche?q=village", "/suche", "/en/suche")]
    assert shown == [german, english, german, english]


@pytest.mark.parametrize("root", ["", "/en"])
def test_where_a_project_started_before_leads_to_the_start_page(client: FlaskClient, read: Read, root: str) -> None:
    said = f"q=Warnung+vor+Starkregen&ort=Odenwaldkreis&ort_land=HE&monate=12&gemerkt={STOPPED}"
    answer = client.get(f"{root}/projektstart?{said}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{root}/?{said}")
    assert client.get(f"{root}/projektstart").headers["Location"] == f"{root}/"
    (form,) = read(answer.headers["Location"]).xpath("//main//form[@role='search']")
    given = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type!='checkbox']")}
    assert given == dict(query(f"?{said}")) | {"budget": "", "stellen": "", "naehe": "5"}


SENTENCE = "q=Wir+sind+der+Odenwaldkreis+und+haben+12+Monate,+nur+Open+Source,+Mitfahrbank"


def test_what_a_question_says_of_place_and_limits_is_offered_and_taken_by_a_press(read: Read) -> None:
    document = read(f"/suche?{SENTENCE}&gemerkt={STOPPED}")
    assert document.xpath("//input[@id='monate']/@value") == [""]
    (said,) = document.xpath("//main//p[contains(., 'In Ihrer Frage steht')]")
    assert words(said) == (
        "In Ihrer Frage steht: Odenwaldkreis (Hessen), 12 Monate, nur Open Source. Als Ihre Lage übernehmen"
    )
    (link,) = said.xpath("./a/@href")
    taken = read(link.partition("#")[0])
    assert taken.xpath("//input[@id='q']/@value") == ["Mitfahrbank"]
    assert taken.xpath("//input[@id='ort']/@value") == ["Odenwaldkreis"]
    assert taken.xpath("//input[@id='monate']/@value") == ["12"]
    assert taken.xpath("//input[@id='nur_offen']/@checked") or taken.xpath("//input[@name='nur_offen']/@checked")
    assert not taken.xpath("//main//p[contains(., 'In Ihrer Frage steht')]")
    assert f"gemerkt={STOPPED}" in link


def test_a_place_that_is_missing_and_what_cannot_be_read_are_told(read: Read) -> None:
    document = read("/suche?ort=Nirgendwohausen&monate=viele")
    assert "Das Ortsverzeichnis kennt keinen Ort namens „Nirgendwohausen“." in words(document)
    assert bar(document).xpath(".//details/@open"), "the fields that are enough"
    assert bar(document).xpath(".//section//a[@href='#monate']")
    assert document.xpath("//input[@id='monate']/@aria-invalid") == ["true"]


@pytest.mark.parametrize("typed", ["Landkreis Fudla", "Landkreis Fudla ", "Landkreis  Fudla"])
def test_a_place_that_is_offered_by_likeness_is_told_with_all_that_was_typed(client: FlaskClient, typed: str) -> None:
    answer = client.get("/projektstart/orte", query_string={"q": typed}).get_json()
    assert answer["places"][0]["like"].startswith(f"ähnlich wie „{typed}“: Landkreis Fulda (")
