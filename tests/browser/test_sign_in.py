"""Three persons sign in and out through a real provider, in a real browser; the pages around people are sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.browser.looking import violations_wide_and_narrow
from tests.oidc.site import Site, running_site

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("sign-in")) as site:
        yield site


@pytest.fixture
def window(browser: Browser, node: Site) -> Iterator[Open]:
    """Open the start page in a window of its own; nothing may have complained in the end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The provider has no icon, and a refused form is answered with 400 by intent.
        if message.type == "error" and not message.text.endswith(("404 (Not Found)", "400 (BAD REQUEST)")):
            complaints.append(message.text)

    def open_window(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="de-DE", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.goto(node.address)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, person: str) -> None:
    page.get_by_role("link", name="Anmelden", exact=True).click()
    page.get_by_role("link", name="Stadt Beispielstadt").click()
    page.get_by_role("button", name=person).click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_signing_in_and_out(window: Open, node: Site, script: bool) -> None:
    person, page = "Robin Beispiel", window(java_script_enabled=script)
    page.goto(f"{node.address}/ueber")
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


def test_signing_in_and_out_by_keyboard(window: Open) -> None:
    page = window()
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


def test_axe_finds_nothing(window: Open, node: Site, axe_source: str) -> None:
    page = window(reduced_motion="reduce")
    found = {}
    page.goto(f"{node.address}/anmelden")
    found["/anmelden"] = violations_wide_and_narrow(page, axe_source)
    page.get_by_role("link", name="Stadt Beispielstadt").click()
    page.get_by_role("button", name="Kim Beispiel").click()
    person = node.services.identity.people.by_address("kim@beispielverbund.example")
    for path in (
        "/konto", "/konto/loeschen", "/verwaltung/personen", f"/verwaltung/personen/{person.id}",
        "/verwaltung/einladungen", "/verwaltung/protokoll", "/abgemeldet", "/en/konto",
    ):  # fmt: skip
        page.goto(node.address + path)
        found[path] = violations_wide_and_narrow(page, axe_source)
    assert {path: items for path, items in found.items() if items} == {}
