"""What a reader does, as one can do it: with the keyboard only, without JavaScript, on a phone, in the dark."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Visit, Visitor
from tests.webnode.node import STOPPED, STOPPED_PAGE

WAYS = [
    pytest.param({}, id="desktop"),
    pytest.param({"java_script_enabled": False}, id="without-javascript"),
    pytest.param({"width": 390, "has_touch": True}, id="phone"),
    pytest.param({"width": 320}, id="narrow"),
    pytest.param({"color_scheme": "dark"}, id="dark"),
    pytest.param({"reduced_motion": "reduce", "forced_colors": "active"}, id="forced-colours"),
]


def tab_to(page: Page, name: str, limit: int = 120) -> None:
    """Press the tab key until the element with this name has the focus, and is seen to have it."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.innerText || '').trim()").startswith(name):
            assert focus_is_visible(page), name
            return
    raise AssertionError(f"{name} cannot be reached with the keyboard")


def focus_is_visible(page: Page) -> bool:
    return bool(
        page.evaluate(
            """() => {
                // A link that covers its card shows the focus around the card.
                const around = document.activeElement.matches('.kern-link--stretched') ? '::after' : null;
                const style = getComputedStyle(document.activeElement, around);
                const box = document.activeElement.getBoundingClientRect();
                const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                return (outlined || style.boxShadow !== 'none') && box.width > 0 && box.height > 0;
            }"""
        )
    )


def follow(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


@pytest.fixture(params=WAYS)
def visit(visitor: Visitor, request: pytest.FixtureRequest) -> Visit:
    return visitor(**request.param)


def test_search_filter_read_with_the_keyboard_only(visit: Visit) -> None:
    page = visit.open("/")
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
    follow(page, "Link")
    # The address follows the click a moment later.
    page.wait_for_url(f"**{STOPPED_PAGE}#lehre-standort")


def test_compare_versions_with_the_keyboard_only(visit: Visit) -> None:
    page = visit.open(STOPPED_PAGE)
    follow(page, "Alle Fassungen und Änderungen")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fassungen von")
    page.get_by_label("Frühere Fassung").focus()
    page.keyboard.press("ArrowDown")
    follow(page, "Vergleichen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Änderungen von Fassung 1 zu Fassung 3")
    expect(page.get_by_role("heading", level=2, name="Lehren: geändert")).to_be_visible()
    follow(page, "Beispielstadt: Mitfahrbank")
    page.wait_for_url(f"**{STOPPED_PAGE}")


def test_menu_leads_everywhere(visit: Visit) -> None:
    page = visit.open("/impressum")
    if page.get_by_text("Menü", exact=True).is_visible():
        follow(page, "Menü")
    follow(page, "Handlungsfelder")
    expect(page.get_by_role("heading", level=1)).to_have_text("Handlungsfelder")
    follow(page, "Mobilität")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mobilität")


def test_nothing_is_wider_than_the_window(visit: Visit) -> None:
    paths = ["/", "/suche?q=Starkregen", STOPPED_PAGE, "/loesungen/beispielportal-loesung", f"/r/{STOPPED}/vergleich",
             f"/r/{STOPPED}/verlauf", "/themen", "/datenschutz", "/nirgends"]  # fmt: skip
    for path in paths:
        page = visit.open(path)
        wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, path


def test_links_and_buttons_are_large_enough_to_hit(visit: Visit) -> None:
    small = """() => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]
        .filter(e => e.offsetParent && getComputedStyle(e).display !== 'inline' && !e.closest('.skip-link'))
        .map(e => [e.getBoundingClientRect(), e])
        .filter(([box]) => box.height > 0 && Math.min(box.width, box.height) < 24)
        .map(([box, e]) => e.outerHTML.slice(0, 80) + ' ' + box.width + 'x' + box.height)"""
    for path in ("/", "/suche?q=Starkregen", STOPPED_PAGE, f"/r/{STOPPED}/verlauf"):
        assert visit.open(path).evaluate(small) == [], path


def test_deep_link_shows_its_lesson(visit: Visit) -> None:
    page = visit.open(f"{STOPPED_PAGE}#lehre-zustaendig")
    expect(page.locator("#lehre-zustaendig")).to_be_in_viewport()


def test_other_language_keeps_the_place(visitor: Visitor) -> None:
    page = visitor().open(STOPPED_PAGE)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=2, name="Lessons")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_paper_shows_the_whole_record_and_its_permanent_address(visitor: Visitor, *, scripts: bool) -> None:
    page = visitor(java_script_enabled=scripts).open(STOPPED_PAGE)
    page.emulate_media(media="print")
    expect(page.get_by_text(f"/r/{STOPPED}/v/3").first).to_be_visible()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in sheets)
    # Nothing can be opened on paper, so it stands open: a step, a source, the licence.
    for text in ("Die Stadt stellte drei Bänke auf", "Kaum jemand fuhr mit", "CC BY 4.0"):
        assert text in words
    assert len(sheets) <= 4


def test_a_link_into_a_folded_part_opens_it(visit: Visit) -> None:
    page = visit.open(f"{STOPPED_PAGE}#approach")
    expect(page.locator("#approach")).to_be_in_viewport()
    page.locator("sup.source-refs a").first.click()
    expect(page.locator("li[id^=quelle-]").first).to_be_visible()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_menu_stays_on_one_line_on_a_wide_screen(visitor: Visitor, prefix: str) -> None:
    page = visitor(java_script_enabled=False).open(f"{prefix}/")
    # The letters of the fallback are wider.
    page.evaluate("document.fonts.ready.then(() => null)")
    lines = page.evaluate("new Set([...document.querySelectorAll('.menu-open li')].map(e => e.offsetTop)).size")
    assert lines == 1
