"""Results as a map: every sign leads on, and the list beside tells the same."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from app.kickoff.places.directory import OWN_FILE
from app.kickoff.places.map import outlines
from app.kickoff.places.table import write_places
from app.shared.config import Settings
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import words
from tests.webnode.node import STOPPED_PAGE
from tests.webnode.placed import PLACES, make_placed_node


@pytest.fixture(autouse=True)
def outlined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "outlines.json"
    monkeypatch.setattr(Settings, "outlines_path", path)
    outlines.cache_clear()
    yield path
    outlines.cache_clear()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_placed_node(tmp_path_factory.mktemp("map") / "node", abroad=True)
    yield services
    services.close()


def signs(page: html.HtmlElement) -> dict[str, str]:
    return {one.get("href"): one.get("aria-label") for one in page.xpath("//svg[@class='map']//a")}


def test_every_record_with_a_place_is_a_sign_that_leads_to_it_and_stands_in_the_list(read: Read) -> None:
    page = read("/suche?ansicht=karte")
    hidden = page.xpath("//form[@role='search']//input[@type='hidden']")
    assert ("ansicht", "karte") in [(field.get("name"), field.get("value")) for field in hidden]
    found = signs(page)
    assert "Beispielstadt, Hessen" in found[STOPPED_PAGE]
    assert "eingestellt" in found[STOPPED_PAGE]
    listed = {link.get("href") for link in page.xpath("//section[@aria-labelledby='orte']//a")}
    assert set(found) <= listed


def test_the_start_page_has_the_map_for_a_picture_whose_marks_lead_nowhere(read: Read) -> None:
    (picture,) = read("/").xpath("//a[@href='/karte']/svg[@role='img']")
    assert picture.get("aria-label").startswith("Karte: ")
    assert len(picture.xpath("./g[@transform]")) == len(signs(read("/karte")))
    assert not picture.xpath(".//a")


def test_the_map_keeps_the_filters_and_the_list_of_hits_does_too(read: Read) -> None:
    page = read("/suche?land=HE&ansicht=karte&ergebnis=stopped")
    assert list(signs(page)) == [STOPPED_PAGE]
    ways = {
        link.text_content(): parse_qs(urlsplit(link.get("href")).query)
        for link in page.xpath("//ul[contains(@class, 'views')]//a")
    }
    assert ways["Liste"] == {"land": ["HE"], "ergebnis": ["stopped"]}
    assert ways["Karte"] == {"land": ["HE"], "ergebnis": ["stopped"], "ansicht": ["karte"]}
    assert all("ansicht=karte" in link.get("href") for link in page.xpath("//ul[@class='filters']//a"))


def test_limits_leave_their_hits_on_the_map(read: Read) -> None:
    page = read("/suche?q=Mitfahrbank&ansicht=karte&nur_offen=1&ort_groesse=lt5k")
    assert [href.partition("?")[0] for href in signs(page)] == [STOPPED_PAGE]


def test_where_no_record_has_a_place_the_list_takes_the_place_of_the_map(read: Read) -> None:
    page = read("/suche?ansicht=karte&art=organisation")
    assert not page.xpath("//main//*[@class='map']")
    assert page.xpath("//details[@id='ohne-ort'][@open]")
    assert page.xpath("//main//a[@href='#ohne-ort']")
    assert page.xpath("//section[@aria-labelledby='orte']//*[@id='z-none']"), "signs in the list are made of it"
    assert page.xpath("//h2[@id='orte']")[0].text == "Einträge"
    assert not page.xpath("//main//a[@href='#orte']")
    assert not read("/karte").xpath("//details[@id='ohne-ort'][@open]")


def test_the_map_of_the_site_tells_what_it_cannot_draw_and_leads_questions_to_the_search(read: Read) -> None:
    page = read("/karte")
    [folded] = page.xpath("//*[@id='ohne-ort']")
    number = int(words(folded.find("summary")).split()[0])
    assert number == len(folded.xpath(".//li")) > 0
    [beside] = page.xpath("//section[@aria-labelledby='ausserhalb']")
    assert "Musterdorf am Berg, Aargau, Schweiz" in words(beside)
    assert page.xpath("//section[@class='facet']//a")
    assert all(link.get("href").startswith("/suche?") for link in page.xpath("//section[@class='facet']//a"))
    assert "Die Umrisse der Länder fehlen auf dieser Seite" in words(page)


def test_outlines_are_named_with_their_source_and_year(read: Read, outlined: Path) -> None:
    outlined.write_text('{"form": 1, "year": "2016", "paths": ["M1 1l5 5-5 0z", "M0 0\\"/><script>"]}', "utf-8")
    page = read("/suche?ansicht=karte")
    assert [path.get("d") for path in page.xpath("//*[@class='map-land']/path")] == ["M1 1l5 5-5 0z"]
    assert "© GeoBasis-DE / BKG (2016), VG250, verändert" in words(page)


def test_another_list_of_places_moves_the_signs_without_a_restart(services: Services, read: Read) -> None:
    def drawn() -> str:
        return str(read("/suche?ansicht=karte").xpath("//svg[@class='map']//a/@transform")[0])

    before = drawn()
    moved = [replace(one, latitude=53.0, source="other") for one in PLACES]
    write_places(services.settings.data / OWN_FILE, moved)
    assert drawn() != before
    write_places(services.settings.data / OWN_FILE, PLACES)
