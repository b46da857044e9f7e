"""The map in a real browser: by keyboard, on a telephone, in both themes."""

from collections.abc import Iterator

import pytest

from app.web.factory import create_app
from tests.browser.conftest import Visitor
from tests.browser.looking import looked_at
from tests.functional.web.conftest import OPERATOR
from tests.serving import serving
from tests.webnode.placed import make_placed_node

MAP = "/karte"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    services = make_placed_node(tmp_path_factory.mktemp("map"), abroad=True, **OPERATOR)
    with serving(create_app(services)) as address:
        yield address
    services.close()


def test_axe_finds_nothing(visitor: Visitor, axe_source: str) -> None:
    assert looked_at(visitor(reduced_motion="reduce").open(MAP), axe_source) == {}


def test_every_sign_is_reached_by_keyboard_in_the_order_of_the_list_and_shows_it(visitor: Visitor) -> None:
    page = visitor().open(MAP)
    wanted = page.eval_on_selector_all("svg.map a", "all => all.map(one => one.getAttribute('href'))")
    assert len(wanted) > 1
    page.focus("a[href='#orte']")
    reached: list[str] = []
    seen: set[str] = set()
    while len(reached) < len(wanted) and page.evaluate("document.activeElement !== document.body"):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.closest('svg.map a')?.getAttribute('href') ?? ''")
        if href:
            reached.append(href)
            seen.add(page.evaluate("getComputedStyle(document.activeElement.querySelector('.map-reach')).strokeWidth"))
    assert reached == wanted
    assert seen == {"7px"}
    # Enter on one opens its record.
    page.focus("svg.map a[href^='/fallstudien/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fallstudien/**")


def test_signs_are_wide_enough_for_a_finger_on_a_telephone(visitor: Visitor) -> None:
    page = visitor(width=390).open(MAP)
    widths = page.eval_on_selector_all("svg.map .map-reach", "all => all.map(one => one.getBoundingClientRect().width)")
    assert min(widths) >= 23.5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # A number leads to its records in the list.
    for href in page.locator("svg.map a[href^='#']").all():
        assert page.locator(f"{href.get_attribute('href')} a").count() > 0
