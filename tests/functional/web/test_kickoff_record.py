"""Situation and selection survive going to a record's page and back."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.node import RUNNING, STOPPED, STOPPED_PAGE

SAID = [("q", "Mitfahrbank"), ("land", "HE"), ("seite", "1"), ("ort_land", "HE"), ("monate", "12")]
QUERY = "q=Mitfahrbank&land=HE&seite=1&ort_land=HE&monate=12"


def query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def way(document: html.HtmlElement) -> dict[str, str]:
    links = document.xpath("//header[contains(@class, 'record-head')]/p[contains(@class, 'choosing')]/a")
    return {"".join(link.xpath("text()")): link.get("href") for link in links}


def test_record_leads_back_to_the_search_it_came_from(read: Read) -> None:
    back = way(read(f"{STOPPED_PAGE}?{QUERY}&gemerkt={RUNNING}"))["Zurück zur Suche"]
    assert urlsplit(back).path == "/suche"
    assert query(back) == [*SAID, ("gemerkt", RUNNING)]


def test_a_hit_and_its_lessons_link_to_the_record_and_keep_the_situation(read: Read) -> None:
    document = read("/suche?q=Mitfahrbank&land=HE&ort_land=HE&monate=12")
    for address in document.xpath("//article[@class='hit']//h3/a/@href | //ul[@class='hit-lessons']//a/@href"):
        assert query(address) == [pair for pair in SAID if pair[0] != "seite"]
    assert way(read(document.xpath("//article[@class='hit']//h3/a/@href")[0]))


def test_record_can_be_put_aside_on_its_page(read: Read) -> None:
    links = way(read(f"{STOPPED_PAGE}?{QUERY}"))
    assert list(links) == ["Zurück zur Suche", "Vormerken", "Nicht geeignet"]
    assert query(links["Vormerken"]) == [*SAID, ("gemerkt", STOPPED)]
    taken = way(read(links["Vormerken"]))
    assert list(taken) == ["Zurück zur Suche", "zurücknehmen", "doch nicht geeignet"]
    assert query(taken["Zurück zur Suche"]) == [*SAID, ("gemerkt", STOPPED)]
    assert query(taken["doch nicht geeignet"]) == [*SAID, ("abgelehnt", STOPPED)]


def test_the_address_that_search_engines_keep_has_no_situation(read: Read) -> None:
    (canonical,) = read(f"{STOPPED_PAGE}?{QUERY}").xpath("//link[@rel='canonical']/@href")
    assert canonical == f"https://erfahrungen.example{STOPPED_PAGE}"
