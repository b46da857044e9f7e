from __future__ import annotations

from urllib.parse import unquote

from flask.testing import FlaskClient

from tests.functional.web.conftest import OPERATOR, Read


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
