"""People who are signed in, and how one fills in a form with nothing but a keyboard."""

from typing import Any

from flask import Flask
from playwright.sync_api import Locator, Page

from app.identity import Municipality, RoleKind
from tests.functional.web.contributing.author import Fields
from tests.webnode.people import sign_in

MOST_TABS = 200


def cookie_of(
    app: Flask, name: str, *kinds: RoleKind, organisation: str | None = None, place: Municipality | None = None
) -> dict[str, Any]:
    """Return the cookie that signs a window in as a person with these roles."""
    client = app.test_client()
    sign_in(client, kinds, name=name, organisation=organisation, municipality=place)
    key = app.config["SESSION_COOKIE_NAME"]
    found = client.get_cookie(key)
    assert found is not None
    # Browsers send what is for safe connections alone to their own machine without one too.
    scheme = "https" if app.config["SESSION_COOKIE_SECURE"] else "http"
    return {"name": key, "value": found.value, "url": f"{scheme}://127.0.0.1"}


def fill(page: Page, fields: Fields) -> None:
    """Fill in a form with a mouse."""
    for name, value in fields.items():
        if isinstance(value, list):
            for item in filter(None, value):
                page.locator(f"input[name='{name}'][value='{item}']").check()
            continue
        field = page.locator(f"[name='{name}']")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def focus_is_visible(page: Page) -> bool:
    return bool(
        page.evaluate(
            """() => {
                // A link that covers its card shows the focus around the card.
                const around = document.activeElement.matches('.kern-link--stretched') ? '::after' : null;
                const style = getComputedStyle(document.activeElement, around);
                const box = document.activeElement.getBoundingClientRect();
                const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                return (outlined || style.boxShadow !== 'none') && box.width > 0 && box.height > 0;
            }"""
        )
    )


# What only screen readers say begins in a line of its own.
NAMED = """name => ['aria-label', 'type'].map(one => document.activeElement.getAttribute(one))
    .concat(document.activeElement.innerText, [...document.activeElement.labels || []].map(one => one.innerText))
    .some(words => (words || '').trim().replace(/\\s*:\\s*/, ': ').startsWith(name))"""


class Keyboard:
    """Works on a page by keys alone: Tab to a field or button, then type or press."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.activations = 0
        """What would be clicks with a mouse."""

    def reach(self, target: Locator) -> None:
        wanted = target.element_handle()
        for _ in range(MOST_TABS):
            if self.page.evaluate("element => element === document.activeElement", wanted):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached with Tab")

    def tab_to(self, name: str) -> None:
        """Go on to what is named so or begins so, and is seen to have the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(NAMED, name):
                assert focus_is_visible(self.page), name
                return
        raise AssertionError(f"{name} cannot be reached with Tab")

    def activate(self, name: str, key: str = "Enter") -> None:
        """Go to a link, button or box, and press it."""
        self.tab_to(name)
        self.activations += 1
        self.page.keyboard.press(key)

    def type(self, name: str, text: str) -> None:
        self.reach(self.page.locator(f"[name='{name}']"))
        self.page.keyboard.insert_text(text)

    def choose(self, name: str, label: str) -> None:
        field = self.page.locator(f"select[name='{name}']")
        self.reach(field)
        self.page.keyboard.type(label)
        assert field.locator("option:checked").inner_text().startswith(label)

    def tick(self, label: str) -> None:
        box = self.page.get_by_label(label, exact=True)
        self.reach(box)
        self.page.keyboard.press("Space")
        assert box.is_checked()

    def press(self, button: str) -> None:
        """Press a button, wait for the page that follows and begin at its top."""
        self.reach(self.page.get_by_role("button", name=button).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def follow(page: Page, name: str) -> None:
    Keyboard(page).activate(name)
