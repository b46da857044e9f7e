"""The card of a record in a page of another site, without JavaScript, in both colour schemes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, FrameLocator, Page

from tests.browser.conftest import Visitor
from tests.browser.looking import violations_wide_and_narrow
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


@pytest.fixture
def town_page(browser: Browser, foreign: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(foreign)
    yield page
    context.close()


def card_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe >> nth=0")


def test_the_card_shows_in_a_foreign_page_and_nothing_else_does(town_page: Page) -> None:
    assert "Mitfahrbank" in (card_of(town_page).locator("h1").text_content() or "")
    assert card_of(town_page).locator("dt").count() >= 5
    assert card_of(town_page).locator("main").evaluate("e => getComputedStyle(e.parentElement).borderTopWidth") == "1px"
    assert town_page.frame_locator("iframe[name=verboten]").locator("h1").count() == 0


def test_card_and_pictures_show_when_the_page_is_opened_again_and_nothing_has_changed(town_page: Page) -> None:
    town_page.reload()
    assert "Mitfahrbank" in (card_of(town_page).locator("h1").text_content() or "")
    town_page.wait_for_load_state("networkidle")
    assert all(picture.evaluate("e => e.naturalWidth") > 0 for picture in town_page.locator("img").all())


def test_pictures_load_in_a_foreign_page(town_page: Page) -> None:
    town_page.wait_for_load_state("networkidle")
    for picture in town_page.locator("img").all():
        assert picture.evaluate("e => e.naturalWidth") > 0
        assert picture.get_attribute("alt")


def test_a_link_of_the_card_opens_a_window_of_its_own(town_page: Page) -> None:
    before = town_page.url
    with town_page.context.expect_page():
        card_of(town_page).locator("h1 a").click()
    assert town_page.url == before
    assert card_of(town_page).locator("h1").count() == 1


def test_card_and_page_have_no_barrier_wide_and_narrow(visitor: Visitor, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    for path in (f"/einbetten/{STOPPED}", f"/en/einbetten/{STOPPED}", f"/einbetten/{STOPPED}/anleitung"):
        assert violations_wide_and_narrow(visit.open(path), axe_source) == []


@pytest.mark.parametrize(("scheme", "colour"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(11, 12, 20)")])
def test_the_card_takes_the_reader_s_colours(visitor: Visitor, scheme: str, colour: str) -> None:
    page = visitor(width=390, color_scheme=scheme, java_script_enabled=False).open(f"/einbetten/{STOPPED}")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
