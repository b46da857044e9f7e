"""What a reader does, as one can do it: with the keyboard only, without JavaScript, on a phone, in the dark."""

import re
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import Visitor
from tests.browser.writing import follow
from tests.webnode.node import RUNNING, SOLUTION, SOLUTION_PAGE, STOPPED, STOPPED_PAGE

THREE = f"/auswahl?gemerkt={STOPPED}&gemerkt={SOLUTION}&abgelehnt={RUNNING}"


@pytest.mark.parametrize("scripts", [True, False])
def test_search_filter_read_with_the_keyboard_only(visitor: Visitor, scripts: bool) -> None:
    page = visitor(java_script_enabled=scripts).open("/")
    follow(page, "Zum Inhalt")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Was haben Sie vor?")).to_be_focused()
    page.keyboard.type("Mitfahrten")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Einträge zu „Mitfahrten“")).to_be_visible()
    follow(page, "Zu den Filtern")
    follow(page, "Fallstudie")
    expect(page.get_by_role("link", name="Filter entfernen Art des Eintrags: Fallstudie")).to_be_visible()
    follow(page, "Beispielstadt: Mitfahrbank")
    expect(page.get_by_role("heading", level=1)).to_have_text("Beispielstadt: Mitfahrbank nach einem Jahr eingestellt")
    follow(page, "Teilen")
    expect(page.get_by_role("link", name="PDF", exact=True)).to_be_visible()


@pytest.mark.parametrize("way", [{"java_script_enabled": False}, {"forced_colors": "active"}])
def test_compare_versions_with_the_keyboard_only(visitor: Visitor, way: dict[str, Any]) -> None:
    page = visitor(**way).open(STOPPED_PAGE)
    follow(page, "Fassungen, Lizenz, Herkunft")
    follow(page, "Alle Fassungen und Änderungen")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fassungen von")
    page.get_by_label("Frühere Fassung").focus()
    page.keyboard.press("ArrowDown")
    follow(page, "Vergleichen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Änderungen von Fassung 1 zu Fassung 3")
    expect(page.get_by_role("heading", level=2, name="Lehren: geändert")).to_be_visible()
    follow(page, "Beispielstadt: Mitfahrbank")
    page.wait_for_url(f"**{STOPPED_PAGE}")


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_menu_leads_everywhere(visitor: Visitor, scripts: bool) -> None:
    page = visitor(width=390, has_touch=True, java_script_enabled=scripts).open("/impressum")
    follow(page, "Stöbern")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stöbern")
    follow(page, "Mobilität")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mobilität")


def test_links_and_buttons_are_large_enough_to_hit(visitor: Visitor) -> None:
    small = """() => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]
        .filter(e => e.offsetParent && getComputedStyle(e).display !== 'inline' && !e.closest('.skip-link'))
        .map(e => [e.getBoundingClientRect(), e])
        .filter(([box]) => box.height > 0 && Math.min(box.width, box.height) < 24)
        .map(([box, e]) => e.outerHTML.slice(0, 80) + ' ' + box.width + 'x' + box.height)"""
    visit = visitor()
    for path in ("/", "/suche?q=Starkregen", STOPPED_PAGE, f"/r/{STOPPED}/verlauf"):
        page = visit.open(path)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(small) == [], path


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_opens_the_folded_part_it_leads_into(visitor: Visitor, scripts: bool) -> None:
    page = visitor(java_script_enabled=scripts).open(f"{STOPPED_PAGE}#lehre-zustaendig")
    expect(page.locator("#lehre-zustaendig")).to_be_in_viewport()
    page = visitor(java_script_enabled=scripts).open(f"{STOPPED_PAGE}#approach")
    expect(page.locator("#approach")).to_be_in_viewport()
    page.locator("sup.source-refs a").first.click()
    expect(page.locator("li[id^=quelle-]").first).to_be_visible()


def test_paper_shows_what_matters_with_sources_and_the_permanent_address(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open(STOPPED_PAGE)
    page.emulate_media(media="print")
    expect(page.get_by_text(f"/r/{STOPPED}/v/3").first).to_be_visible()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in sheets)
    # Nothing can be opened on paper: a lesson, a result, a source and the licence stand there.
    for text in ("Stellen Sie die Bank dorthin", "40 Mitfahrten gezählt", "Kaum jemand fuhr mit", "CC BY 4.0"):
        assert text in words
    assert "Vorgehen" not in words, "what is folded has no heading either"
    assert len(sheets) <= 2


@pytest.mark.parametrize("width", [1280, 390])
def test_the_menu_stays_on_one_line(visitor: Visitor, width: int) -> None:
    visit = visitor(java_script_enabled=False, width=width)
    for path in (f"/?gemerkt={STOPPED}", f"/en/?gemerkt={STOPPED}"):
        page = visit.open(path)
        # The letters of the fallback are wider.
        page.evaluate("document.fonts.ready.then(() => null)")
        lines = page.evaluate("new Set([...document.querySelectorAll('.menu li')].map(e => e.offsetTop)).size")
        assert lines == 1, path


def test_a_place_is_answered_with_the_form_and_without_javascript(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open(f"{SOLUTION_PAGE}?monate=12")
    section = page.locator("section[aria-labelledby=beziehbar]")
    section.get_by_text("Land, Einwohnerzahl, Mitgliedschaften").click()
    section.get_by_label("Land").select_option("HE")
    section.get_by_label("Art des Ortes").select_option("municipality")
    section.get_by_label("Beispielverbund").check()
    section.get_by_role("button", name="Für diesen Ort beantworten").click()
    expect(section.get_by_role("heading", level=3).first).to_have_text("Ihre Kommune: ja, wenn Ihre Angabe zutrifft")
    section.get_by_text("1. inhouse über den kommunalen IT-Dienstleister").click()
    expect(section.get_by_role("img").first).to_have_accessible_name(re.compile("Ihre Kommune – gehört zu"))
    assert "monate=12" in page.url


def test_the_chain_is_drawn_in_the_colour_of_the_text(visitor: Visitor) -> None:
    page = visitor(color_scheme="dark").open(
        f"{SOLUTION_PAGE}?ort=Musterdorf&ort_land=HE&ort_art=municipality&mitglied=beispielverbund"
    )
    same = page.evaluate(
        """() => {
            const box = document.querySelector('.chain-picture rect');
            return getComputedStyle(box).stroke === getComputedStyle(document.querySelector('main')).color;
        }"""
    )
    assert same


def test_the_comparison_on_a_phone_in_a_narrow_window_and_on_paper(visitor: Visitor) -> None:
    page = visitor(width=390, java_script_enabled=False).open(THREE)
    cell = page.locator(".compare td").first
    assert page.evaluate("e => getComputedStyle(e, '::before').content", cell.element_handle()) == '"Beispielstadt"'
    expect(page.locator(".compare thead").first.get_by_role("link").first).to_be_visible()
    expect(page.locator(".compare thead").first.get_by_text("Verglichen wird")).to_be_hidden()

    page.set_viewport_size({"width": 800, "height": 900})
    before = page.locator(".compare tbody th").first.bounding_box()
    page.evaluate("document.querySelector('.compare').scrollLeft = 300")
    after = page.locator(".compare tbody th").first.bounding_box()
    assert before is not None
    assert after is not None
    assert before["x"] == after["x"]

    paper = page.pdf(prefer_css_page_size=True)
    sizes = {(float(w), float(h)) for w, h in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)}
    assert sizes
    assert all(width > height for width, height in sizes)


def test_suggestion_is_chosen_with_the_keyboard(visitor: Visitor) -> None:
    page = visitor().open("/")
    field = page.get_by_label("Was haben Sie vor?").first
    field.press_sequentially("Mitf")
    first = page.get_by_role("listbox", name="Vorschläge").get_by_role("option").first
    expect(first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    words = first.inner_text()
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    field.press("Enter")
    expect(page.get_by_label("Was haben Sie vor?")).to_have_value(words)
    assert "/suche?q=" in page.url


def test_suggestions_close_with_escape_and_one_is_chosen_with_the_mouse(visitor: Visitor) -> None:
    page = visitor().open("/suche")
    field = page.get_by_label("Was haben Sie vor?").first
    suggestions = page.get_by_role("listbox", name="Vorschläge")
    field.press_sequentially("Mitf")
    expect(suggestions.get_by_role("option").first).to_be_visible()
    field.press("Escape")
    expect(suggestions).to_be_hidden()
    expect(field).to_have_value("Mitf")
    field.fill("")
    field.press_sequentially("Star")
    suggestions.get_by_role("option").first.click()
    page.wait_for_url("**/suche?q=*")
