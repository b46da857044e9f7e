"""Three persons sign in and out through a real provider, in a real browser; the pages around people are sound."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.looking import looked_at
from tests.oidc.site import Site, running_site


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("sign-in")) as site:
        yield site


@pytest.fixture(scope="module")
def site(node: Site) -> str:
    return node.address


@pytest.fixture(scope="module")
def elsewhere(node: Site) -> tuple[str, ...]:
    return node.town.issuer, node.association.issuer


def sign_in(page: Page, person: str) -> None:
    page.get_by_role("link", name="Anmelden", exact=True).click()
    page.get_by_role("link", name="Stadt Beispielstadt").click()
    page.get_by_role("button", name=person).click()


def test_signing_in_and_out_without_scripts(visitor: Visitor, node: Site) -> None:
    person, page = "Robin Beispiel", visitor(java_script_enabled=False).open("/ueber")
    sign_in(page, person)
    expect(page).to_have_url(f"{node.address}/ueber")
    page.locator("summary", has_text=person).click()
    page.get_by_role("link", name="Mein Konto").click()
    expect(page.get_by_role("heading", name="Mein Konto")).to_be_visible()
    page.locator("summary", has_text=person).click()
    page.get_by_role("button", name="Abmelden").click()
    # The page says so and goes on to the provider by itself.
    page.get_by_role("button", name="Ja, abmelden").click()
    expect(page.get_by_role("heading", name="Sie sind abgemeldet")).to_be_visible()
    expect(page.get_by_role("link", name="Anmelden", exact=True)).to_be_visible()
    page.goto(f"{node.address}/konto")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()


def test_signing_in_and_out_by_keyboard(visitor: Visitor) -> None:
    page = visitor().open("/")
    for name in ("Anmelden", "Stadt Beispielstadt"):
        page.get_by_role("link", name=name, exact=True).focus()
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Alex Beispiel").focus()
    page.keyboard.press("Enter")
    menu = page.locator("summary", has_text="Alex Beispiel")
    menu.focus()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Abmelden":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ja, abmelden")).to_be_focused()


def test_axe_finds_nothing(visitor: Visitor, node: Site, axe_source: str) -> None:
    visit = visitor(reduced_motion="reduce")
    found = looked_at(visit.open("/anmelden"), axe_source)
    visit.page.get_by_role("link", name="Stadt Beispielstadt").click()
    visit.page.get_by_role("button", name="Kim Beispiel").click()
    person = node.services.identity.people.by_address("kim@beispielverbund.example")
    # The other pages for people who are signed in are looked at in test_curating.py.
    for path in (f"/verwaltung/personen/{person.id}", "/verwaltung/einladungen"):
        found |= looked_at(visit.open(path), axe_source)
    # Whether an invitation can be made depends on the providers too.
    for guest in ("Frau Beispiel", " "):
        page = visit.open("/verwaltung/einladungen")
        page.get_by_label("Für wen?").fill(guest)
        page.get_by_role("button", name="Einladung anlegen").click()
        expect(page.get_by_role("link", name="Mail")).to_have_count(1 if guest.strip() else 0)
        found |= looked_at(page, axe_source)
    found |= looked_at(visit.open("/abgemeldet"), axe_source)
    assert found == {}
