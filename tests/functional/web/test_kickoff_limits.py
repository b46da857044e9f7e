# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest
from flask import Flask, request
from lxml import html

from app.kickoff.situation import Situation
from app.search.port import SearchResult
from app.web.kickoff.situation import read_kickoff
from app.web.search.page import left_out, without_limits
from app.web.search.question import read_question
from tests.functional.web.conftest import Read


def told(app: Flask, address: str, left: int, unexamined: int = 0) -> tuple[str, ...]:
    with app.test_request_context(address):
        result = SearchResult(hits=(), total=2, facets=(), left_out=left, examined=9, unexamined=unexamined)
        return tuple(left_out(result, read_kickoff(request.args).situation))


@pytest.mark.parametrize(
    ("limits", "number", "sentence"),
    [
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
    found = told(app, f"/suche?q=App&{limits}", number)
    assert found == (sentence,)


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (0, "Kein Treffer ist als Open Source belegt."),
        (1, "Einer von 9 Treffern ist als Open Source belegt."),
        (4, "4 von 9 Treffern sind als Open Source belegt."),
    ],
)
def test_says_how_many_hits_are_proven_to_be_open(app: Flask, known: int, sentence: str) -> None:
    with app.test_request_context("/suche?nur_offen=1"):
        result = SearchResult(hits=(), total=9, facets=(), known_open=known)
        assert tuple(left_out(result, read_kickoff(request.args).situation)) == (sentence,)
        assert not tuple(left_out(SearchResult(hits=(), total=0, facets=(), known_open=0), Situation()))


def test_says_what_was_not_examined(app: Flask) -> None:
    found = told(app, "/suche?nur_offen=1", 0, unexamined=2012)
    sentence = "Auf Ihre Grenzen geprüft sind die ersten 9 von 2.021 Treffern, weitere beim Blättern, höchstens 1.000."
    assert found == (sentence,)


def test_the_way_out_drops_the_limits_and_keeps_the_rest(app: Flask) -> None:
    with app.test_request_context("/suche?q=App&land=HE&nur_offen=1&nur_beziehbar=1&monate=12"):
        kickoff = read_kickoff(request.args)
        question = read_question(request.args, kickoff.parameters(), ranked=kickoff.reorders)
        assert without_limits(question, kickoff) == "/suche?q=App&land=HE&monate=12"


def test_nothing_left_out_is_not_mentioned(app: Flask) -> None:
    assert told(app, "/suche?q=App&nur_offen=1", 0) == ()


def said(document: html.HtmlElement) -> dict[str, str]:
    """Return what each hit says for the asker, by the first word of its title."""
    return {
        hit.xpath(".//h3")[0].text_content().partition(":")[0]: " ".join(told.text_content().split())
        for hit in document.xpath("//article[@class='hit']")
        for told in hit.xpath("p[@class='hit-against']")
    }


def test_a_hit_that_took_longer_and_cost_more_says_so_and_keeps_its_place(read: Read) -> None:
    document = read("/suche?q=Mitfahrbank&monate=12&budget=1.000")
    assert said(document)["Beispielstadt"].startswith(
        "Für Sie: Dauerte 13 Monate, länger als Sie haben (12 Monate). Kostete "
    )
    assert ", mehr als Ihr Budget (1.000 €)." in said(document)["Beispielstadt"].replace("\xa0", " ")
    titles = "//article[@class='hit']//h3//text()"
    assert document.xpath(titles) == read("/suche?q=Mitfahrbank").xpath(titles)


def test_a_hit_within_the_limits_says_so(read: Read) -> None:
    told = said(read("/suche?q=Mitfahrbank&monate=24&budget=1.000.000"))["Beispielstadt"].replace("\xa0", " ")
    assert "Dauerte 13 Monate; Sie haben 24 Monate." in told
    assert "; Ihr Budget sind 1.000.000 €." in told


def test_a_record_with_the_askers_place_says_so(read: Read) -> None:
    document = read("/suche?q=Mitfahrbank&ort=Beispielstadt&ort_land=HE&ort_art=town")
    assert said(document)["Beispielstadt"] == "Für Sie: Ihr Ort kommt hier vor."


def test_who_states_no_limits_reads_nothing_about_them(read: Read) -> None:
    assert said(read("/suche?q=Mitfahrbank")) == said(read("/suche?q=Mitfahrbank&nur_offen=1")) == {}


def test_english_sentences(read: Read) -> None:
    told = said(read("/en/suche?q=Mitfahrbank&monate=12"))["Beispielstadt"]
    assert told == "For you: Took 13 months, longer than you have (12 months)."
