"""The people of the soak: readers, editors who publish through the site, and the book of what they were told."""

from __future__ import annotations

import itertools
import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from lxml import html

from app.identity import RoleKind
from app.shared.config import Settings
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from tests.webnode.forms import csrf_token
from tests.webnode.people import ISSUER, sign_in

NO_ANSWER = "no answer"
PATIENCE = 60.0
_WORDS = ("Rufbus", "Starkregen", "digitaler Bauantrag", "Fördermittel", "Energie", "Ehrenamt", "Kita", "Glasfaser")
_PROVIDER = f'[[provider]]\nkey = "test"\nissuer = "{ISSUER}"\nclient_id = "dauerlauf"\nlabel = "Beispielstadt"\n'
PUBLISH = "veroeffentlichen"
"""The value of the button that publishes a proposal."""
HANGING, FULL = "the peer hangs", "the disk is full"
"""What else goes on around the node, see `Book.circumstance`."""


class Interrupted(Exception):
    """The site gave another answer than the one that its pages lead to, or none."""


@dataclass
class Publication:
    """A button „Veröffentlichen“ that was pressed; `words` stand in this text and in no other."""

    proposal: str
    record: str
    words: str
    answered: bool = False


class Book:
    """What readers and editors have seen, from all of their threads."""

    def __init__(self) -> None:
        self.publications: list[Publication] = []
        self.answers: Counter[str] = Counter()
        self.strange: list[str] = []
        self.circumstance = "nothing was wrong"
        """What goes wrong around the node at this moment, in words."""
        self.is_quiet = False
        """True while nothing is killed; then readers must get each page."""
        self.kept_out: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._running = 0

    def note(self, method: str, path: str, status: int | None) -> None:
        """Count an answer; None stands for none. An error of the server other than 503 is kept with its address."""
        with self._changed:
            self.answers[NO_ANSWER if status is None else str(status)] += 1
            if status is not None and status >= 500 and status != 503:
                self.strange.append(f"{status} {method} {path}")

    @contextmanager
    def publishing(self, publication: Publication) -> Iterator[None]:
        """Keep a publication as begun, and as answered where nothing is raised."""
        with self._changed:
            self.publications.append(publication)
            self._running += 1
            self._changed.notify_all()
        try:
            yield
            publication.answered = True
        finally:
            with self._changed:
                self._running -= 1

    def next_begun(self, seconds: float) -> bool:
        """Wait until another publication begins; False when none does."""
        with self._changed:
            seen = len(self.publications)
            return self._changed.wait_for(lambda: len(self.publications) > seen, seconds)

    def in_the_middle(self) -> bool:
        """Tell whether a publication waits for its answer now."""
        return self._running > 0


@dataclass(frozen=True)
class Browser:
    """Follows links and fills in forms without JavaScript; `cookies` are of whoever is signed in."""

    url: str
    book: Book
    cookies: Mapping[str, str] = field(default_factory=dict)

    def open(self, path: str) -> tuple[str, html.HtmlElement]:
        """Return the address at which one arrives, and the page."""
        answer = self._asked("GET", path)
        return urlsplit(answer.url).path, html.document_fromstring(answer.content)

    def read(self, path: str) -> requests.Response:
        """Return what is there; raises Interrupted when it is no 200."""
        return self._asked("GET", path)

    def press(self, path: str, ending: str, button: str = "", **fields: str) -> str:
        """Open a page, fill in its form that goes to an address with this ending, and return where that leads."""
        place, page = self.open(path)
        found = [(to, form) for to, form in _leading(page, place) if to.endswith(ending)]
        if not found:
            raise Interrupted(f"no form {ending} on {place}")
        to, form = max(found, key=lambda one: len(one[1].fields))
        data = [(name, value.removeprefix("\n")) for name, value in form.form_values() if name not in fields]
        data += [*fields.items(), *([("tun", button)] if button else [])]
        return urlsplit(self._asked("POST", to, data).url).path

    def _asked(self, method: str, path: str, data: Sequence[tuple[str, str]] = ()) -> requests.Response:
        try:
            answer = requests.request(
                method, self.url + path, data=list(data), cookies=dict(self.cookies), timeout=PATIENCE
            )
        except requests.RequestException as error:
            self.book.note(method, path, None)
            # Without a number, an answer broke off or none began.
            late = isinstance(error, requests.Timeout)
            raise Interrupted(f"{PATIENCE:.0f} s without an answer from {path}" if late else path) from error
        self.book.note(method, path, answer.status_code)
        if answer.status_code != 200:
            raise Interrupted(f"{answer.status_code} {path}")
        return answer


def _leading(page: html.HtmlElement, place: str) -> Iterator[tuple[str, html.FormElement]]:
    """Yield where the forms of a page can be sent to, by themselves or by one of their buttons."""
    for form in page.forms:
        if form.method == "POST":
            yield form.get("action") or place, form
            yield from ((to, form) for to in form.xpath(".//button/@formaction"))


@dataclass(frozen=True)
class Team:
    """An author and an editor at work on records that nobody else edits."""

    author: Browser
    editor: Browser
    records: tuple[str, ...]

    def work(self, over: threading.Event) -> None:
        """Write, send and publish until `over`; whatever is interrupted is left as it is."""
        for record in itertools.cycle(self.records):
            if over.is_set():
                return
            try:
                self.publish(record)
            except Interrupted:
                over.wait(0.3)

    def publish(self, record: str) -> None:
        """Change the summary of a record; raises Interrupted, before or after it was published."""
        words = f"Dauerlauf {uuid4().hex}."
        page = self.sent(record, words)
        proposal = page.rpartition("/")[2]
        place, document = self.editor.open(page)
        if not document.xpath(f"//button[@value='{PUBLISH}']"):
            raise Interrupted(f"nothing to publish on {place}")
        with self.editor.book.publishing(Publication(proposal, record, words)):
            if self.editor.press(page, proposal, PUBLISH).startswith(page):
                raise Interrupted(f"{page} was not published")

    def sent(self, record: str, words: str) -> str:
        """Write a new summary and send it; returns the page on which it is published."""
        place = self.author.press(f"/beitragen/aendern/fallstudien/{record}", record)
        draft = "/".join(place.split("/")[:3])
        self.author.press(f"{draft}/ergebnis", "/ergebnis", "senden", summary=words)
        proposal = self.author.press(f"{draft}/senden", "/senden").rpartition("/")[2]
        return f"/vorschlaege/{proposal}"


def read_on(browser: Browser, records: Iterable[str], seed: int, over: threading.Event) -> None:
    """Search, read and follow feeds and API until `over`, some ten times a second."""
    chosen = random.Random(seed)
    pages = [f"/fallstudien/{slug}" for slug in records]
    others = [
        "/",
        "/fallstudien",
        "/feed.atom",
        "/api/v1/records?size=20",
        "/sitemap.xml",
        "/netz/tuf/metadata/timestamp.json",
    ]
    searches = [f"{path}?q={word}" for word in _WORDS for path in ("/suche", "/api/v1/search")]
    while not over.wait(0.1):
        try:
            browser.read(chosen.choice(chosen.choice((pages, others, searches))))
        except Interrupted as error:
            if browser.book.is_quiet:
                browser.book.kept_out[f"{browser.book.circumstance}: {error}"] += 1
            over.wait(0.2)


def fill(settings: Settings, content: Path, teams: int) -> list[Callable[[Book], Team]]:
    """Make the node, sign people in, and return what makes each team of two of them for a book."""
    mask = os.umask(0o077)  # As the command does it: what a node writes is read by its own user alone.
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / "providers.toml").write_text(_PROVIDER, encoding="utf-8")
    services = Services(settings)
    try:
        Node(services).init(content, lambda _step: lambda _done, _all: None)
        slugs = sorted(entry.slug for entry in services.catalogue.heads("case-study"))
        return [
            partial(
                _team,
                settings.issuer,
                (_cookies(services, f"autor-{number}"), _cookies(services, f"redaktion-{number}")),
                tuple(slugs[number::teams]),
            )
            for number in range(teams)
        ]
    finally:
        services.close()
        os.umask(mask)


def _team(url: str, cookies: tuple[dict[str, str], dict[str, str]], records: tuple[str, ...], book: Book) -> Team:
    author, editor = (Browser(url, book, one) for one in cookies)
    return Team(author, editor, records)


def _cookies(services: Services, name: str) -> dict[str, str]:
    client = create_app(services).test_client()
    role = RoleKind.CURATOR if name.startswith("redaktion") else RoleKind.AUTHOR
    sign_in(client, (role,), name=name, email=f"{name}@musterstadt.example")
    csrf_token(client)  # Its proof stands in the cookie, which no answer then has to change.
    called = client.application.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(called)
    assert cookie is not None
    return {called: cookie.value}
