"""Copies what anybody may read of a node into a folder: asks the site for its pages, and writes them as files."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout
from werkzeug.test import Client, TestResponse

from app.search.offline import offline_index
from app.shared.errors import Conflict, Unavailable
from app.web.factory import create_app
from app.web.offline import search
from app.web.offline.addresses import MARK, SEARCH, WHOLE_MAP, Addresses, CopyFolder, LinkKind, file_of
from app.web.offline.rewriting import as_file, linked, linked_from_style, parsed, with_drawings, without_server
from app.web.shell.language import PREFIXES, split_prefix
from app.wiring import Services

Progress = Callable[[int, int], None]
STARTS = ("/", SEARCH, WHOLE_MAP, "/ueberblick", "/themen", "/laender")
HTML, STYLE = "text/html", "text/css"
_PATIENCE = 60.0
"""Seconds for a page that is being put together from many records."""


class CopyRunning(Conflict):
    """Another process is writing a copy of this node."""

    message = "another process is writing a copy of this node. Wait for it, then call again"


class PageFailed(Unavailable):
    """The site answered with `status` where it has a page."""

    address: str
    status: int

    message = (
        "the site answers %(address)s with %(status)s, so there would be no whole copy. "
        "The log says why; erfahrungsnetz doctor may too"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """What was written: pages, records that the search knows, and files that are new, and just as before."""

    pages: int
    records: int
    written: int
    kept: int


def write_copy(services: Services, folder: Path, progress: Progress) -> CopyReport:
    """Write the published records and lists of a node into `folder`, where an older copy may be.

    The older one stays whole until the new one is. `progress` is told how many pages of those known so far are done.
    Raises NoCopy, CopyRunning and PageFailed.
    """
    with _alone(services), _made(folder) as target, TemporaryDirectory() as kept:
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


@contextmanager
def _made(folder: Path) -> Iterator[CopyFolder]:
    target = CopyFolder(folder)
    try:
        yield target
    except BaseException:
        target.give_up()
        raise


@dataclass
class _Site:
    """What was fetched: `pages` and other answers by address, kept in `folder`, and where addresses lead on to.

    Links are only written anew when all is fetched, because only then is known where each of them leads.
    """

    client: Client
    addresses: Addresses
    progress: Progress
    folder: Path
    pages: dict[str, Path] = field(default_factory=dict)
    others: dict[str, Path] = field(default_factory=dict)
    leading: dict[str, str] = field(default_factory=dict)

    def walk(self, starts: list[str]) -> None:
        """Fetch everything that can be reached from these addresses."""
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
        """Keep the answer, and return the links in it."""
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
            document = parsed(data.decode())
            without_server(document)
            self.pages[address] = self._kept(data)
            return list(linked(document))
        self.others[address] = self._kept(data)
        return list(linked_from_style(data.decode())) if kind == STYLE else []

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
        """Yield what goes into the folder: name and content."""
        notices = {prefix: self._notice(prefix) for prefix in ("", *PREFIXES)}
        for address, kept in self.pages.items():
            document = parsed(kept.read_text("utf-8"))
            without_server(document)
            notice = notices[split_prefix(address)[0]]
            text = as_file(document, address, self.addresses, self._file_of, notice)
            yield file_of(address, html=True), text.encode()
        for address, kept in self.others.items():
            data = self._whole_style(address, kept) if address.endswith(".css") else kept.read_bytes()
            yield file_of(address, html=False), data

    def _notice(self, prefix: str) -> str:
        with self._asked(f"{prefix}{SEARCH}/hinweis") as answer:
            return answer.get_data(as_text=True)

    def _whole_style(self, address: str, kept: Path) -> bytes:
        def drawing(link: str) -> bytes | None:
            found = self.others.get(self.addresses.target(link, address).address)
            return found.read_bytes() if found else None

        return with_drawings(kept.read_text("utf-8"), drawing).encode()

    def _file_of(self, address: str) -> str | None:
        seen = {address}
        while address in self.leading and self.leading[address] not in seen:
            address = self.leading[address]
            seen.add(address)
        if address in self.pages:
            return file_of(address, html=True)
        return file_of(address, html=False) if address in self.others else None
