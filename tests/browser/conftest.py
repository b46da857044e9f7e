"""A real Chromium against a running node: that of Debian, or the program CHROMIUM names. Nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from app.web.factory import create_app
from tests.functional.web.conftest import OPERATOR
from tests.serving import serving
from tests.webnode.node import make_node
from tools.setup.chromium import chromium

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# Chromium asks for nothing by itself with these, and no name but the local one resolves.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--no-default-browser-check",
    "--no-pings",
    "--metrics-recording-only",
    "--disable-default-apps",
    # Tests run side by side on all cores; threads that help one window get in the way of the others.
    "--js-flags=--single-threaded",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]

EXPECTED = ("404 (NOT FOUND)", "410 (GONE)", "422 (UNPROCESSABLE ENTITY)")
"""How messages of the console end that only repeat the status of an answer."""

LEFT_OPEN = r"ignore:Exception ignored in. <_io.FileIO name=.*/static/:pytest.PytestUnraisableExceptionWarning"
"""The development server does not close a file that it sends when the browser goes away meanwhile."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.filterwarnings(LEFT_OPEN))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": str(chromium()), "args": ARGUMENTS}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running node."""
    services = make_node(tmp_path_factory.mktemp("browser"), **OPERATOR)
    with serving(create_app(services)) as address:
        yield address
    services.close()


@pytest.fixture(scope="session", autouse=True)
def whole_pages() -> Iterator[None]:
    """A click or key returns as soon as the next page begins to arrive; tests look at it when it is there."""

    def waiting(act: Callable[..., None]) -> Callable[..., None]:
        def wait(locator: Locator, *args: Any, **options: Any) -> None:
            act(locator, *args, **options)
            locator.page.wait_for_load_state()

        return wait

    with pytest.MonkeyPatch.context() as patch:
        for name in ("click", "press"):
            patch.setattr(Locator, name, waiting(getattr(Locator, name)))
        yield


@pytest.fixture(scope="session")
def axe_source() -> str:
    assert AXE.is_file(), "axe-core is missing: make setup-dev fetches it"
    return AXE.read_text("utf-8")


@dataclass
class Visit:
    """A page with everything that must not happen on it."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that is not there (any more), or a form that is not right yet, is no mistake of the page that says so.
        if message.type in {"error", "warning"} and not message.text.endswith(EXPECTED):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.complaints.append(f"request to {request.url}")


Visitor = Callable[..., Visit]


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Visitor]:
    """Open a window (width, theme, without JavaScript …); afterwards nobody may have complained."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def make(width: int = 1280, **options: Any) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="de-DE", **options)
        contexts.append(context)
        visit = Visit(context.new_page(), site)
        visit.watch()
        visits.append(visit)
        return visit

    yield make
    for context in contexts:
        context.close()
    assert [complaint for visit in visits for complaint in visit.complaints] == []
