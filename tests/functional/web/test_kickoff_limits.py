import pytest
from flask import Flask, request
from lxml import html

from app.kickoff.comparison import time_against
from app.kickoff.ranking import LikenessCode
from app.kickoff.service import KnownOpen
from app.records.five_lines import Duration
from app.search.query import SearchResult
from app.web.kickoff.situation import read_kickoff, time_in_words
from app.web.search.page import LIKENESS, left_out, proven_open, without_limits
from app.web.search.question import read_question
from app.web.shell.shown import Link
from tests.functional.web.conftest import Read


def told(app: Flask, address: str, left: int, unexamined: int = 0) -> tuple[str, ...]:
    with app.test_request_context(address):
        result = SearchResult(hits=(), total=2, facets=(), left_out=left, examined=9, unexamined=unexamined)
        return tuple(left_out(result, read_kickoff(request.args).situation))


def proven(app: Flask, address: str, **known: int) -> tuple[str, Link | None] | None:
    with app.test_request_context(f"/suche?nur_offen=1&{address}"):
        counted = KnownOpen(**{"number": 0, "among": 9, **known})
        question = read_question(request.args, read_kickoff(request.args).parameters())
        return proven_open(SearchResult(hits=(), total=9, facets=(), known_open=counted), question)


@pytest.mark.parametrize(
    ("limits", "number", "sentence"),
    [
        ("nur_offen=1", 0, ""),
        ("nur_offen=1", 1, "Eine Lösung ist ausgelassen, weil ihr Quellcode bekanntermaßen nicht offen ist."),
        ("nur_offen=1", 7, "7 Lösungen sind ausgelassen, weil ihr Quellcode bekanntermaßen nicht offen ist."),
        ("nur_beziehbar=1", 7, "7 Lösungen sind ausgelassen, weil Ihr Ort sie nach den Einträgen nicht beziehen kann."),
        (
            "nur_offen=1&nur_beziehbar=1",
            2,
            (
                "2 Lösungen sind ausgelassen, weil ihr Quellcode bekanntermaßen nicht offen ist oder weil Ihr Ort sie"
                " nach den Einträgen nicht beziehen kann."
            ),
        ),
    ],
)
def test_says_how_many_are_left_out_and_why(app: Flask, limits: str, number: int, sentence: str) -> None:
    assert told(app, f"/suche?q=App&{limits}", number) == ((sentence,) if sentence else ())


@pytest.mark.parametrize(
    ("address", "known", "sentence"),
    [
        ("q=App", {}, "Kein Treffer ist als Open Source belegt. | "),
        ("", {"number": 1}, " | Einer von 9 Treffern ist als Open Source belegt."),
        ("", {"number": 1, "among": 1}, " | Der einzige Treffer ist als Open Source belegt."),
        ("q=App", {"number": 4, "fitting": 1}, " | 4 von 9 Treffern sind als Open Source belegt."),
        ("q=App", {"number": 4}, " | 4 von 9 Treffern sind als Open Source belegt, keiner passt ganz zur Frage."),
        (
            "q=App&belegt=1",
            {"number": 4},
            "Gezeigt sind nur Treffer, die als Open Source belegt sind. | Alle 9 Treffer zeigen",
        ),
    ],
)
def test_says_how_many_hits_are_proven_open(app: Flask, address: str, known: dict[str, int], sentence: str) -> None:
    told = proven(app, address, **known)
    assert told is not None
    text, link = told
    assert f"{text} | {link.label if link else ''}" == sentence


def test_nothing_found_says_nothing_of_open_source(app: Flask) -> None:
    assert proven(app, "q=App", among=0) is None


def test_the_number_of_open_hits_leads_to_them_and_back(read: Read) -> None:
    address = "/suche?monate=12&nur_offen=1"
    every = read(address)
    (link,) = every.xpath("//section[@class='results']/p/a[contains(@href, 'belegt=1')]")
    document = read(link.get("href"))
    shown = document.xpath("//article[@class='hit']")
    assert 0 < len(shown) < len(every.xpath("//article[@class='hit']"))
    assert all(hit.xpath("p[@class='hit-facts']/span[1]")[0].text_content() == "Open Source" for hit in shown)
    (back,) = document.xpath("//section[@class='results']/p/a[contains(., 'Treffer zeigen')]/@href")
    assert back == address


def test_says_what_was_not_examined(app: Flask) -> None:
    found = told(app, "/suche?nur_offen=1", 0, unexamined=2012)
    sentence = "Auf Ihre Grenzen geprüft sind die ersten 9 von 2.021 Treffern, weitere beim Blättern, höchstens 1.000."
    assert found == (sentence,)


def test_the_way_out_drops_the_limits_and_keeps_the_rest(app: Flask) -> None:
    with app.test_request_context("/suche?q=App&land=HE&nur_offen=1&nur_beziehbar=1&monate=12"):
        kickoff = read_kickoff(request.args)
        question = read_question(request.args, kickoff.parameters(), ranked=kickoff.reorders)
        assert without_limits(question, kickoff) == "/suche?q=App&land=HE&monate=12"


def said(document: html.HtmlElement) -> dict[str, str]:
    """Return what each hit says for the asker, by the first word of its title."""
    return {
        hit.xpath(".//h3")[0].text_content().partition(":")[0]: " ".join(told.text_content().split())
        for hit in document.xpath("//article[@class='hit']")
        for told in hit.xpath("p/span[@class='hit-against']")
    }


def test_a_hit_that_cost_more_says_so_and_keeps_its_place(read: Read) -> None:
    document = read("/suche?q=Mitfahrbank&monate=12&budget=1.000")
    told = said(document)["Beispielstadt"].replace("\xa0", " ")
    assert told.startswith("Für Sie: Kostete ")
    assert told.endswith(", mehr als Ihr Budget (1.000 €).")
    assert "Dauerte" not in told, "it ran so long"
    titles, plain = "//article[@class='hit']//h3//text()", read("/suche?q=Mitfahrbank")
    assert document.xpath(titles) == plain.xpath(titles)
    assert said(plain) == said(read("/suche?q=Mitfahrbank&nur_offen=1")) == {}, "who states no limits reads of none"
    within = said(read("/suche?q=Mitfahrbank&budget=1.000.000"))["Beispielstadt"].replace("\xa0", " ")
    assert "; Ihr Budget sind 1.000.000 €." in within
    english = said(read("/en/suche?q=Mitfahrbank&budget=1.000"))["Beispielstadt"]
    assert english.startswith("For you: Cost ")
    assert english.endswith(", more than your budget (€1,000).")


def test_what_is_about_something_else_is_not_held_against_limits(read: Read) -> None:
    for words in ("q=Beispielstadt", "thema=mobility"):
        assert "Beispielstadt" not in said(read(f"/suche?{words}&budget=1.000"))


def test_time_until_use_stands_beside_the_time_that_the_asker_has(app: Flask) -> None:
    duration = Duration(start="2022-06", end="2024-04", phase="operation")
    with app.test_request_context("/"):
        longer, within = (time_against(duration, months) for months in (12, 24))
        assert longer
        assert within
        assert time_in_words(longer) == "Dauerte 22 Monate, länger als Sie haben (12 Monate)."
        assert time_in_words(within) == "Dauerte 22 Monate; Sie haben 24 Monate."


def test_a_record_with_the_askers_place_says_so(read: Read) -> None:
    document = read("/suche?q=Mitfahrbank&ort=Beispielstadt&ort_land=HE&ort_art=town")
    assert said(document)["Beispielstadt"] == "Für Sie: Ihr Ort kommt hier vor."


def test_every_likeness_has_words() -> None:
    assert set(LIKENESS) == set(LikenessCode)
