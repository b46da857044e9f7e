"""A copy of the site is read from a folder (file://), searched in the browser, and works without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.looking import looked_at
from tests.webnode.copied import small_copy

RAIN = "Beispielkreis: Starkregenwarnung mit Sensoren"


@pytest.fixture(scope="module")
def site() -> str:
    """The folder, which is all that a page may ask for."""
    return small_copy()[1].as_uri()


def hits(page: Page) -> list[str]:
    expect(page.locator("#offline-suche")).to_be_visible()
    return page.locator(".hit-title").all_inner_texts()


def test_a_word_is_typed_and_a_hit_opened_by_keyboard(visitor: Visitor) -> None:
    page = visitor().open("/index.html")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("Starkregenwarnung")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suchen.html?q=Starkregenwarnung")
    assert hits(page)[0] == RAIN
    page.get_by_role("link", name=RAIN).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(RAIN)


def test_other_forms_parts_and_questions_find_it(visitor: Visitor) -> None:
    page = visitor().open("/suchen.html")
    start = page.url

    def found(typed: str) -> list[str]:
        page.goto(f"{start}?q={typed}")
        return hits(page)

    for typed in (
        "Starkregenwarnungen",
        "starkregen",
        "Warnung Starkregen",
        "Starkregenfrühwarnung",
        "STARKREGEN",
        "Wie warnen wir vor Starkregen?",
    ):
        assert found(typed)[0] == RAIN, typed
    # Umlauts may be written out.
    assert found("Mitfahrbänke") == found("Mitfahrbaenke") != []


def test_what_is_not_there_is_not_found_and_the_lists_stay(visitor: Visitor) -> None:
    page = visitor().open("/suchen.html?q=constructor")
    assert hits(page) == []
    expect(page.locator("#treffer")).to_contain_text("Nichts gefunden")
    page.locator("section[aria-labelledby=themen] a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator(".hit").count() > 0


def test_filters_narrow_down_and_are_removed(visitor: Visitor) -> None:
    page = visitor().open("/suchen.html")
    everything = hits(page)
    page.locator("#filter-listen").get_by_role("link", name="Fallstudie").click()
    page.wait_for_url("**art=case-study*")
    narrowed = hits(page)
    assert 0 < len(narrowed) < len(everything)
    page.get_by_role("link", name="Filter entfernen").click()
    page.wait_for_function("!location.search.includes('art=')")
    assert hits(page) == everything


def test_it_is_read_in_english(visitor: Visitor) -> None:
    page = visitor().open("/en/suchen.html?q=Starkregen")
    assert len(hits(page)) >= 1
    expect(page.locator("#treffer")).to_contain_text("record")
    page.locator(".hit-title a").first.click()
    assert page.url.startswith("file:")
    assert "/en/" in page.url
    assert page.locator("html").get_attribute("lang") == "en"


def test_without_javascript_lists_lead_to_every_record(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False).open("/index.html")
    page.get_by_role("button", name="Suchen").click()
    page.wait_for_url("**/suchen.html?q=")
    assert not page.locator("#offline-suche").is_visible()
    expect(page.locator("noscript p")).to_have_text(
        "Die Suche in dieser Kopie braucht JavaScript. Die Listen unten kommen ohne aus."
    )
    page.locator("section[aria-labelledby=arten]").get_by_role("link", name="Fallstudien").click()
    page.get_by_role("link", name=RAIN).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(RAIN)


def test_axe_finds_nothing(visitor: Visitor, axe_source: str) -> None:
    visit = visitor(bypass_csp=True)
    found: dict[str, Any] = {}
    for name in ("suchen.html?q=Warnung", "index.html", "en/fallstudien/beispielkreis-starkregen.html"):
        found |= looked_at(visit.open(f"/{name}"), axe_source)
    assert found == {}
