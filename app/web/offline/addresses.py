"""Which addresses of the site a copy holds, and in which file each of them lies."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.web.offline.folder import PAGED, STATIC
from app.web.offline.search import SEARCH
from app.web.search.question import MAP, VIEW
from app.web.shell.language import split_prefix

PAGES = frozenset(
    (
        *("start.home", "records.kind_list", "records.record", "records.variant", "foreign.record", "map.whole"),
        *("topics.topics", "topics.topic", "places.states", "places.state"),
        *("terms.overview", "terms.scheme", "terms.term", "ended.page", "programmes.overview", "programmes.programme"),
        *("survey.overview", "gaps.board", "network.overview", "products.overview", "offline.search"),
        *("pages.about", "pages.accessibility", "pages.imprint", "pages.privacy", "pages.plain_language"),
    )
)
"""Endpoints whose answers anybody may read and nobody has to ask anything for."""
FILES = frozenset(("records.file", "permanent.file", "foreign.file"))
WHOLE_MAP = "/karte"
LEADING = frozenset(("permanent.record",))
"""They lead on to a page that has a name."""

_NUMBER = re.compile(r"[0-9]{1,6}")
_REMEMBERED = 10_000
"""Links of which it is remembered where they lead: those around the content stand on every page."""


class LinkKind(Enum):
    """Where a link leads."""

    COPY = auto()
    """To an address of the copy."""
    ONLINE = auto()
    """To what only the site itself has."""
    ELSEWHERE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTarget:
    """What a link names: the address on the site without fragment, and what stands behind that in the copy."""

    kind: LinkKind
    address: str
    fragment: str = ""
    query: str = ""


class Addresses:
    """Tells the addresses of one site apart."""

    def __init__(self, app: Flask, home: str, facets: Collection[str]) -> None:
        """Know the site at `home`, which searches by `facets`."""
        self._urls = app.url_map.bind("site.invalid")
        self.home = home
        self._asked = frozenset((*facets, "q", PAGED, "sort"))
        self._from_anywhere = lru_cache(maxsize=_REMEMBERED)(lambda link: self._target(link, "/"))

    def target(self, link: str, page: str) -> LinkTarget:
        """Return where a link on the page with this address leads."""
        return self._from_anywhere(link) if link.startswith("/") else self._target(link, page)

    def _target(self, link: str, page: str) -> LinkTarget:
        try:
            whole = urlsplit(urljoin(self.home + page, link))
        except ValueError:  # Sources may name what no browser could open either.
            return LinkTarget(kind=LinkKind.ELSEWHERE, address=link)
        address = self._local(whole.scheme, whole.netloc, whole.path)
        if address is None:
            return LinkTarget(kind=LinkKind.ELSEWHERE, address=link)
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

    def _local(self, scheme: str, host: str, path: str) -> str | None:
        home = urlsplit(self.home)
        if (scheme, host) != (home.scheme, home.netloc) or not f"{path}/".startswith(f"{home.path}/"):
            return None
        return path.removeprefix(home.path) or "/"

    def _endpoint(self, path: str) -> str:
        try:
            found, _arguments = self._urls.match(unquote(path), method="GET")
        except (HTTPException, RequestRedirect):
            return ""
        return str(found)


def _in_copy(address: str, endpoint: str, given: list[tuple[str, str]]) -> str | None:
    """Return the address under which a copy has a page or file; None where it has not."""
    if STATIC.fullmatch(address):
        return address
    if endpoint in PAGES and [name for name, _value in given] == [PAGED] and _NUMBER.fullmatch(given[0][1]):
        number = int(given[0][1])
        return f"{address}?{PAGED}={number}" if number > 1 else address
    return address if endpoint in PAGES | FILES | LEADING and not given else None
