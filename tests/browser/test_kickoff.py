"""From the start page to a finished reuse memo with the published content, and every activation is counted.

An activation is what a click with the mouse would be: a link followed, a button pressed, a list changed, a box ticked,
or a text field clicked to write in it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Download, Page, expect
from pypdf import PdfReader

from app.web.factory import create_app
from tests.browser.conftest import Visit, Visitor
from tests.browser.looking import violations_wide_and_narrow
from tests.browser.test_reading import focus_is_visible
from tests.prepared import seeded_node
from tests.serving import serving
from tests.webnode.node import settings

MOST_ACTIVATIONS = 12
WAYS = [
    pytest.param({}, id="keyboard"),
    pytest.param({"java_script_enabled": False}, id="without-javascript"),
    pytest.param({"width": 390, "has_touch": True}, id="phone"),
]
TAKEN, REJECTED = "Landkreis Fulda", "Etteln"
FOCUSED = "document.activeElement"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running node with the content of this repository."""
    services = seeded_node(settings(tmp_path_factory.mktemp("kickoff")))
    services.follow()
    with serving(create_app(services)) as address:
        yield address
    services.close()


@dataclass
class Asker:
    """Somebody who uses the keyboard only; `activations` counts what would be clicks."""

    page: Page
    activations: int = 0

    def follow(self, name: str) -> None:
        """Go to a link or button whose words begin so, and press it."""
        self._go_to(name)
        with self.page.expect_navigation():
            self._press("Enter")

    def write(self, label: str, text: str) -> None:
        """Go to the field with this label, unless one is there already, and write into it."""
        words = f"(({FOCUSED}.labels || [])[0] || {{innerText: ''}}).innerText.trim()"
        if not self.page.evaluate(words).startswith(label):
            self._tab_to(words, label)
            self.activations += 1
        self.page.keyboard.type(text)

    def go_on(self) -> None:
        """Press the button that leads to the next step, where the steps come one at a time."""
        if self.page.get_by_role("button", name="Weiter").is_visible():
            self._go_to("Weiter")
            self._press("Enter")

    def tick(self, label: str) -> None:
        """Go to the box with this label and tick it."""
        self._tab_to(f"(({FOCUSED}.labels || [])[0] || {{innerText: ''}}).innerText.trim()", label)
        self._press("Space")

    def decide(self, option: str) -> None:
        """Go to the next group of options that is chosen from with the arrow keys, and choose."""
        self._tab_to(f"{FOCUSED}.type || ''", "radio")
        self.activations += 1
        for _ in range(8):
            if self.page.evaluate(f"{FOCUSED}.labels[0].innerText.trim()") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{option} is not among the options")

    def download(self, name: str) -> bytes:
        """Press a button that hands out a file, and return the file."""
        with self.page.expect_download() as found:
            self._go_to(name)
            self._press("Enter")
        download: Download = found.value
        return download.path().read_bytes()

    def _go_to(self, name: str) -> None:
        words = f"({FOCUSED}.getAttribute('aria-label') || {FOCUSED}.innerText || '')"
        # What only screen readers say begins in a line of its own.
        self._tab_to(f"{words}.trim().replace(/\\s*:\\s*/, ': ')", name)

    def _press(self, key: str) -> None:
        self.activations += 1
        self.page.keyboard.press(key)

    def _tab_to(self, words: str, name: str, limit: int = 200) -> None:
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(words).startswith(name):
                assert focus_is_visible(self.page), name
                return
        raise AssertionError(f"{name} cannot be reached with the keyboard")


@pytest.fixture(params=WAYS)
def asker(visitor: Visitor, request: pytest.FixtureRequest) -> Asker:
    visit: Visit = visitor(accept_downloads=True, **request.param)
    return Asker(visit.open("/"))


def ask(asker: Asker) -> None:
    """Ask as the district of Odenwald does, which wants to warn of heavy rain within a year."""
    asker.follow("Projekt starten")
    asker.write("In wenigen Worten oder als Frage", "Starkregen Warnung")
    asker.go_on()
    asker.write("Name des Ortes", "Odenwaldkreis")
    asker.go_on()
    asker.write("Zeit in Monaten", "12")
    asker.tick("Nur Open Source")
    asker.follow("Treffer zeigen")


def test_from_the_start_page_to_a_finished_memo(asker: Asker) -> None:
    page = asker.page
    ask(asker)
    expect(page.locator("#lage > summary")).to_have_text(
        "Ihre Lage: Odenwaldkreis, Landkreis, Hessen, 96.798 Einw. · 12 Monate · nur Open Source · ändern"
    )
    asker.follow(f"Vormerken: {TAKEN}")
    expect(page.get_by_role("navigation", name="Ihre Auswahl")).to_contain_text("1 vorgemerkt")
    asker.follow("Nachnutzungsvermerk erstellen")
    asker.decide("wird nachgenutzt")
    asker.write("Begründung", "Gleiches Land, gleiche Aufgabe.")
    document = asker.download("ODT")
    print(f"{asker.activations} clicks")
    assert asker.activations <= MOST_ACTIVATIONS
    printed = asker.download("PDF")
    assert_memo(document, printed)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("place", ["Odenwaldkreis", "Fulda", "Nirgendwohausen"])
def test_the_first_hit_is_seen_without_scrolling(visitor: Visitor, width: int, height: int, place: str) -> None:
    page = visitor(width=width).open(f"/suche?q=Starkregen+Warnung&ort={place}&monate=12&nur_offen=1")
    page.set_viewport_size({"width": width, "height": height})
    title = page.locator(".hit-title").first.bounding_box()
    assert title is not None
    assert title["y"] + title["height"] <= height


def test_the_steps_come_one_at_a_time_and_each_can_be_skipped(visitor: Visitor) -> None:
    page = visitor().open("/projektstart")
    steps = page.locator("[data-step]")
    for number in range(2):
        expect(page.locator("[data-step]:visible")).to_have_count(1)
        expect(steps.nth(number)).to_be_visible()
        page.get_by_role("button", name="Weiter").click()
    expect(steps.nth(2)).to_be_visible()
    page.get_by_role("button", name="Zurück").click()
    page.get_by_label("Name des Ortes").fill("Odenwaldkreis")
    page.get_by_label("Name des Ortes").press("Enter")
    expect(page.get_by_label("Zeit in Monaten")).to_be_focused()
    page.get_by_label("Zeit in Monaten").press("Enter")
    page.wait_for_url(re.compile("/suche"))
    expect(page.locator("#lage > summary")).to_contain_text("Odenwaldkreis, Landkreis, Hessen")


def assert_memo(document: bytes, printed: bytes) -> None:
    text = zipfile.ZipFile(io.BytesIO(document)).read("content.xml").decode()
    pages = PdfReader(io.BytesIO(printed))
    on_paper = " ".join(" ".join(page.extract_text().split()) for page in pages.pages)
    for words in ("Starkregen Warnung", "Odenwaldkreis", "Gleiches Land, gleiche Aufgabe.", TAKEN):
        assert words in text
        assert words in on_paper


ASKED = "q=Starkregen+Warnung&ort_land=HE&ort_art=district&einwohner=90000&monate=12&nur_offen=1&stand=idea"
PAGES = [
    "/projektstart",
    "/projektstart?ort=Neustadt&monate=viele&naehe=7&ort_land=XX",
    "/projektstart?ort=Nirgendwohausen",
    "/suche?q=Starkregen&ort=Neustadt",
    f"/suche?{ASKED}",
    f"/suche?{ASKED}&nur_beziehbar=1&ort=Landkreis+Fulda&mitglied=ekom21",
    f"/en/suche?{ASKED}",
]


def test_axe_finds_nothing(visitor: Visitor, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    chosen = decided(visit)
    for path in [*PAGES, chosen, chosen.replace("/suche", "/auswahl").partition("#")[0]]:
        page = visit.open(path)
        page.evaluate("for (const step of document.querySelectorAll('[data-step]')) step.hidden = false")
        assert violations_wide_and_narrow(page, axe_source) == [], path


def decided(visit: Visit) -> str:
    """Put one hit aside and mark another as not suitable, and return the address of the page then."""
    page = visit.open(f"/suche?{ASKED}")
    page.get_by_role("link", name=re.compile(f"Vormerken ?: {TAKEN}")).click()
    page.get_by_role("link", name=re.compile(f"Nicht geeignet ?: {REJECTED}")).click()
    return page.url.removeprefix(visit.site)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_is_wider_than_the_window(visitor: Visitor, width: int) -> None:
    visit = visitor(width=width)
    for path in PAGES:
        page = visit.open(path)
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, path


def test_a_place_from_the_list_fills_the_fields_and_stays_editable(asker: Asker) -> None:
    page = asker.page
    asker.follow("Projekt starten")
    asker.write("In wenigen Worten oder als Frage", "Rufbus")
    asker.go_on()
    asker.write("Name des Ortes", "Fulda")
    asker.follow("Ort nachschlagen")
    asker.follow("Landkreis Fulda")
    expect(page.get_by_label("Name des Ortes")).to_have_value("Landkreis Fulda")
    expect(page.locator("[data-place-said]")).to_have_text("Landkreis Fulda, Hessen, 222.584 Einw.")
    page.get_by_text("Mein Ort fehlt").click()
    expect(page.locator("#ort_land")).to_have_value("HE")
    expect(page.get_by_label("Art des Ortes")).to_have_value("district")
    expect(page.locator("#q")).to_have_value("Rufbus")
    page.get_by_label("Einwohnerzahl").fill("225.000")
    page.get_by_role("button", name="Treffer zeigen").click()
    expect(page.locator("#lage > summary")).to_have_text("Ihre Lage: Landkreis Fulda, Hessen, 225.000 Einw. · ändern")


def test_a_place_is_offered_while_somebody_types_and_fills_what_is_known(visitor: Visitor) -> None:
    page = visitor().open("/projektstart#wo")
    field = page.get_by_label("Name des Ortes")
    page.get_by_text("Mein Ort fehlt").click()
    page.locator("#ort_groesse").select_option(index=1)
    field.fill("Landkreis Ful")
    offered = page.locator("#ort-liste option").first
    expect(offered).to_have_attribute("value", re.compile(r"Fulda.*Hessen"))
    field.fill(offered.get_attribute("value") or "")
    expect(field).to_have_value(re.compile(r"^[^()]*Fulda$"))
    expect(page.locator("[data-place-said]")).to_contain_text("222.584 Einw.")
    expect(page.locator("#ort_land")).to_have_value("HE")
    expect(page.locator("#ort_art")).to_have_value("district")
    expect(page.locator("#ort_groesse")).to_have_value("")


def test_a_misspelt_place_is_offered_by_likeness_with_what_was_typed(visitor: Visitor) -> None:
    page = visitor().open("/projektstart#wo")
    field = page.get_by_label("Name des Ortes")
    field.press_sequentially("Landkreis Fudla")
    offered = page.locator("#ort-liste option").first
    expect(offered).to_have_attribute("value", re.compile(r"^Landkreis Fulda \(Hessen"))
    # Browsers leave out of the list what has nowhere in it what was typed.
    expect(offered).to_have_attribute("label", re.compile("^ähnlich wie „Landkreis Fudla“: Landkreis Fulda"))
    field.press_sequentially(" ")
    expect(offered).to_have_attribute("label", re.compile("^ähnlich wie „Landkreis Fudla “: Landkreis Fulda"))
    field.fill(offered.get_attribute("value") or "")
    expect(page.locator("[data-place-said]")).to_contain_text("222.584 Einw.")
    expect(field).to_have_value("Landkreis Fulda")
    field.fill("Landkreis Ful")
    expect(offered).not_to_have_attribute("label", re.compile(""))


def test_nothing_that_is_chosen_is_cut_on_a_phone(visitor: Visitor) -> None:
    page = visitor(width=390).open("/projektstart#wo")
    page.get_by_text("Mein Ort fehlt").click()
    for name, label in (("ort_land", "Mecklenburg-Vorpommern"), ("ort_groesse", "unter 5.000 Einwohner")):
        page.locator(f"#{name}").select_option(label=label)
    cut = """() => {
        const pen = document.createElement('canvas').getContext('2d');
        const isCut = (list) => {
            const look = getComputedStyle(list);
            pen.font = look.font;
            const room = list.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
            return pen.measureText(list.selectedOptions[0].text).width > room;
        };
        return [...document.querySelectorAll('#ort_land, #ort_groesse')].filter(isCut).map(list => list.id);
    }"""
    assert page.evaluate(cut) == []
