"""Makes of a page of the site one that is read from a folder: links between files, nothing that needs a server."""

from __future__ import annotations

import posixpath
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import quote

from lxml import html
from lxml.html import builder

from app.web.offline.addresses import Addresses, LinkKind, LinkTarget

Element: TypeAlias = Any
"""An element of lxml."""
FileOf = Callable[[str], str | None]
"""Returns the file in which the copy has an address, None where it has not."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "script-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
"""As strict as that of the site, and nothing is fetched: browsers refuse that to pages from a folder."""
SCRIPTS = ("/js/unfold.js", "/js/offline.js")
_LINKED = frozenset({"stylesheet", "icon", "canonical"})
_DROPPED = (
    "//form[not(@role='search')] | //*[contains(concat(' ', @class, ' '), ' choosing ')] | //a[@class='site-sign-in']"
    " | //*[contains(concat(' ', @class, ' '), ' operator-hint ')] | //details[contains(@class, 'account')]"
    " | //form[@role='search']/details | //form[@role='search']//input[@type='hidden']"
)
_CSS_URL = re.compile(r"url\(\s*[\"']?(?!data:|#)(?P<url>[^)\"']+)[\"']?\s*\)")


def parsed(text: str) -> Element:
    """Return the document of a page."""
    return html.document_fromstring(text)


def linked(document: Element) -> Iterator[str]:
    """Yield what a page leads to, as far as the copy keeps it."""
    for element, name in _links(document):
        yield element.get(name, "")


def linked_from_style(text: str) -> Iterator[str]:
    """Yield the files that a style sheet draws in."""
    for found in _CSS_URL.finditer(text):
        yield found["url"]


def with_drawings(text: str, drawing: Callable[[str], bytes | None]) -> str:
    """Return a style sheet with its drawings inside: browsers refuse them as masks when they are files of a folder."""

    def inside(found: re.Match[str]) -> str:
        data = drawing(found["url"]) if found["url"].endswith(".svg") else None
        return f'url("data:image/svg+xml;base64,{b64encode(data).decode("ascii")}")' if data else found[0]

    return _CSS_URL.sub(inside, text)


def without_server(document: Element) -> None:
    """Take away what needs a server, or is about this moment of it."""
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
    """Return the page at an address as its file holds it; `notice` stands above its content."""
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
    """Return the link from one file to another."""
    path = _path(file, posixpath.dirname(here) or ".")
    query, fragment = target.query and f"?{target.query}", target.fragment and f"#{target.fragment}"
    return f"{path}{query}{fragment}"


@lru_cache(maxsize=10_000)
def _path(file: str, folder: str) -> str:
    """Return the way from a folder to a file; all pages in one have most of them in common."""
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
