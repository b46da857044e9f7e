"""The three steps in which a project starts."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.checks import words
from tests.webnode.node import STOPPED


def steps(document: html.HtmlElement) -> list[html.HtmlElement]:
    return list(document.xpath("//form[@data-steps]/fieldset"))


def test_three_steps_say_in_words_which_one_it_is_and_show_no_records(read: Read) -> None:
    document = read("/projektstart")
    assert [words(step.find("legend")) for step in steps(document)] == [
        "Schritt 1 von 3 Was haben Sie vor?",
        "Schritt 2 von 3 Wo?",
        "Schritt 3 von 3 In welchen Grenzen?",
    ]
    assert not document.xpath("//article")
    assert not document.xpath("//*[@required]")
    assert document.xpath("//main//a[@href='/vermerk/laden']")


def test_examples_fill_the_first_field_and_keep_the_rest(read: Read) -> None:
    links = steps(read("/projektstart?monate=12"))[0].xpath(".//a/@href")
    assert len(links) == 3
    document = read(links[0])
    assert document.xpath("//input[@id='q']/@value") == ["Warnung vor Starkregen"]
    assert document.xpath("//input[@id='monate']/@value") == ["12"]


SENTENCE = "q=Wir+sind+der+Odenwaldkreis+und+haben+12+Monate,+nur+Open+Source,+Mitfahrbank"


@pytest.mark.parametrize("page", ["/projektstart", "/suche"])
def test_what_a_question_says_of_place_and_limits_is_offered_and_taken_by_a_press(read: Read, page: str) -> None:
    document = read(f"{page}?{SENTENCE}&gemerkt={STOPPED}")
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
    document = read("/projektstart?ort=Nirgendwohausen&monate=viele")
    where = steps(document)[1]
    assert "Das Ortsverzeichnis kennt keinen Ort namens „Nirgendwohausen“." in words(where)
    assert where.xpath(".//details/@open"), "the fields that are enough"
    assert document.xpath("//main/section//a[@href='#monate']")
    assert document.xpath("//input[@id='monate']/@aria-invalid") == ["true"]


@pytest.mark.parametrize("typed", ["Landkreis Fudla", "Landkreis Fudla ", "Landkreis  Fudla"])
def test_a_place_that_is_offered_by_likeness_is_told_with_all_that_was_typed(client: FlaskClient, typed: str) -> None:
    answer = client.get("/projektstart/orte", query_string={"q": typed}).get_json()
    assert answer["places"][0]["like"].startswith(f"ähnlich wie „{typed}“: Landkreis Fulda (")
