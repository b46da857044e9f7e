# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Putting hits aside: by links only, and everything stays in the address."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.node import RUNNING, STOPPED, WITHDRAWN

SAID = [("q", "Mitfahrbank"), ("land", "HE"), ("ort_land", "HE"), ("monate", "12")]
ASKED = "/suche?q=Mitfahrbank&land=HE&ort_land=HE&monate=12"


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def link(document: html.HtmlElement, name: str, where: str = "//article[@class='hit']") -> str:
    found: str = document.xpath(f"{where}//p[@class='choosing no-print']/a[starts-with(., '{name}')]/@href")[0]
    return found


def tray(document: html.HtmlElement) -> html.HtmlElement:
    (found,) = document.xpath("//section[@id='auswahl']")
    return found


def test_each_hit_can_be_put_aside_or_marked_as_not_suitable(read: Read) -> None:
    document = read(ASKED)
    assert query(link(document, "Vormerken")) == [*SAID, ("gemerkt", STOPPED)]
    assert query(link(document, "Nicht geeignet")) == [*SAID, ("abgelehnt", STOPPED)]


def test_the_link_comes_back_to_its_hit(read: Read) -> None:
    address = link(read(ASKED), "Vormerken")
    assert len(read(address).xpath(f"//article[@class='hit'][@id='{urlsplit(address).fragment}']")) == 1


def test_a_decision_is_shown_and_can_be_taken_back_or_turned_round(read: Read) -> None:
    taken = read(link(read(ASKED), "Vormerken"))
    assert "✓ Vorgemerkt" in words(taken.xpath("//article[@class='hit']")[0])
    assert query(link(taken, "zurücknehmen")) == SAID
    assert query(link(taken, "doch nicht geeignet")) == [*SAID, ("abgelehnt", STOPPED)]
    rejected = read(link(taken, "doch nicht geeignet"))
    assert "✗ Nicht geeignet" in words(rejected.xpath("//article[@class='hit']")[0])
    assert query(link(rejected, "doch vormerken")) == [*SAID, ("gemerkt", STOPPED)]


def test_tray_counts_and_leads_on_with_everything(read: Read) -> None:
    document = tray(read(f"{ASKED}&gemerkt={STOPPED}&abgelehnt={RUNNING}"))
    assert words(document.find("h2")) == "Ihre Auswahl: 1 vorgemerkt, 1 nicht geeignet"
    ways = {words(a): a.get("href") for a in document.xpath("p[last()]/a")}
    assert list(ways) == ["Vergleichen", "Ziele und Rückhalt prüfen", "Nachnutzungsvermerk erstellen"]
    assert urlsplit(ways["Nachnutzungsvermerk erstellen"]).path == "/vermerk"
    for address in ways.values():
        assert query(address) == [*SAID, ("gemerkt", STOPPED), ("abgelehnt", RUNNING)]


def test_who_starts_a_project_sees_the_tray_at_once_and_can_load_a_memo(read: Read) -> None:
    document = read("/projektstart")
    assert words(tray(document).find("h2")) == "Ihre Auswahl: noch leer"
    assert document.xpath("//main//a[@href='/vermerk/laden']")
    assert not read("/suche?q=Mitfahrbank").xpath("//section[@id='auswahl']")


def test_one_record_alone_is_not_compared(read: Read) -> None:
    assert "Vergleichen" not in words(tray(read(f"{ASKED}&gemerkt={STOPPED}")))


def test_tray_lists_the_records_and_takes_them_back(read: Read) -> None:
    document = tray(read(f"/suche?q=Xyzzyplugh&gemerkt={STOPPED}&abgelehnt={RUNNING}"))
    titles = [words(item.find("a")) for item in document.xpath(".//li")]
    assert titles == [
        "Beispielstadt: Mitfahrbank nach einem Jahr eingestellt",
        "Beispielkreis: Starkregenwarnung mit Sensoren",
    ]
    undo = document.xpath(".//li[1]//a[starts-with(., 'zurücknehmen')]/@href")[0]
    assert query(undo) == [("q", "Xyzzyplugh"), ("abgelehnt", RUNNING)]


def test_a_record_that_was_withdrawn_leaves_the_tray(read: Read) -> None:
    document = tray(read(f"/suche?gemerkt={STOPPED}&gemerkt={WITHDRAWN}"))
    assert len(document.xpath(".//li")) == 1


def test_selection_survives_filters_pages_and_a_new_question(read: Read) -> None:
    document = read(f"/suche?monate=12&gemerkt={STOPPED}")
    for address in document.xpath("//section[contains(@class, 'facets')]//a/@href"):
        assert {("monate", "12"), ("gemerkt", STOPPED)} <= set(query(address)), address
    hidden = document.xpath("//form[@role='search']//input[@type='hidden']")
    assert ("gemerkt", STOPPED) in {(field.get("name"), field.get("value")) for field in hidden}
    order = document.xpath("//form[not(@role)]//input[@type='hidden']")
    assert {(field.get("name"), field.get("value")) for field in order} == {("monate", "12"), ("gemerkt", STOPPED)}


def test_other_language_keeps_situation_and_selection(read: Read) -> None:
    (address,) = read(f"{ASKED}&gemerkt={STOPPED}").xpath("//a[@class='site-language']/@href")
    assert address.startswith("/en/suche?")
    assert query(address) == [*SAID, ("gemerkt", STOPPED)]
