# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a question to a decision, on the real collection: what people ask whose signature it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from app.web.factory import create_app
from tests.browser.conftest import Visitor, serving
from tests.browser.test_reading import follow
from tests.functional.web.conftest import OPERATOR
from tests.prepared import seeded_node
from tests.webnode.node import settings

WAYS = [
    pytest.param({}, id="keyboard"),
    pytest.param({"java_script_enabled": False}, id="without-javascript"),
]
ULM, MASTERPORTAL = "/loesungen/ulm-datenplattform-loesung", "/loesungen/hamburg-masterportal-loesung"
STATES = {"NI": "Niedersachsen", "BY": "Bayern", "NW": "Nordrhein-Westfalen"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    services = seeded_node(settings(tmp_path_factory.mktemp("deciding"), **OPERATOR))
    with serving(create_app(services)) as address:
        yield address
    services.close()


def answered(page: Page) -> Locator:
    """Return what the page says about obtaining it."""
    return page.locator("section[aria-labelledby=beziehbar]")


def ask_for(page: Page, state: str) -> Locator:
    """Fill in the form of the page for a town of 18,000 in a state, by keyboard."""
    section = answered(page)
    section.get_by_label("Name des Ortes").focus()
    page.keyboard.type("Musterstadt")
    section.get_by_label("Land", exact=True).select_option(state)
    section.get_by_label("Art des Ortes").select_option("town")
    section.get_by_label("Einwohnerzahl").focus()
    page.keyboard.type("18000")
    follow(page, "Für diesen Ort beantworten")
    return answered(page)


@pytest.mark.parametrize("way", WAYS)
def test_a_procurement_officer_gets_three_true_answers_for_each_of_two_solutions(
    visitor: Visitor, way: dict[str, object]
) -> None:
    visit = visitor(**way)
    for state, name in STATES.items():
        platform = ask_for(visit.open(ULM), state)
        expect(platform.get_by_text(f"Beantwortet für: Musterstadt, kreisangehörige Stadt, {name}")).to_be_visible()
        expect(platform.get_by_role("heading", level=3).first).to_have_text("Musterstadt: derzeit kein belegter Weg")
        notice = platform.locator(".notice").first
        expect(notice).to_contain_text("Ob der Weg heute offensteht, ist nicht belegt.")
        expect(notice).to_contain_text(
            re.compile(r"Quelle: .*20\(24\)188-H\s+\(Deutscher Bundestag.*Oktober\s2023\)", re.DOTALL)
        )
        expect(platform.get_by_role("listitem").filter(has_text="Komm.ONE").first).to_contain_text(
            "als möglicher Anbieter genannt; ein Angebot ist nicht belegt"
        )

        portal = ask_for(visit.open(MASTERPORTAL), state)
        expect(portal.get_by_role("heading", level=3).first).to_have_text("Musterstadt: möglich, Sie können beitreten")
        notice = portal.locator(".notice").first
        expect(notice).to_contain_text("nach § 108 Absatz 6 GWB")
        expect(notice).to_contain_text(re.compile(r"Quelle: .*Masterportal.*Dezember\s2021", re.DOTALL))
        ways = portal.locator("summary").all_inner_texts()
        assert [way.partition(" – ")[2] for way in ways[:2]] == ["möglich, Sie können beitreten", "nur ein alter Beleg"]


def test_whether_one_can_join_stands_beside_whether_one_is_a_member(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open("/loesungen/hamburg-dipas-loesung?ort=Musterdorf&ort_land=SH")
    page.get_by_text("inhouse über den kommunalen IT-Dienstleister, Dataport", exact=False).last.click()
    way = answered(page).locator("details[open]").first
    expect(way).to_contain_text("Ob Musterdorf zu Dataport gehört, ist hier nicht belegt.")
    expect(way).to_contain_text("Beitritt zu Dataport: DIPAS: Städte können den Dienst beziehen oder selbst betreiben.")
