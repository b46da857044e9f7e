"""Records of other sites, the network and its moderation in a real browser: axe, phone, no request elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.identity import Municipality, RoleKind
from tests.browser.conftest import Visit, Visitor
from tests.browser.looking import violations_wide_and_narrow
from tests.functional.web.conftest import OPERATOR
from tests.netnodes.answering import response
from tests.netnodes.filled import BENCH, BENCH_FILE, OWN, SOLUTION, WARNING, Filled, fill
from tests.serving import serving
from tests.webnode.people import sign_in, town

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
    net = fill(tmp_path_factory.mktemp("net"), **values)
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 42").encode()})
    net.b.services.harvest.moderation.hide(
        "a.example", WARNING, actor="operator", reason="Zum Ausprobieren ausgeblendet"
    )
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
    sign_in_as(visit, app, RoleKind.CURATOR, "Beispiel Kuratorin")


def sign_in_as(visit: Visit, app: Flask, kind: RoleKind, name: str, place: Municipality | None = None) -> None:
    client = app.test_client()
    sign_in(client, (kind,), name=name, municipality=place)
    cookie_name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(cookie_name)
    assert cookie is not None
    visit.page.context.add_cookies([{"name": cookie_name, "value": cookie.value, "url": visit.site}])


def test_axe_finds_nothing(visitor: Visitor, filled: Filled, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    as_moderator(visit, filled.b.client.application)
    found = {}
    for path in (*PAGES, *DESK):
        page = visit.open(path)
        if wrong := violations_wide_and_narrow(page, axe_source):
            found[path] = wrong
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
    page.get_by_role("heading", name="Vorgehen").click()
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


def test_a_municipality_responds_to_a_record_of_another_site_without_scripts(visitor: Visitor, filled: Filled) -> None:
    visit = visitor(width=390, java_script_enabled=False)
    sign_in_as(visit, filled.b.client.application, RoleKind.READER, "Beispiel Dorf", town("Beispieldorf", 1))
    page = visit.open(f"/r/a.example/{SOLUTION}")
    page.get_by_role("complementary").get_by_role("link", name="Für unsere Kommune antworten").click()
    assert page.get_by_text("Sie antworten für: Beispieldorf, Hessen").is_visible()
    page.get_by_role("button", name="Rückmeldung veröffentlichen").click()
    assert page.get_by_text("Bitte wählen Sie, was Ihre Kommune dazu sagt").is_visible()
    page.get_by_label("nutzen wir auch").check()
    page.get_by_label("In ein, zwei Sätzen").fill("Seit dem Frühjahr, und die Leute kommen.")
    page.get_by_role("button", name="Rückmeldung veröffentlichen").click()
    said = page.get_by_role("region", name="Was andere Kommunen sagen")
    assert "1 Kommune nutzt das auch" in said.inner_text()
    assert "Seit dem Frühjahr, und die Leute kommen." in said.inner_text()


def test_axe_finds_nothing_where_municipalities_speak(visitor: Visitor, filled: Filled, axe_source: str) -> None:
    app = filled.b.client.application
    said: dict[str, bytes | None] = {}
    for number in range(12):
        said |= response(f"https://a.example/r/{BENCH}", f"Ort {number}", ars=f"06998{number:03d}")
    filled.b.write(said)
    found = {}
    for place, paths in (
        (town("Beispieldorf", 1), (f"/r/{NAME}", f"/r/{NAME}/rueckmeldung", "/konto")),
        (None, (f"/r/{NAME}/rueckmeldung", "/konto")),
    ):
        visit = visitor(reduced_motion="reduce")
        sign_in_as(visit, app, RoleKind.READER, f"Beispiel {place}", place)
        for path in paths:
            page = visit.open(path)
            if wrong := violations_wide_and_narrow(page, axe_source):
                found[path] = wrong
        # The page for people of no municipality is an answer of its own, with the status of a refusal.
        visit.complaints = [each for each in visit.complaints if "403" not in each]
    assert found == {}
