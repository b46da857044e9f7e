"""Records of other sites, the network and its moderation in a real browser: axe, phone, no request elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.identity import RoleKind
from tests.browser.conftest import Visitor
from tests.browser.looking import looked_at
from tests.browser.writing import cookie_of
from tests.functional.web.conftest import OPERATOR
from tests.netnodes.answering import correction, response
from tests.netnodes.filled import BENCH, BENCH_FILE, OWN, WARNING, Filled, fill
from tests.serving import serving
from tests.webnode.people import town

NAME = f"a.example/{BENCH}"
PAGES = [
    f"/r/{NAME}", f"/r/{NAME}/v/9", "/netz", "/suche?q=Mitfahrbank",
    f"/auswahl?q=Mitfahrbank&gemerkt={NAME}&abgelehnt={OWN}", "/verwaltung/netz",
    f"/verwaltung/netz/eintrag/a.example/{WARNING}", f"/verwaltung/netz/eintrag/{NAME}",
    "/verwaltung/netz/seite/a.example",
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    # Without TLS, as the browser reaches it: the name of the cookie depends on that.
    values = {**OPERATOR, "issuer": "http://b.example"}
    net = fill(tmp_path_factory.mktemp("net"), **values)
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 42").encode()})
    net.b.services.harvest.moderation.hide(
        "a.example", WARNING, actor="operator", reason="Zum Ausprobieren ausgeblendet"
    )
    # A falls silent, and has not confirmed its list for more than a week.
    net.net.down.add("https://a.example")
    net.net.clock.forward(days=8)
    net.b.harvest(net.a)
    yield net
    net.net.close()


@pytest.fixture(scope="module")
def site(filled: Filled) -> Iterator[str]:
    with serving(filled.b.client.application) as address:
        yield address


@pytest.fixture
def moderator(filled: Filled) -> dict[str, Any]:
    """The cookie of somebody who may decide."""
    return cookie_of(filled.b.client.application, "Beispiel Kuratorin", RoleKind.CURATOR)


def test_axe_finds_nothing(visitor: Visitor, moderator: dict[str, Any], axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce", cookie=moderator)
    found: dict[str, Any] = {}
    for path in PAGES:
        found |= looked_at(visit.open(path), axe_source)
    assert found == {}


def test_a_moderator_hides_and_shows_a_record_without_scripts(visitor: Visitor, moderator: dict[str, Any]) -> None:
    visit = visitor(java_script_enabled=False, cookie=moderator)
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


def test_pictures_of_another_site_are_shown_from_here(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False, width=390).open(f"/r/{NAME}")
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


def test_axe_finds_nothing_where_municipalities_speak(visitor: Visitor, filled: Filled, axe_source: str) -> None:
    app = filled.b.client.application
    said: dict[str, bytes | None] = {}
    for number in range(12):
        said |= response(f"https://a.example/r/{BENCH}", f"Ort {number}", ars=f"06998{number:03d}")
    filled.b.write(said)
    found: dict[str, Any] = {}
    for place, paths in (
        (town("Beispieldorf", 1), (f"/r/{NAME}", f"/r/{NAME}/rueckmeldung", "/konto")),
        (None, (f"/r/{NAME}/rueckmeldung",)),
    ):
        cookie = cookie_of(app, f"Beispiel {place}", RoleKind.READER, place=place)
        visit = visitor(reduced_motion="reduce", cookie=cookie)
        for path in paths:
            found |= looked_at(visit.open(path), axe_source)
    assert found == {}


def test_a_town_plans_on_a_phone_without_javascript_and_renews_it(
    visitor: Visitor, filled: Filled, axe_source: str
) -> None:
    app, services = filled.b.client.application, filled.b.services
    cookie = cookie_of(app, "Beispiel Plan", RoleKind.READER, place=town("Planhausen", 3))
    page = visitor(java_script_enabled=False, width=390, cookie=cookie).open(f"/r/{NAME}")
    page.get_by_role("link", name="Wir haben das auch vor").click()
    assert page.get_by_label("haben wir auch vor").is_checked()
    page.get_by_label("In ein, zwei Sätzen").fill("Für drei Ortsteile.")
    page.get_by_label("Geplant für").select_option(label="2. Quartal 2027")
    page.get_by_label("Postfach der Stelle, die antwortet").fill("rathaus@planhausen.example")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Rückmeldung veröffentlichen").click()
    assert "1 Kommune plant das: Planhausen, 2. Quartal 2027" in page.inner_text("main")
    (entry,) = (one for one in services.catalogue.heads("response") if one.slug.startswith("06999003-"))
    until = str(services.catalogue.record(entry).data["until"])
    ((person,), _total) = services.identity.people.listed("Beispiel Plan")
    secret = services.review.confirmations.renewal(entry.slug, until, person.person.id)
    paths = (f"/vorhaben/{entry.slug}/{secret}", f"/vorhaben/{entry.slug}/{secret[::-1]}", "/suche?q=Mitfahrbank")
    visit = visitor(reduced_motion="reduce")
    assert {path: found for path in paths if (found := looked_at(visit.open(path), axe_source))} == {}


def test_axe_finds_nothing_where_corrections_are_proposed(visitor: Visitor, filled: Filled, axe_source: str) -> None:
    filled.b.write(correction(1, f"https://a.example/r/{BENCH}", field="body.results", text="Lang " * 200))
    form = f"/r/{NAME}/korrektur"
    visit = visitor(reduced_motion="reduce", cookie=cookie_of(filled.b.client.application, "Autor", RoleKind.AUTHOR))
    found: dict[str, Any] = {}
    for path in (form, f"{form}?feld=body.results", f"{form}?feld=anderes", "/korrekturen/k-1"):
        found |= looked_at(visit.open(path), axe_source)
    assert found == {}
