"""Writes the public pages of a site into a folder, as files that link to each other and need no server."""

import json
import posixpath
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from urllib.parse import quote

from filelock import FileLock, Timeout
from lxml import html
from lxml.html import builder
from werkzeug.test import Client, TestResponse

from app.search.offline import offline_index
from app.shared.errors import Conflict, Unavailable
from app.web.factory import create_app
from app.web.offline import search
from app.web.offline.addresses import MARK, SEARCH, WHOLE_MAP, Addresses, CopyFolder, LinkKind, LinkTarget, file_of
from app.web.shell.language import PREFIXES, split_prefix
from app.wiring import Services

Progress = Callable[[int, int], None]
Element: TypeAlias = Any
"""An element of lxml."""
FileOf = Callable[[str], str | None]
"""Returns the file of an address in the copy, None if the copy lacks it."""

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
"""As strict as that of the site, and without fetching, which browsers refuse to pages from a folder."""
SCRIPTS = ("/js/offline.js",)
_LINKED = frozenset({"stylesheet", "icon", "canonical"})
_DROPPED = (
    "//form[not(@role='search')] | //*[contains(concat(' ', @class, ' '), ' choosing ')] | //a[@class='site-sign-in']"
    " | //*[contains(concat(' ', @class, ' '), ' operator-hint ')] | //details[contains(@class, 'account')]"
    " | //form[@role='search']/details | //form[@role='search']/div[.//input[@name='ort']]"
    " | //form[@role='search']//input[@type='hidden']"
)
_CSS_URL = re.compile(r"url\(\s*[\"']?(?!data:|#)(?P<url>[^)\"']+)[\"']?\s*\)")
STARTS = ("/", SEARCH, WHOLE_MAP, "/ueberblick", "/stoebern", "/begriffe")
HTML, STYLE = "text/html", "text/css"
_PATIENCE = 60.0
"""Seconds to wait for a page that is computed from many records."""


class CopyRunning(Conflict):
    """Another process is writing a copy of this node."""

    message = "another process is writing a copy of this node. Wait for it, then call again"


class PageFailed(Unavailable):
    """The site answered with `status` instead of a page."""

    address: str
    status: int

    message = (
        "the site answers %(address)s with %(status)s, so there would be no whole copy. "
        "The log says why; erfahrungsnetz doctor may too"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """The result: numbers of pages, of searchable records, and of new and unchanged files."""

    pages: int
    records: int
    written: int
    kept: int


def write_copy(services: Services, folder: Path, progress: Progress) -> CopyReport:
    """Write the published records and lists of a node into `folder`, which may contain an older copy.

    The older copy stays complete until the new one is. `progress` is called with the pages done and known so far.
    Raises NoCopy, CopyRunning and PageFailed.
    """
    with _alone(services), CopyFolder(folder) as target, TemporaryDirectory() as kept:
        services.vocabularies.refresh()
        index = offline_index(services.search.documents(), services.vocabularies)
        app = create_app(services)
        search.register(app, index)
        home = services.settings.issuer
        site = _Site(Client(app), Addresses(app, home, services.search.facet_keys()), progress, Path(kept))
        languages = ("", *PREFIXES)
        found = [prefix + address for prefix in languages for address in (*STARTS, *search.addresses(index))]
        site.walk(found)
        for name, data in (*site.files(), *search.tables(index)):
            target.put(name, data)
        target.put(MARK, json.dumps({"site": home, "records": len(index.uids)}).encode())
        target.finish()
        return CopyReport(pages=len(site.pages), records=len(index.uids), written=target.written, kept=target.kept)


@contextmanager
def _alone(services: Services) -> Iterator[None]:
    lock = FileLock(services.settings.data / "export.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout as error:
        raise CopyRunning from error


@dataclass
class _Site:
    """The fetched answers: `pages` and others by address, stored in `folder`, and redirects.

    Links are rewritten after everything was fetched, because their targets are known only then.
    """

    client: Client
    addresses: Addresses
    progress: Progress
    folder: Path
    pages: dict[str, Path] = field(default_factory=dict)
    others: dict[str, Path] = field(default_factory=dict)
    leading: dict[str, str] = field(default_factory=dict)

    def walk(self, starts: list[str]) -> None:
        """Fetch everything reachable from these addresses."""
        known, waiting = set(starts), list(reversed(starts))
        while waiting:
            address = waiting.pop()
            for link in self._fetched(address):
                target = self.addresses.target(link, address)
                if target.kind is LinkKind.COPY and target.address not in known:
                    known.add(target.address)
                    waiting.append(target.address)
            self.progress(len(known) - len(waiting), len(known))

    def _fetched(self, address: str) -> list[str]:
        """Store the answer, and return its links."""
        with self._asked(address) as answer:
            if answer.status_code in (301, 302, 303, 307, 308):
                link = answer.headers["Location"]
                self.leading[address] = self.addresses.target(link, address).address
                return [link]
            if answer.status_code in (404, 410):
                return []
            if answer.status_code != 200:
                raise PageFailed(address, answer.status_code)
            data, kind = answer.get_data(), answer.mimetype
        if kind == HTML:
            document = html.document_fromstring(data.decode())
            without_server(document)
            self.pages[address] = self._kept(data)
            return [element.get(name, "") for element, name in _links(document)]
        self.others[address] = self._kept(data)
        return [found["url"] for found in _CSS_URL.finditer(data.decode())] if kind == STYLE else []

    def _kept(self, data: bytes) -> Path:
        file = self.folder / str(len(self.pages) + len(self.others))
        file.write_bytes(data)
        return file

    def _asked(self, address: str) -> TestResponse:
        until = time.monotonic() + _PATIENCE
        while True:
            answer = self.client.get(address, base_url=self.addresses.home, headers={"Accept-Encoding": "identity"})
            if answer.status_code != 503 or time.monotonic() > until:
                return answer
            answer.close()
            time.sleep(1.0)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of the files for the folder."""
        notices = {}
        for prefix in ("", *PREFIXES):
            with self._asked(f"{prefix}{SEARCH}/hinweis") as answer:
                notices[prefix] = answer.get_data(as_text=True)
        for address, kept in self.pages.items():
            document = html.document_fromstring(kept.read_text("utf-8"))
            without_server(document)
            notice = notices[split_prefix(address)[0]]
            text = as_file(document, address, self.addresses, self._file_of, notice)
            yield file_of(address, html=True), text.encode()
        for address, kept in self.others.items():
            data = self._whole_style(address, kept) if address.endswith(".css") else kept.read_bytes()
            yield file_of(address, html=False), data

    def _whole_style(self, address: str, kept: Path) -> bytes:
        """Return a style sheet with its drawings inlined: browsers refuse masks that are files in a folder."""

        def inside(found: re.Match[str]) -> str:
            drawing = self.others.get(self.addresses.target(found["url"], address).address)
            if drawing is None or not found["url"].endswith(".svg"):
                return found[0]
            return f'url("data:image/svg+xml;base64,{b64encode(drawing.read_bytes()).decode("ascii")}")'

        return _CSS_URL.sub(inside, kept.read_text("utf-8")).encode()

    def _file_of(self, address: str) -> str | None:
        seen = {address}
        while address in self.leading and self.leading[address] not in seen:
            address = self.leading[address]
            seen.add(address)
        if address in self.pages:
            return file_of(address, html=True)
        return file_of(address, html=False) if address in self.others else None


def without_server(document: Element) -> None:
    """Remove elements that need a server or depend on its current state."""
    for element in document.xpath(_DROPPED):
        element.drop_tree()
    for link in document.xpath("//head/link"):
        if link.get("rel") not in _LINKED and not link.get("hreflang"):
            link.drop_tree()
    for script in document.xpath("//script[@src]"):
        if not script.get("src").endswith(SCRIPTS):
            script.drop_tree()
    for form in document.xpath("//form"):
        for name in [name for name in form.attrib if name.startswith("data-")]:
            del form.attrib[name]


def as_file(document: Element, address: str, addresses: Addresses, file_of: FileOf, notice: str) -> str:
    """Return the page at an address as the text of its file; `notice` is put above its content."""
    here = file_of(address) or ""
    for element, name in list(_links(document)):
        found = addresses.target(element.get(name, ""), address)
        file = file_of(found.address) if found.kind is LinkKind.COPY else None
        if file is not None:
            element.set(name, relative(here, file, found))
        elif found.kind is not LinkKind.ELSEWHERE:
            _leads_online(element, name, addresses, found)
    head, main = document.find("head"), document.find(".//main")
    head.insert(1, builder.META({"http-equiv": "Content-Security-Policy", "content": POLICY}))
    if main is not None:
        main.insert(0, html.fragment_fromstring(notice))
    text: str = html.tostring(document, encoding="unicode", doctype="<!doctype html>")
    return text


def relative(here: str, file: str, target: LinkTarget) -> str:
    """Return the relative link from one file to another."""
    path = _path(file, posixpath.dirname(here) or ".")
    query, fragment = target.query and f"?{target.query}", target.fragment and f"#{target.fragment}"
    return f"{path}{query}{fragment}"


@lru_cache(maxsize=10_000)
def _path(file: str, folder: str) -> str:
    """Return the relative path from a folder to a file; cached, as pages in one folder share most links."""
    return quote(posixpath.relpath(file, folder))


def _leads_online(element: Element, name: str, addresses: Addresses, found: LinkTarget) -> None:
    whole = found.address if "://" in found.address else addresses.home + found.address
    element.set(name, whole)
    if element.tag == "a" and element.xpath("not(ancestor::svg)"):
        element.append(builder.SPAN("\u00a0↗", {"aria-hidden": "true"}))
        element.append(builder.SPAN(" (online)", {"class": "kern-sr-only"}))


def _links(document: Element) -> Iterator[tuple[Element, str]]:
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        for name in ("href", "src", "action", "{http://www.w3.org/1999/xlink}href", "xlink:href"):
            value = element.get(name)
            if value and not value.startswith("#") and element.get("rel") != "canonical":
                yield element, name
