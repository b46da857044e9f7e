# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What there is on this site, for search engines (sitemaps.org): one list, or several behind an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, abort, url_for

from app.errors import Unavailable
from app.web.pages.start import facet_links
from app.web.search.question import find
from app.web.shell.access import services
from app.web.shell.routing import own_addresses

blueprint = Blueprint("sitemap", __name__)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
LIMIT = 50_000
"""Addresses in one list; more are not read."""
FIXED_PAGES = (
    "/",
    "/suche",
    "/karte",
    "/themen",
    "/laender",
    "/eingestellt",
    "/foerderprogramme",
    "/ueberblick",
    "/fallstudien",
    "/konzepte",
    "/loesungen",
    "/organisationen",
    "/netz",
    "/ueber",
    "/einfache-sprache",
    "/begriffe",
)
Listed = tuple[str, datetime | None]
"""The path of a page, and when it changed where that is known."""


@blueprint.get("/sitemap.xml")
def whole() -> Response:
    """Every page of this node that is worth finding, with the time of its last change; an index where it is long."""
    pages = _pages()
    return _xml(_list(pages) if len(pages) <= LIMIT else _index(-(-len(pages) // LIMIT)))


@blueprint.get("/sitemap-<int(min=1, max=9999):number>.xml")
def part(number: int) -> Response:
    """One of the lists that the index names."""
    pages = _pages()[(number - 1) * LIMIT : number * LIMIT]
    if not pages:
        abort(404)
    return _xml(_list(pages))


def _pages() -> list[Listed]:
    node, addresses = services(), own_addresses()
    own = (entry for entry in node.catalogue.heads() if not entry.origin and node.schemas.kind(entry.kind).listed)
    records = [(addresses.page(entry.kind, entry.slug).removeprefix(addresses.issuer), entry.at) for entry in own]
    return [*((path, None) for path in (*FIXED_PAGES, *_fields_and_states(), *_terms())), *records]


def _terms() -> Iterator[str]:
    for name, vocabulary in services().vocabularies.items():
        yield url_for("terms.scheme", name=name)
        yield from (url_for("terms.term", name=name, key=one.id) for one in vocabulary.concepts)


def _fields_and_states() -> Sequence[str]:
    try:
        found = find(size=1)
    except Unavailable:
        # They come back with the search index; the records are known without it.
        return ()
    return [link.href for key in ("thema", "land", "programm") for link in facet_links(found, key)]


def _list(pages: Sequence[Listed]) -> Element:
    issuer, urlset = services().settings.issuer, Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for path, changed in pages:
        url = SubElement(urlset, "url")
        SubElement(url, "loc").text = issuer + path
        if changed:
            time = changed.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            SubElement(url, "lastmod").text = time
        for lang, prefix in (("de", ""), ("en", "/en")):
            link = {"rel": "alternate", "hreflang": lang, "href": issuer + prefix + path}
            SubElement(url, "xhtml:link", link)
    return urlset


def _index(parts: int) -> Element:
    index = Element("sitemapindex", {"xmlns": SITEMAP})
    for number in range(1, parts + 1):
        listed = SubElement(index, "sitemap")
        SubElement(listed, "loc").text = f"{services().settings.issuer}/sitemap-{number}.xml"
    return index


def _xml(element: Element) -> Response:
    return Response(tostring(element, encoding="utf-8", xml_declaration=True), mimetype="application/xml")
