"""The card of a record in a page of another site, without JavaScript, in both colour schemes."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, FrameLocator, Page

from tests.browser.conftest import Visitor
from tests.serving import serving
from tests.webnode.node import STOPPED, STOPPED_PAGE


@pytest.fixture
def foreign(site: str, visitor: Visitor) -> Iterator[str]:
    """The address of a town's page with the pieces that the site gives to copy, and with one that it does not give."""
    page = visitor().open(f"/einbetten/{STOPPED}/anleitung")
    pieces = [page.locator("textarea").nth(number).input_value() for number in range(3)]
    home = page.locator("textarea").first.input_value().partition('src="')[2].partition("/einbetten")[0]
    there = Flask("rathaus")

    @there.get("/")
    def town() -> str:
        body = "".join(pieces).replace(home, site)
        refused = f'<iframe name="verboten" src="{site}{STOPPED_PAGE}"></iframe>'
        return f"<!doctype html><html lang=de><title>Rathaus</title><h1>Rathaus</h1>{body}{refused}"

    with serving(there) as address:
        # Another name of the same machine is another origin.
        yield address.replace("127.0.0.1", "localhost")


def card_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe >> nth=0")


def test_the_card_shows_in_a_foreign_page_and_nothing_else_does(browser: Browser, foreign: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(foreign)
    assert "Mitfahrbank" in (card_of(page).locator("h1").text_content() or "")
    assert card_of(page).locator("dt").count() >= 5
    assert card_of(page).locator("main").evaluate("e => getComputedStyle(e.parentElement).borderTopWidth") == "1px"
    assert page.frame_locator("iframe[name=verboten]").locator("h1").count() == 0
    assert_pictures(page)

    # A link of the card opens a window of its own.
    with context.expect_page():
        card_of(page).locator("h1 a").click()
    assert page.url.removesuffix("/") == foreign
    assert card_of(page).locator("h1").count() == 1

    # Card and pictures show when the page is opened again and nothing has changed.
    page.reload()
    assert "Mitfahrbank" in (card_of(page).locator("h1").text_content() or "")
    assert_pictures(page)
    context.close()


def assert_pictures(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    pictures = page.locator("img").all()
    assert pictures
    for picture in pictures:
        assert picture.evaluate("e => e.naturalWidth") > 0
        assert picture.get_attribute("alt")


def test_the_card_takes_the_reader_s_colours(visitor: Visitor) -> None:
    page = visitor(width=390, java_script_enabled=False).open(f"/einbetten/{STOPPED}")
    for scheme, colour in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(11, 12, 20)")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # the loop widens the two words to any text
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
