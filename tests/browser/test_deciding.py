"""From a question to a decision, on the real collection: what people ask whose signature it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from app.web.factory import create_app
from tests.browser.conftest import Visit, Visitor
from tests.browser.test_reading import follow
from tests.functional.web.conftest import OPERATOR
from tests.prepared import seeded_node
from tests.serving import serving
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
        expect(portal.get_by_role("heading", level=3).first).to_have_text(
            "Musterstadt: möglich, Sie können die Aufnahme anfragen; auch mit Dienstleister"
        )
        notice = portal.locator(".notice").first
        expect(notice).to_contain_text("nach § 108 Absatz 6 GWB")
        expect(notice).to_contain_text(re.compile(r"Quelle: .*Masterportal.*Dezember\s2025", re.DOTALL))
        ways = portal.locator("summary").all_inner_texts()
        assert [way.partition(" – ")[2] for way in ways[:2]] == [
            "möglich, Sie können die Aufnahme anfragen",
            "möglich mit Dienstleister",
        ]


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_answer_stands_on_the_first_screen_with_law_date_and_source_folded(
    visitor: Visitor, size: tuple[int, int]
) -> None:
    visit = visitor(java_script_enabled=False)
    visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    place = "ort=Musterstadt&ort_land=NI&ort_art=town&einwohner=18000"
    for path, said in (
        (MASTERPORTAL, "Vergaberecht: Zusammenarbeit öffentlicher Stellen (§ 108 Abs. 6 GWB)."),
        (ULM, "Derzeit kein belegter Weg."),
    ):
        fold = visit.open(f"{path}?{place}").locator(".five-lines > div:last-child details")
        box = fold.locator("summary").bounding_box()
        assert box is not None
        assert box["y"] <= size[1] - 60
        fold.locator("summary").click()
        line = fold.locator("p")
        expect(line).to_be_visible()
        expect(line).to_contain_text(said, ignore_case=True)
        expect(line).to_contain_text(re.compile(r"Stand\s(\S+\s)?\S+\s20\d\d"))
        expect(line).to_contain_text("Quelle: ")


VILLAGE = "ort=Musterdorf&ort_land=BB&ort_art=municipality&einwohner=1200&monate=12&budget=20000"
VILLAGE_APPS = (
    "/fallstudien/nottuln-dorffunk-ende",
    "/fallstudien/bad-belzig-smart-village-app",
    "/loesungen/bad-belzig-smart-village-app-loesung",
    "/loesungen/digitale-doerfer-loesung",
)
SCREEN = 800
VILLAGE_NAME = "Prötzel"
TOWNS = ("Buxtehude", "Freilassing", "Wermelskirchen")
"""One in each of the states."""


def compared(visit: Visit, paths: Iterable[str], situation: str) -> Page:
    """Open the comparison of the records on these pages."""
    names = []
    for path in paths:
        href = visit.open(path).locator("a[href^='/r/']").first.get_attribute("href") or ""
        names.append(href.removeprefix("/r/").partition("/")[0])
    return visit.open(f"/vergleich?{situation}&" + "&".join(f"gemerkt={name}" for name in names))


@pytest.mark.parametrize("way", WAYS)
def test_a_mayor_of_1200_sees_five_year_cost_and_who_stopped_on_two_screens(
    visitor: Visitor, way: dict[str, object]
) -> None:
    visit = visitor(**way)
    visit.page.set_viewport_size({"width": 1280, "height": SCREEN})
    page = compared(visit, VILLAGE_APPS, VILLAGE)
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 2 * SCREEN
    table = page.locator(".compare").first
    rows = table.locator("tbody tr")
    expect(rows.nth(0).locator("td").nth(1)).to_contain_text("Eingestellt")
    expect(rows.nth(0).locator("td").nth(1)).to_contain_text("der Nachfolger sollte deutlich mehr kosten")
    expect(rows.nth(1).locator("td").nth(0)).to_have_text("20.000\u00a0€")
    expect(rows.nth(1).locator("td").nth(3)).to_contain_text("rund 38.900 € in fünf Jahren")
    expect(rows.nth(1).locator("td").nth(3)).to_contain_text("für Sie: rund 32 € je Einwohner in fünf Jahren")
    expect(rows.nth(1).locator("td").nth(4)).to_contain_text("rund 57.200 € in fünf Jahren")
    expect(rows.nth(5).locator("td").nth(3)).to_contain_text(
        "Möglich durch Kauf; auch mit Dienstleister: Anbieter der Smart"
    )
    for row in rows.all():
        place = row.bounding_box()
        assert place is not None
        assert place["y"] + place["height"] <= 2 * SCREEN
    page.locator("summary").filter(has_text="Geld im Einzelnen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Geld im Einzelnen")).to_be_visible()


def test_heads_stay_in_view_and_are_links_above_stacked_cells_on_a_phone(visitor: Visitor) -> None:
    visit = visitor()
    page = compared(visit, VILLAGE_APPS, VILLAGE)
    page.evaluate("scrollTo(0, 500)")
    top = page.locator(".compare thead th").nth(2).bounding_box()
    assert top is not None
    assert top["y"] == 0
    page.set_viewport_size({"width": 390, "height": 844})
    links = page.locator(".compare thead").first.get_by_role("link")
    expect(links).to_have_count(4)
    places = [link.bounding_box() for link in links.all()]
    assert all(above and below and above["y"] < below["y"] for above, below in pairwise(places))
    page.locator("summary").filter(has_text="Geld im Einzelnen").click()
    expect(page.get_by_role("region", name="Geld im Einzelnen").locator("thead")).to_be_hidden()
    cell = page.locator(".compare td").nth(1)
    assert page.evaluate("e => getComputedStyle(e, '::before').content", cell.element_handle()) == '"Nottuln"'
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_whether_one_can_join_stands_beside_whether_one_is_a_member(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open("/loesungen/hamburg-dipas-loesung?ort=Musterdorf&ort_land=SH")
    page.get_by_text("inhouse über den kommunalen IT-Dienstleister, Dataport", exact=False).last.click()
    way = answered(page).locator("details[open]").first
    expect(way).to_contain_text("Ob Musterdorf zu Dataport gehört, ist hier nicht belegt.")
    expect(way).to_contain_text("Beitritt zu Dataport: DIPAS: Städte können den Dienst beziehen oder selbst betreiben.")


def test_a_hit_tells_less_on_a_phone_and_everything_on_a_wide_screen(visitor: Visitor) -> None:
    visit = visitor(width=390, java_script_enabled=False)
    page = visit.open("/suche?q=Starkregen")
    hit = page.locator(".hit").first
    lessons, limits = hit.locator(".hit-lessons li"), hit.locator(".line-limit")
    expect(lessons.nth(0)).to_be_visible()
    expect(lessons.nth(1)).to_be_hidden()
    tall = page.evaluate("[...document.querySelectorAll('.hit')].map(hit => hit.getBoundingClientRect().height)")
    assert sum(tall) / len(tall) <= 600
    page.set_viewport_size({"width": 1280, "height": SCREEN})
    expect(lessons.nth(1)).to_be_visible()
    expect(limits.first).to_be_visible()


@dataclass
class Clicks:
    """Somebody with a mouse: `count` is what was pressed, chosen, and entered to write into."""

    page: Page
    count: int = 0

    def press(self, element: Locator) -> None:
        element.click()
        self.count += 1

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first)

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=name, exact=True).first)

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)
        self.count += 1


def counted(clicks: Clicks, most: int) -> None:
    print(f"{clicks.count} clicks")
    assert clicks.count <= most


def test_a_mayor_comes_to_the_comparison_of_four_village_apps_in_few_clicks(visitor: Visitor) -> None:
    clicks = Clicks(visitor().open("/"))
    page = clicks.page
    clicks.link("Projekt starten")
    clicks.write(page.get_by_label("In wenigen Worten oder als Frage"), "Dorf-App")
    clicks.button("Weiter")
    clicks.write(page.get_by_label("Name des Ortes"), VILLAGE_NAME)
    clicks.button("Treffer zeigen" if page.get_by_role("button", name="Treffer zeigen").is_visible() else "Weiter")
    if page.get_by_label("Zeit in Monaten").is_visible():
        clicks.button("Treffer zeigen")
    for name in ("Smart Village App", "Nottuln", "Kreise Höxter und Lippe", "DorfFunk und StadtLand"):
        clicks.link(f"Vormerken : {name}")
    clicks.link("Vergleichen")
    table = page.locator(".compare").first
    expect(table).to_contain_text("Eingestellt")
    expect(table).to_contain_text("rund 57.200 € in fünf Jahren")
    expect(table).to_contain_text("je Einwohner in fünf Jahren")
    counted(clicks, 10)


def test_a_procurement_officer_comes_to_six_answers_in_few_clicks(visitor: Visitor) -> None:
    clicks = Clicks(visitor().open("/"))
    page = clicks.page
    for asked, title in (("Ulm Datenplattform", "Ulmer Datenplattform für"), ("Masterportal", "Masterportal: quell")):
        # The place goes along to the second solution, whose answer to the last town stands there at once.
        carried = clicks.count > 0
        if carried:
            clicks.link("Suchen")
        clicks.write(page.get_by_label("Was haben Sie vor?"), asked)
        clicks.button("Suchen")
        clicks.link(title)
        for town in TOWNS if not carried else reversed(TOWNS):
            section = answered(page)
            if not section.get_by_text("Beantwortet für:").is_visible():
                clicks.write(section.get_by_label("Name des Ortes"), town)
                clicks.button("Für diesen Ort beantworten")
            elif not section.get_by_text(f"Beantwortet für: {town}").is_visible():
                clicks.write(section.get_by_label("Anderer Ort"), town)
                clicks.button("Beantworten")
            expect(answered(page).get_by_text(f"Beantwortet für: {town}")).to_be_visible()
    counted(clicks, 17)
