"""The folder of a copy, the addresses of the site it contains, and their files.

A new copy is written beside the old one, which stays complete until then.
"""

import os
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.shared.errors import Invalid
from app.web.search.question import MAP, VIEW
from app.web.shell.language import split_prefix

MARK = "kopie.json"
"""The file that marks a folder as a copy, so that no other folder is ever replaced."""


class NoCopy(Invalid):
    """The folder contains something other than a copy of a site."""

    folder: Path

    message = (
        "%(folder)s holds something else than a copy of a site, which is never replaced. Name a new or an empty folder"
    )


class CopyFolder:
    """Collects files, and replaces the old copy when all are there; leaving the context drops an unfinished copy."""

    def __init__(self, folder: Path) -> None:
        """Write the copy at `folder`; raises NoCopy if that contains something else."""
        # A symbolic link stands for the folder it points to.
        self.folder = folder.resolve()
        self._new = self.folder.with_name(f".{self.folder.name}.new")
        self._old = self.folder.with_name(f".{self.folder.name}.old")
        self.written = self.kept = 0
        if not self.folder.exists() and (self._old / MARK).exists():
            # The process was killed between the two renames of `finish`.
            self._old.rename(self.folder)
        if (
            self.folder.exists()
            and not (self.folder / MARK).is_file()
            and (not self.folder.is_dir() or any(self.folder.iterdir()))
        ):
            raise NoCopy(self.folder)
        for left in (self._new, self._old):
            shutil.rmtree(left, ignore_errors=True)
        self._new.mkdir(parents=True)

    def put(self, name: str, data: bytes) -> None:
        """Add a file. If the old copy has the same content, that file is reused with its time."""
        target, before = self._new / name, self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if before.is_file() and before.stat().st_size == len(data) and before.read_bytes() == data:
            try:
                os.link(before, target)
            except OSError:
                shutil.copy2(before, target)
            self.kept += 1
            return
        target.write_bytes(data)
        # A copy is made for distribution, so its files are readable by all, whatever the node's umask.
        target.chmod(0o644)
        self.written += 1

    def finish(self) -> None:
        """Replace the old copy by the new one."""
        for folder in (self._new, *(path for path in self._new.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        if self.folder.exists():
            self.folder.rename(self._old)
        self._new.rename(self.folder)
        shutil.rmtree(self._old, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self._new, ignore_errors=True)


STATIC = re.compile(r"/static/[0-9a-f]{12}/(?P<name>.+)")
PAGED = "seite"
"""The parameter for the pages of long lists."""


def file_of(address: str, *, html: bool) -> str:
    """Return the name of the file with the answer at an address, with "/" between folders."""
    static = STATIC.fullmatch(address)
    if static:
        return f"static/{static['name']}"
    path, _, query = unquote(address).partition("?")
    # A colon (of a port in another node's name) is not allowed in file names.
    name = path.strip("/").replace(":", "_")
    if not html:
        return name
    name = {"": "index", "en": "en/index"}.get(name, name)
    number = query.removeprefix(f"{PAGED}=")
    return f"{name}--{PAGED}-{number}.html" if query else f"{name}.html"


PAGES = frozenset(
    (
        *("start.home", "records.kind_list", "records.record", "records.variant", "foreign.record", "map.whole"),
        *("start.browse", "topics.topic", "places.state"),
        *("terms.overview", "terms.scheme", "terms.term", "ended.page", "programmes.overview", "programmes.programme"),
        *("survey.overview", "gaps.board", "network.overview", "products.overview", "offline.search"),
        *("pages.about", "pages.accessibility", "pages.imprint", "pages.privacy", "pages.plain_language"),
    )
)
"""Endpoints whose answers are public and need no input."""
FILES = frozenset(("records.file", "permanent.file", "foreign.file"))
WHOLE_MAP = "/karte"
SEARCH = "/suchen"
LEADING = frozenset(("permanent.record",))
"""Endpoints that redirect to a page with a name."""

_NUMBER = re.compile(r"[0-9]{1,6}")
_REMEMBERED = 10_000
"""Links whose targets are cached: those around the content are on every page."""


class LinkKind(Enum):
    """The target of a link: in the copy, on the site only, or on another site."""

    COPY = auto()
    ONLINE = auto()
    ELSEWHERE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTarget:
    """The target of a link: its address on the site, and the fragment and query to append in the copy."""

    kind: LinkKind
    address: str
    fragment: str = ""
    query: str = ""


class Addresses:
    """Classifies the addresses of one site."""

    def __init__(self, app: Flask, home: str, facets: Collection[str]) -> None:
        """`home` is the address of the site, `facets` are those of its search."""
        self._urls = app.url_map.bind("site.invalid")
        self.home = home
        self._asked = frozenset((*facets, "q", PAGED, "sort"))
        self._from_anywhere = lru_cache(maxsize=_REMEMBERED)(lambda link: self._target(link, "/"))

    def target(self, link: str, page: str) -> LinkTarget:
        """Return the target of a link on the page with this address."""
        return self._from_anywhere(link) if link.startswith("/") else self._target(link, page)

    def _target(self, link: str, page: str) -> LinkTarget:
        try:
            whole = urlsplit(urljoin(self.home + page, link))
        except ValueError:  # The address of a source may be invalid.
            return LinkTarget(kind=LinkKind.ELSEWHERE, address=link)
        home = urlsplit(self.home)
        if whole[:2] != home[:2] or not f"{whole.path}/".startswith(f"{home.path}/"):
            return LinkTarget(kind=LinkKind.ELSEWHERE, address=link)
        address = whole.path.removeprefix(home.path) or "/"
        given = parse_qsl(whole.query, keep_blank_values=True)
        prefix, _language, path = split_prefix(address)
        endpoint = self._endpoint(path)
        if endpoint == "search.results" and all(name in self._asked for name, _value in given):
            return LinkTarget(kind=LinkKind.COPY, address=prefix + SEARCH, query=whole.query)
        if endpoint == "search.results" and given == [(VIEW, MAP)]:
            address, endpoint, given = prefix + WHOLE_MAP, "map.whole", []
        found = _in_copy(address, endpoint, given)
        if found is None:
            return LinkTarget(kind=LinkKind.ONLINE, address=whole.geturl())
        return LinkTarget(kind=LinkKind.COPY, address=found, fragment=whole.fragment)

    def _endpoint(self, path: str) -> str:
        try:
            found, _arguments = self._urls.match(unquote(path), method="GET")
        except (HTTPException, RequestRedirect):
            return ""
        return str(found)


def _in_copy(address: str, endpoint: str, given: list[tuple[str, str]]) -> str | None:
    """Return the address of a page or file in the copy; None if the copy lacks it."""
    if STATIC.fullmatch(address):
        return address
    if endpoint in PAGES and [name for name, _value in given] == [PAGED] and _NUMBER.fullmatch(given[0][1]):
        number = int(given[0][1])
        return f"{address}?{PAGED}={number}" if number > 1 else address
    return address if endpoint in PAGES | FILES | LEADING and not given else None
