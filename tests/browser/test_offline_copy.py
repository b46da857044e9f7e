"""A copy of the site is read from a folder (file://), searched in the browser, and works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.looking import violations_wide_and_narrow
from tests.webnode.copied import small_copy

Opened = Callable[..., Page]
RAIN = "Beispielkreis: Starkregenwarnung mit Sensoren"


@pytest.fixture(scope="session")
def folder() -> Path:
    return small_copy()[1]


@pytest.fixture
def opened(browser: Browser, folder: Path) -> Iterator[Opened]:
    """Open a file of the copy; nobody may complain, and nothing but the folder may be asked for."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(name: str, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type != "info" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((folder.as_uri(), "data:")) else complaints.append(asked.url),
        )
        page.goto(f"{folder.as_uri()}/{name}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def hits(page: Page) -> list[str]:
    expect(page.locator("#offline-suche")).to_be_visible()
    return page.locator(".hit-title").all_inner_texts()


def test_a_word_is_typed_and_a_hit_opened_by_keyboard(opened: Opened) -> None:
    page = opened("index.html")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("Starkregenwarnung")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suchen.html?q=Starkregenwarnung")
    assert hits(page)[0] == RAIN
    page.get_by_role("link", name=RAIN).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(RAIN)


@pytest.mark.parametrize(
    "typed",
    [
        "Starkregenwarnungen",
        "starkregen",
        "Warnung Starkregen",
        "Starkregenfrühwarnung",
        "STARKREGEN",
        "Wie warnen wir vor Starkregen?",
    ],
)
def test_other_forms_parts_and_questions_find_it(opened: Opened, typed: str) -> None:
    assert hits(opened(f"suchen.html?q={typed}"))[0] == RAIN


def test_umlauts_may_be_written_out(opened: Opened) -> None:
    assert hits(opened("suchen.html?q=Mitfahrbänke")) == hits(opened("suchen.html?q=Mitfahrbaenke")) != []


def test_what_is_not_there_is_not_found_and_the_lists_stay(opened: Opened) -> None:
    page = opened("suchen.html?q=constructor")
    assert hits(page) == []
    expect(page.locator("#treffer")).to_contain_text("Nichts gefunden")
    page.locator("section[aria-labelledby=themen] a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator(".hit").count() > 0


def test_filters_narrow_down_and_are_removed(opened: Opened) -> None:
    page = opened("suchen.html")
    everything = hits(page)
    page.locator("#filter-listen").get_by_role("link", name="Fallstudie").click()
    page.wait_for_url("**art=case-study*")
    narrowed = hits(page)
    assert 0 < len(narrowed) < len(everything)
    page.get_by_role("link", name="Filter entfernen").click()
    page.wait_for_function("!location.search.includes('art=')")
    assert hits(page) == everything


def test_it_is_read_in_english(opened: Opened) -> None:
    page = opened("en/suchen.html?q=Starkregen")
    assert len(hits(page)) >= 1
    expect(page.locator("#treffer")).to_contain_text("record")
    page.locator(".hit-title a").first.click()
    assert page.url.startswith("file:")
    assert "/en/" in page.url
    assert page.locator("html").get_attribute("lang") == "en"


def test_without_javascript_lists_lead_to_every_record(opened: Opened) -> None:
    page = opened("index.html", java_script_enabled=False)
    page.get_by_role("button", name="Suchen").click()
    page.wait_for_url("**/suchen.html?q=")
    assert not page.locator("#offline-suche").is_visible()
    expect(page.locator("noscript p")).to_have_text(
        "Die Suche in dieser Kopie braucht JavaScript. Die Listen unten kommen ohne aus."
    )
    page.locator("section[aria-labelledby=arten]").get_by_role("link", name="Fallstudien").click()
    page.get_by_role("link", name=RAIN).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(RAIN)


@pytest.mark.parametrize(
    "name", ["suchen.html?q=Warnung", "index.html", "en/fallstudien/beispielkreis-starkregen.html"]
)
def test_axe_finds_nothing(opened: Opened, axe_source: str, name: str) -> None:
    page = opened(name, bypass_csp=True)
    assert violations_wide_and_narrow(page, axe_source) == []
