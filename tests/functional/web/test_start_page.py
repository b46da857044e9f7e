from __future__ import annotations

from lxml import html

from tests.functional.web.conftest import Read


def test_three_questions_find_something_to_open(read: Read) -> None:
    links = read("/").xpath("//ul[@class='questions']//a/@href")
    assert len(links) == 3
    assert read(links[0]).xpath("//article[@class='hit']")


def test_the_question_about_obtaining_leads_to_the_solutions_with_such_a_way(read: Read) -> None:
    document = read(read("/").xpath("//ul[@class='questions']//a/@href")[2])
    assert document.xpath("//article[@class='hit']")
    for hit in document.xpath("//article[@class='hit']"):
        assert "Ohne Ausschreibung: kein belegter Weg" not in hit.text_content()
    assert document.xpath("//input[@id='ort']")
    assert document.xpath("//input[@id='nur_beziehbar-1']/@checked")


def test_the_link_for_small_places_shows_those_alone(read: Read) -> None:
    document = read(read("/").xpath("//a[contains(., 'Aus Orten unter 5.000')]/@href")[0])
    assert " ".join(document.xpath("//ul[@class='filters']")[0].text_content().split()).endswith(
        "unter 5.000 Einwohner ×"
    )
    assert hits(document) == hits(read("/suche?groesse=lt5k")) < hits(read("/suche"))


def hits(document: html.HtmlElement) -> int:
    return int(document.xpath("string(//h2[@id='treffer'])").split()[0])


def test_a_stopped_case_is_among_the_newest(read: Read) -> None:
    cards = [" ".join(card.text_content().split()) for card in read("/").xpath("//section[h2[@id='neu']]//article")]
    assert any("Eingestellt 2023:" in card for card in cards)


def test_topics_and_states_have_counts(read: Read) -> None:
    document = read("/")
    topic = document.xpath("//section[h2[@id='themen']]//li[a='Mobilität']")[0]
    assert topic.xpath("span[@class='count']/text()") == ["2"]
    assert "/laender/HE" in document.xpath("//section[h2[@id='laender']]//a/@href")


def test_both_doors_are_open(read: Read) -> None:
    links = read("/").xpath("//section[h2[@id='wege']]//a/@href")
    small = "/suche?ort_groesse=lt5k&groesse=lt5k"
    others = ["/eingestellt", "/foerderprogramme", "/ueberblick", "/einfache-sprache"]
    assert links == ["/projektstart", "/mitmachen", small, *others]
