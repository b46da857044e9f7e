"""A real Chromium against a running node: that of Debian, or the program CHROMIUM names. Nothing is downloaded."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from app.web.factory import create_app
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR
from tests.serving import serving
from tests.webnode.node import make_node, one_node
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
    "--renderer-process-limit=1",
    "--metrics-recording-only",
    "--disable-default-apps",
    # Tests run side by side on all cores; threads that help one window get in the way of the others.
    "--js-flags=--single-threaded",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]

EXPECTED = re.compile(r"the server responded with a status of (4\d\d|503) ")
"""Messages of the console that only repeat how a request was answered."""

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


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node for the tests of one module, which may publish on it."""
    yield from one_node(tmp_path_factory.mktemp("module"), **OPERATOR)


@pytest.fixture(scope="module")
def app(services: Services) -> Flask:
    return create_app(services)


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
    elsewhere: tuple[str, ...]
    complaints: list[str] = field(default_factory=list)
    has_own_time: bool = False

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def stop_clock(self) -> None:
        """Let time pass in the page only when a test says so; that holds for all pages of the profile."""
        self.has_own_time = True
        self.page.clock.install()

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that is not there (any more), or a form that is not right yet, is no mistake of the page that says so.
        if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", *self.elsewhere)):
            self.complaints.append(f"request to {request.url}")


Visitor = Callable[..., Visit]
Profiles = dict[str, list[BrowserContext]]


@pytest.fixture(scope="session")
def profiles() -> Profiles:
    """Profiles of the browser that no test uses at the moment, by their options: a new one loads every file anew."""
    return defaultdict(list)


@pytest.fixture(scope="session")
def elsewhere() -> tuple[str, ...]:
    """How the addresses begin that a page may ask for besides those of the site."""
    return ()


@pytest.fixture
def visitor(browser: Browser, profiles: Profiles, site: str, elsewhere: tuple[str, ...]) -> Iterator[Visitor]:
    """Open a window (width, theme, without JavaScript …); afterwards nobody may have complained.

    Each window of a test knows nothing of the others; `cookie` signs somebody in.
    """
    visits: list[tuple[str, Visit]] = []

    def make(width: int = 1280, cookie: Any = None, **options: Any) -> Visit:
        key = repr(sorted(options.items()))
        context = profiles[key].pop() if profiles[key] else browser.new_context(locale="de-DE", **options)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        visit = Visit(page, site, elsewhere)
        visits.append((key, visit))
        if cookie:
            context.add_cookies([cookie])
        visit.watch()
        return visit

    yield make
    for key, visit in visits:
        context = visit.page.context
        if visit.has_own_time:
            context.close()
            continue
        for page in context.pages:
            page.close()
        context.clear_cookies()
        profiles[key].append(context)
    assert [complaint for _key, visit in visits for complaint in visit.complaints] == []
