"""The start page, pages about the site, and the one in plain German."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.web.factory import create_app
from app.web.pages import about
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR, Read
from tests.webnode.node import STOPPED, STOPPED_PAGE, make_node, publish
from tests.webnode.reading import noted


def test_three_questions_find_something_to_open(read: Read) -> None:
    links = read("/").xpath("//ul[@class='questions']//a/@href")
    assert len(links) == 3
    assert read(links[0]).xpath("//article[@class='hit']")


def test_the_obtaining_question_on_the_start_page_lists_solutions_with_a_route(read: Read) -> None:
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


def main(document: object) -> str:
    return " ".join(document.find(".//main").text_content().split())  # type: ignore[attr-defined]


def test_imprint_names_everything_the_operator_entered(read: Read) -> None:
    text = main(read("/impressum"))
    for key in ("operator_name", "operator_email", "operator_phone", "operator_represented_by", "editor_in_charge"):
        assert OPERATOR[key] in text
    assert "Musterweg 1" in text
    assert "Noch nicht eingetragen" not in text


def test_what_is_missing_is_visible(read_bare: Read) -> None:
    document = read_bare("/impressum")
    assert main(document).count("Noch nicht eingetragen") == 5
    assert (
        "In den Einstellungen fehlen Name, Anschrift oder E-Mail-Adresse." in document.find(".//footer").text_content()
    )


def test_imprint_and_privacy_are_one_click_away_everywhere(read: Read) -> None:
    for path, status in (("/", 200), ("/suche", 200), ("/nirgends", 404)):
        links = read(path, status).xpath("//footer//a/@href")
        assert {"/impressum", "/datenschutz", "/barrierefreiheit"} <= set(links)


def test_barrier_can_be_reported_from_every_page(read: Read) -> None:
    link = unquote(read("/themen/mobility").xpath("//footer//a[text()='Barriere melden']/@href")[0])
    assert link.startswith("mailto:netz@verbund.example")
    assert "Seite: https://erfahrungen.example/themen/mobility" in link


def test_accessibility_statement_follows_the_settings(read: Read) -> None:
    text = main(read("/barrierefreiheit"))
    assert "Die Seite erfüllt die Anforderungen teilweise." in text
    for key in ("accessibility_method", "accessibility_gaps", "accessibility_enforcement"):
        assert OPERATOR[key] in text
    assert "1. Oktober 2026" in text


def test_unassessed_site_does_not_claim_conformance(read_bare: Read) -> None:
    text = main(read_bare("/barrierefreiheit"))
    assert "noch nicht prüfen lassen" in text
    assert "erfüllt die Anforderungen." not in text


def test_sharing_opens_a_mail_with_the_five_questions(read: Read) -> None:
    mail = unquote(read("/mitmachen").xpath("//main//a[starts-with(@href, 'mailto:')]/@href")[0])
    assert mail.count("?") >= 5


def test_sharing_says_when_it_is_not_possible_yet(read_bare: Read) -> None:
    assert "Die Adresse des Betreibers ist noch nicht eingetragen" in main(read_bare("/mitmachen"))
    assert "Er öffnet eine Mail" not in main(read_bare("/mitmachen"))


def test_robots_find_the_sitemap(client: FlaskClient) -> None:
    assert "Sitemap: https://erfahrungen.example/sitemap.xml" in client.get("/robots.txt").get_data(as_text=True)


PAGE = "/einfache-sprache"
WORDS_PER_SENTENCE = 15


def texts_of(document: html.HtmlElement) -> list[str]:
    """The paragraphs and list entries of the text, without the list of records."""
    parts = document.xpath("//main/div//p | //main/div//li[not(parent::ul[@class='plain-texts'])]")
    return [" ".join(part.text_content().split()) for part in parts]


def test_sentences_are_short(read: Read) -> None:
    sentences = [sentence for text in texts_of(read(PAGE)) for sentence in re.split(r"[.?!:]\s", text)]
    assert len(sentences) > 60
    assert [sentence for sentence in sentences if len(sentence.split()) > WORDS_PER_SENTENCE] == []


def test_hard_words_are_explained(read: Read) -> None:
    explained = read(PAGE).xpath("//main//li/strong/text()")
    assert {"Fallstudie:", "Lösung:", "Konzept:", "Organisation:"} <= set(explained)


def test_records_with_a_plain_version_are_listed(read: Read) -> None:
    entries = read(PAGE).xpath("//ul[@class='plain-texts']/li")
    assert [entry.find("a").get("href") for entry in entries] == [f"{STOPPED_PAGE}/einfach"]
    assert entries[0].text_content().startswith("Die Mitfahrbank in Beispielstadt")


def test_no_record_without_such_a_version_is_read(
    services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = noted(services.catalogue, monkeypatch)
    assert client.get(f"{PAGE}?seite=1").status_code == 200
    assert [entry.slug for entry in read] == [STOPPED_PAGE.rpartition("/")[2]]


def test_a_long_list_has_several_pages(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_node(tmp_path_factory.mktemp("plain"))
    folder = "case-studies/beispielstadt-mitfahrbank"
    here = services.repository.head()
    found = services.repository.folder(folder, here)
    other = (found.text or b"").decode().replace(STOPPED, STOPPED.replace("0001", "0099"))
    plain = {f"{folder}-2/{one.name}": services.repository.file(folder, one.name, here) for one in found.files}
    publish(services, {**plain, f"{folder}-2/index.md": other.replace("Die Mitf", "Noch eine Mitf").encode()})
    services.follow()
    monkeypatch.setattr(about, "TEXTS", 1)
    client = create_app(services, testing=True).test_client()
    first = html.fromstring(client.get(PAGE).data)
    second = html.fromstring(client.get(first.xpath("//a[@rel='next']/@href")[0]).data)
    shown = [page.xpath("//ul[@class='plain-texts']/li/a/text()") for page in (first, second)]
    assert sorted(shown) == [["Die Mitfahrbank in Beispielstadt"], ["Noch eine Mitfahrbank in Beispielstadt"]]
    assert client.get(f"{PAGE}?seite=99").location == f"{PAGE}?seite=2"
    services.close()


@pytest.mark.parametrize("path", ["/", "/ueber"])
def test_start_and_about_page_lead_here(read: Read, path: str) -> None:
    links = read(path).xpath(f"//main//a[@href='{PAGE}']")
    assert [link.text_content() for link in links] == ["Diese Seite in Einfacher Sprache"]


def test_footer_leads_here_from_every_page(read: Read) -> None:
    assert read("/suche").xpath(f"//footer//a[@href='{PAGE}']/text()") == ["Einfache Sprache"]


def test_english_page_says_that_the_text_is_german(read: Read) -> None:
    document = read(f"/en{PAGE}")
    assert "The text below is in German." in document.xpath("//p[@class='lead']")[0].text_content()
    assert document.xpath("//main/div/@lang") == ["de"]


def test_help_names_who_can_be_asked(read: Read) -> None:
    text = " ".join(texts_of(read(PAGE)))
    assert OPERATOR["operator_email"] in text
    assert OPERATOR["operator_phone"] in text


def test_it_does_not_promise_a_mail_nobody_would_get(read_bare: Read) -> None:
    document = read_bare(PAGE)
    assert "Das geht im Moment noch nicht." in " ".join(texts_of(document))
    assert document.xpath("//main//a[starts-with(@href, 'mailto:')]") == []
