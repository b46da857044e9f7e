"""A node with somebody signed in who writes, and how one fills in a form with nothing but a keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Locator, Page

from app.identity import RoleKind
from app.web.factory import create_app
from app.web.shell.cookies import SESSION_ID
from tests.functional.web.conftest import OPERATOR
from tests.serving import serving
from tests.webnode.node import make_node
from tests.webnode.people import sign_in
from tools.serving_node import free_port

MOST_TABS = 120


@dataclass(frozen=True)
class WritingSite:
    """A running node; `cookie` signs a browser in as an author."""

    address: str
    app: Flask

    def cookie(self, name: str) -> dict[str, Any]:
        client = self.app.test_client()
        sign_in(client, (RoleKind.AUTHOR,), name=name)
        with client.session_transaction() as session:
            assert SESSION_ID in session
        key = self.app.config["SESSION_COOKIE_NAME"]
        found = client.get_cookie(key)
        assert found is not None
        return {"name": key, "value": found.value, "url": self.address}


@contextmanager
def running(folder: Path) -> Iterator[WritingSite]:
    port = free_port()  # It decides the node's public address.
    services = make_node(folder, **{**OPERATOR, "issuer": f"http://127.0.0.1:{port}"})
    app = create_app(services)
    with serving(app, port) as address:
        yield WritingSite(address, app)
    services.close()


class Keyboard:
    """Works on a page by keys alone: Tab to a field or button, then type or press."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached with Tab")

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
