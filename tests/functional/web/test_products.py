# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The check whether a result has become a product: on the page of a solution and side by side."""

from __future__ import annotations

from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.node import SOLUTION_PAGE, STOPPED


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def criteria(document: html.HtmlElement) -> dict[str, str]:
    return {
        item.get("id").removeprefix("produkt-"): words(item)
        for item in document.xpath("//li[starts-with(@id, 'produkt-')]")
    }


def test_a_solution_shows_eight_criteria_with_sources_and_the_next_step(read: Read) -> None:
    document = read(SOLUTION_PAGE)
    found = criteria(document)
    assert len(found) == 8
    assert found["product_owner"].startswith("Produktverantwortung erfüllt Beispielverbund")
    assert found["sales_role"].startswith("Vertriebliche Rolle noch nicht bekannt Nächster Schritt: Benennen, wer")
    assert "Gesichert bis: Dezember 2027" in found["upkeep"]
    assert "inhouse über den kommunalen IT-Dienstleister: Beispielverbund" in found["in_house_route"]
    marks = document.xpath("//li[@id='produkt-product_owner']//sup/a/@href")
    assert marks == ["#quelle-portal"]
    assert "4 von 8 Merkmalen sind mit Beleg erfüllt." in words(document.find(".//main"))


def test_solutions_stand_side_by_side_with_the_state_in_words(read: Read) -> None:
    row = read("/produktreife").xpath("//tbody/tr")[0]
    assert words(row.xpath("th/a")[0]) == "Beispielportal"
    cells = {cell.get("data-label"): words(cell) for cell in row.xpath("td")}
    assert cells["Produktverantwortung"] == "✓ erfüllt"
    assert cells["Vertriebliche Rolle"] == "? noch nicht bekannt"


def test_a_wanted_criterion_leaves_out_what_does_not_meet_it(read: Read) -> None:
    assert "1 von 1 Lösungen" in words(read("/produktreife?erfuellt=upkeep&erfuellt=product_owner"))
    document = read("/produktreife?erfuellt=upkeep&erfuellt=sales_role")
    assert "0 von 1 Lösungen" in words(document)
    assert "Mit weniger Merkmalen sehen Sie mehr." in words(document)
    assert document.xpath("//input[@name='erfuellt'][@checked]/@value") == ["sales_role", "upkeep"]


def test_the_table_keeps_a_kickoff(read: Read) -> None:
    href = read(f"/produktreife?ort_land=HE&gemerkt={STOPPED}").xpath("//tbody//a/@href")[0]
    assert href == f"{SOLUTION_PAGE}?ort_land=HE&gemerkt={STOPPED}"
