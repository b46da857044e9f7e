# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records of other sites, the network and its moderation in a real browser: axe, phone, no request elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.identity import RoleKind
from tests.browser.conftest import Visit, Visitor, serving
from tests.browser.test_accessibility import FIND
from tests.functional.web.conftest import OPERATOR
from tests.netnodes.filled import BENCH, BENCH_FILE, OWN, WARNING, Filled, fill
from tests.netnodes.net import make_template
from tests.webnode.people import sign_in

NAME = f"a.example/{BENCH}"
PAGES = [
    f"/r/{NAME}",
    f"/r/{NAME}/v/1",
    f"/r/{NAME}/v/9",
    f"/r/{NAME}/vergleich",
    "/netz",
    "/en/netz",
    "/suche?q=Mitfahrbank",
    f"/vermerk?q=Mitfahrbank&gemerkt={NAME}&abgelehnt={OWN}",
]
DESK = [
    "/verwaltung/netz",
    f"/verwaltung/netz/eintrag/a.example/{WARNING}",
    f"/verwaltung/netz/eintrag/{NAME}",
    "/verwaltung/netz/seite/h.example",
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    # Without TLS, as the browser reaches it: the name of the cookie depends on that.
    values = {**OPERATOR, "issuer": "http://b.example"}
    net = fill(tmp_path_factory.mktemp("net"), make_template(tmp_path_factory.mktemp("template")), **values)
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 42").encode()})
    net.b.services.harvest.hide("a.example", WARNING, actor="operator", reason="Zum Ausprobieren ausgeblendet")
    net.net.down.add("https://h.example")
    net.b.harvest(net.h)
    yield net
    net.net.close()


@pytest.fixture(scope="module")
def site(filled: Filled) -> Iterator[str]:
    with serving(filled.b.client.application) as address:
        yield address


def as_moderator(visit: Visit, app: Flask) -> None:
    """Give the window the cookie of somebody who may decide."""
    client = app.test_client()
    sign_in(client, (RoleKind.CURATOR,), name="Beispiel Kuratorin")
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    visit.page.context.add_cookies([{"name": name, "value": cookie.value, "url": visit.site}])


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visitor: Visitor, filled: Filled, axe_source: str, theme: str, width: int) -> None:
    visit = visitor(width=width, color_scheme=theme, reduced_motion="reduce")
    as_moderator(visit, filled.b.client.application)
    found = {}
    for path in (*PAGES, *DESK):
        page = visit.open(path)
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        page.evaluate(axe_source)
        violations = page.evaluate(FIND)
        if violations:
            found[path] = violations
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert found == {}


def test_a_moderator_hides_and_shows_a_record_without_scripts(visitor: Visitor, filled: Filled) -> None:
    visit = visitor(java_script_enabled=False)
    as_moderator(visit, filled.b.client.application)
    page = visit.open(f"/r/{NAME}")
    page.get_by_role("link", name="Ausblenden").click()
    page.get_by_label("Grund").fill("Zum Ausprobieren")
    page.get_by_role("button", name="Ausblenden").click()
    assert "Zurzeit sieht niemand diesen Eintrag hier" in page.inner_text("main")
    assert visit.page.context.request.get(f"{visit.site}/r/{NAME}").status == 404
    page.get_by_label("Grund").fill("Ausprobiert")
    page.get_by_role("button", name="Wieder zeigen").click()
    page.get_by_role("link", name="Zur Seite hier").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Beispielstadt: Mitfahrbank")


@pytest.mark.parametrize("scripts", [True, False])
def test_pictures_of_another_site_are_shown_from_here(visitor: Visitor, filled: Filled, scripts: bool) -> None:
    visit = visitor(java_script_enabled=scripts, width=390)
    page = visit.open(f"/r/{NAME}")
    picture = page.get_by_alt_text("Leere Bank")
    picture.scroll_into_view_if_needed()
    # What the browser may not load, or takes for no picture, has no width of its own.
    for _ in range(100):
        if picture.evaluate("picture => picture.naturalWidth"):
            break
        page.wait_for_timeout(100)
    assert picture.evaluate("picture => picture.naturalWidth") == 320
    assert picture.bounding_box()["width"] <= 390  # type: ignore[index] # it was scrolled into view
    with page.expect_download() as saved:
        page.locator("section[aria-labelledby=dateien] a").click()
    assert saved.value.suggested_filename == "einfach.md"
