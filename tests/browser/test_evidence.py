"""Whether one can obtain it, how far it is a product, and records side by side: as one can read them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.looking import violations_wide_and_narrow
from tests.webnode.node import RUNNING, SOLUTION, SOLUTION_PAGE, STOPPED, STOPPED_PAGE

PLACE = "ort=Musterdorf&ort_land=HE&ort_art=municipality"
THREE = f"gemerkt={STOPPED}&gemerkt={SOLUTION}&abgelehnt={RUNNING}"
PAGES = [
    f"{SOLUTION_PAGE}?{PLACE}&mitglied=beispielverbund",
    f"{SOLUTION_PAGE}?{PLACE}",
    f"{SOLUTION_PAGE}?ort=Fulda",
    f"{STOPPED_PAGE}?{PLACE}",
    f"/vergleich?{THREE}&{PLACE}",
    f"/vergleich?gemerkt={STOPPED}",
    "/vergleich",
    "/produktreife",
    "/produktreife?erfuellt=sales_role",
    f"/en/vergleich?{THREE}&{PLACE}",
]


def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visitor: Visitor, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    found = {}
    for path in PAGES:
        page = visit.open(path)
        if wrong := violations_wide_and_narrow(page, axe_source):
            found[path] = wrong
    assert found == {}


def test_a_place_is_answered_with_the_form_and_without_javascript(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open(f"{SOLUTION_PAGE}?monate=12")
    section = page.locator("section[aria-labelledby=beziehbar]")
    section.get_by_label("Land").select_option("HE")
    section.get_by_label("Art des Ortes").select_option("municipality")
    section.get_by_text("Mitgliedschaften in Verbänden").click()
    section.get_by_label("Beispielverbund").check()
    section.get_by_role("button", name="Für diesen Ort beantworten").click()
    expect(section.get_by_role("heading", level=3).first).to_have_text("Ihre Kommune: ja, wenn Ihre Angabe zutrifft")
    section.get_by_text("1. inhouse über den kommunalen IT-Dienstleister").click()
    expect(section.get_by_role("img").first).to_have_accessible_name(re.compile("Ihre Kommune – gehört zu"))
    assert "monate=12" in page.url


def test_the_chain_is_drawn_in_the_colour_of_the_text(visitor: Visitor) -> None:
    page = visitor(color_scheme="dark").open(PAGES[0])
    same = page.evaluate(
        """() => {
            const box = document.querySelector('.chain-picture rect');
            return getComputedStyle(box).stroke === getComputedStyle(document.querySelector('main')).color;
        }"""
    )
    assert same


def test_on_a_phone_each_cell_says_whose_it_is(visitor: Visitor) -> None:
    page = visitor(width=390).open(f"/vergleich?{THREE}")
    cell = page.locator(".compare td").first
    assert page.evaluate("e => getComputedStyle(e, '::before').content", cell.element_handle()) == '"Beispielstadt"'
    expect(page.locator(".compare thead").first.get_by_role("link").first).to_be_visible()
    expect(page.locator(".compare thead").first.get_by_text("Verglichen wird")).to_be_hidden()


def test_on_a_wide_window_the_first_column_stays_in_view(visitor: Visitor) -> None:
    page = visitor(width=800).open(f"/vergleich?{THREE}")
    before = page.locator(".compare tbody th").first.bounding_box()
    page.evaluate("document.querySelector('.compare').scrollLeft = 300")
    after = page.locator(".compare tbody th").first.bounding_box()
    assert before is not None
    assert after is not None
    assert before["x"] == after["x"]


def test_the_comparison_prints_landscape(visitor: Visitor) -> None:
    page = visitor().open(f"/vergleich?{THREE}")
    paper = page.pdf(prefer_css_page_size=True)
    sizes = {(float(w), float(h)) for w, h in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)}
    assert sizes
    assert all(width > height for width, height in sizes)


def test_the_table_can_be_saved(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open(f"/vergleich?{THREE}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Als Tabelle speichern (CSV)").click()
    assert download.value.suggested_filename == "vergleich.csv"
