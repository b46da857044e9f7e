"""The start page, pages about the site, and the one in plain German."""

import re
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.identity import RoleKind
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR, Read
from tests.webnode.node import STOPPED, STOPPED_PAGE
from tests.webnode.people import sign_in
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
    document = read(read("/stoebern").xpath("//a[contains(., 'Aus Orten unter 5.000')]/@href")[0])
    assert " ".join(document.xpath("//ul[@class='filters']")[0].text_content().split()).endswith(
        "unter 5.000 Einwohner ×"
    )
    assert hits(document) == hits(read("/suche?groesse=lt5k")) < hits(read("/suche"))


def hits(document: html.HtmlElement) -> int:
    return int(document.xpath("string(//h2[@id='treffer'])").split()[0])


def test_the_start_page_asks_where_and_within_which_limits_too(read: Read) -> None:
    document = read(f"/?gemerkt={STOPPED}&ort=Ulm&monate=12")
    (form,) = document.xpath("//form[@role='search']")
    fields = {field.name: field.get("value") for field in form.iter("input", "select") if field.name}
    assert form.get("action") == "/suche"
    assert (fields["q"], fields["ort"], fields["monate"], fields["gemerkt"]) == ("", "Ulm", "12", STOPPED)
    assert {"budget", "nur_offen", "nur_beziehbar"} <= fields.keys()


def test_the_start_page_is_short(read: Read) -> None:
    document = read("/")
    assert len(document.xpath("//a")) <= 45
    topic = document.xpath("//section[h2[@id='themen']]//li[a='Mobilität']")[0]
    assert topic.xpath("span[@class='count']/text()") == ["2"]
    assert "/laender/HE" in read("/stoebern").xpath("//section[h2[@id='laender']]//a/@href")
    cards = [" ".join(card.text_content().split()) for card in document.xpath("//section[h2[@id='neu']]//article")]
    assert any("Eingestellt 2023:" in card for card in cards), "a stopped case is among the newest"


def main(document: object) -> str:
    return " ".join(document.find(".//main").text_content().split())  # type: ignore[attr-defined]


def test_imprint_names_everything_the_operator_entered(read: Read) -> None:
    text = main(read("/impressum"))
    for key in ("operator_name", "operator_email", "operator_phone", "operator_represented_by", "editor_in_charge"):
        assert OPERATOR[key] in text
    assert "Musterweg 1" in text
    assert "Noch nicht eingetragen" not in text


def test_what_is_missing_is_visible_and_hints_are_shown_to_operators_alone(read_bare: Read, bare: FlaskClient) -> None:
    document, hint = read_bare("/impressum"), "In den Einstellungen fehlen Name, Anschrift oder E-Mail-Adresse."
    assert main(document).count("Noch nicht eingetragen") == 5
    assert "eingetragen" not in document.find(".//footer").text_content()
    assert hint not in document.find(".//footer").text_content()
    for kind, shown in ((RoleKind.AUTHOR, False), (RoleKind.OPERATOR, True)):
        sign_in(bare, [kind], name="Beispiel")
        assert (hint in read_bare("/impressum").find(".//footer").text_content()) is shown


def test_imprint_privacy_and_the_report_of_a_barrier_are_one_click_away_everywhere(read: Read) -> None:
    for path, status in (("/", 200), ("/suche", 200), ("/nirgends", 404)):
        links = read(path, status).xpath("//footer//a/@href")
        assert {"/impressum", "/datenschutz", "/barrierefreiheit", PAGE} <= set(links)
        report = unquote(next(link for link in links if link.startswith("mailto:")))
        assert report.startswith("mailto:netz@verbund.example")
        assert f"Seite: https://erfahrungen.example{path}" in report


def test_accessibility_statement_follows_the_settings(read: Read) -> None:
    text = main(read("/barrierefreiheit"))
    assert "Die Seite erfüllt die Anforderungen teilweise." in text
    for key in ("accessibility_method", "accessibility_gaps", "accessibility_enforcement"):
        assert OPERATOR[key] in text
    assert "1. Oktober 2026" in text


def test_what_is_not_possible_yet_is_said_and_not_promised(read: Read, read_bare: Read) -> None:
    bare = read_bare("/mitmachen")
    assert "An diese Seite lässt sich noch nichts senden." in main(bare)
    assert [h.text for h in bare.xpath("//main//h2")] == ["Was ein guter Eintrag erzählt"]
    # The operator has a mailbox, and nobody can sign in or ask.
    assert [h.text for h in read("/mitmachen").xpath("//main//h2")][:-1] == [
        *("Erfahrung teilen", "Einen Fehler korrigieren")
    ]
    mail = unquote(read("/mitmachen").xpath("//main//a[starts-with(@href, 'mailto:')]/@href")[0])
    assert mail.count("?") >= 5, "the five questions"
    plain = read_bare(PAGE)
    assert "Das geht im Moment noch nicht." in " ".join(texts_of(plain))
    assert plain.xpath("//main//a[starts-with(@href, 'mailto:')]") == []
    unassessed = main(read_bare("/barrierefreiheit"))
    assert "noch nicht prüfen lassen" in unassessed
    assert "erfüllt die Anforderungen." not in unassessed


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


def test_records_with_a_plain_version_are_listed(read: Read) -> None:
    entries = read(PAGE).xpath("//ul[@class='plain-texts']/li")
    assert [entry.find("a").get("href") for entry in entries] == [f"{STOPPED_PAGE}/einfach"]
    assert entries[0].text_content().startswith("Die Mitfahrbank in Beispielstadt")


def test_no_other_record_is_read(services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    read = noted(services.catalogue, monkeypatch)
    assert client.get(f"{PAGE}?seite=1").status_code == 200
    assert [entry.slug for entry in read] == [STOPPED_PAGE.rpartition("/")[2]]
