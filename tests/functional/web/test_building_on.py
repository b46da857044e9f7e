# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who uses a solution, and the filters that reuse adds to the search."""

from __future__ import annotations

from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.node import SOLUTION_PAGE, STOPPED_PAGE


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_a_solution_names_the_cases_that_use_it(read: Read) -> None:
    section = read(SOLUTION_PAGE).xpath("//section[@aria-labelledby='genutzt']")[0]
    assert words(section).startswith("Wer diese Lösung einsetzt Beispielstadt: Mitfahrbank")
    assert "Eingestellt 2023" in words(section)
    assert section.xpath(".//a/@href") == [STOPPED_PAGE]


def test_a_case_is_used_by_nobody(read: Read) -> None:
    assert not read(STOPPED_PAGE).xpath("//*[@id='genutzt']")


def test_they_lead_on_with_the_kickoff(read: Read) -> None:
    section = read(f"{SOLUTION_PAGE}?monate=12").xpath("//section[@aria-labelledby='genutzt']")[0]
    assert section.xpath(".//a/@href") == [f"{STOPPED_PAGE}?monate=12"]


def test_search_filters_by_what_a_record_uses(read: Read) -> None:
    document = read("/suche?nutzt=solution/beispielportal-loesung")
    assert [a.get("href").partition("?")[0] for a in document.xpath("//h3[@class='hit-title']/a")] == [STOPPED_PAGE]
    assert "Setzt ein oder wendet an: Beispielportal: Mitfahrten vermitteln" in words(document)


def test_search_filters_by_the_criteria_that_a_solution_meets(read: Read) -> None:
    document = read("/suche?produkt=upkeep")
    assert [a.get("href") for a in document.xpath("//h3[@class='hit-title']/a")] == [SOLUTION_PAGE]
    assert "Als Produkt belegt: Pflege finanziert" in words(document)
    facet = words(read("/suche").xpath("//section[@aria-labelledby='filter-produkt']")[0])
    assert facet.startswith("Als Produkt belegt")


def test_what_records_use_is_no_list_to_choose_from(read: Read) -> None:
    assert not read("/suche").xpath("//*[@id='filter-nutzt']")
