"""What there is on this site, for search engines (sitemaps.org): one list, or several behind an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, abort, url_for

from app.shared.errors import Unavailable
from app.web.pages.start import facet_links
from app.web.search.question import find
from app.web.shell.access import services
from app.web.shell.routing import own_addresses

blueprint = Blueprint("sitemap", __name__)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
PART_SIZE = 2_000
"""Up to so many records are listed together with all other pages; more in parts of about this size at most."""
MAX_ADDRESSES = 50_000
"""In one list; search engines read no more."""
_MAX_PREFIX = 3
"""Characters of identifiers by which records are parted: enough for some millions."""
_DIGITS = "0123456789abcdefg"
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
    parts = _parts()
    if not parts:
        return _xml(_list([*_pages(), *_records("")]))
    index = Element("sitemapindex", {"xmlns": SITEMAP})
    for name in ("seiten", *parts):
        SubElement(SubElement(index, "sitemap"), "loc").text = f"{services().settings.issuer}/sitemap-{name}.xml"
    return _xml(index)


@blueprint.get("/sitemap-seiten.xml")
def pages() -> Response:
    """The part with all that is no record."""
    return _xml(_list(_pages()))


@blueprint.get("/sitemap-<slug:beginning>.xml")
def part(beginning: str) -> Response:
    """The records whose identifiers begin so: a record stays in its part whatever becomes of others."""
    if not set(beginning) <= set(_DIGITS[:-1]):
        abort(404)
    found = list(islice(_records(beginning), MAX_ADDRESSES + 1))
    if not 0 < len(found) <= MAX_ADDRESSES:
        # Nothing begins so, or the parts have become smaller ones.
        abort(404)
    return _xml(_list(found))


def _parts() -> list[str]:
    """Return the beginnings of the identifiers in each part, none where all pages stand in one list."""
    own, kinds = services().catalogue.own, services().schemas.listed
    if own.count(kinds) <= PART_SIZE:
        return []
    for length in range(1, _MAX_PREFIX + 1):
        found = own.beginnings(kinds, length)
        if max(found.values()) <= PART_SIZE:
            break
    return sorted(found)


def _pages() -> Iterator[Listed]:
    vocabularies = [
        path
        for name, vocabulary in services().vocabularies.items()
        for path in (
            url_for("terms.scheme", name=name),
            *(url_for("terms.term", name=name, key=one.id) for one in vocabulary.concepts),
        )
    ]
    yield from ((path, None) for path in (*FIXED_PAGES, *_fields_and_states(), *vocabularies))


def _records(beginning: str) -> Iterator[Listed]:
    node, addresses = services(), own_addresses()
    # The first text that is above all that begin so.
    below = beginning and beginning[:-1] + _DIGITS[_DIGITS.index(beginning[-1]) + 1]
    for entry in node.catalogue.own.by_id(node.schemas.listed, beginning, below):
        yield addresses.page(entry.kind, entry.slug).removeprefix(addresses.issuer), entry.at


def _fields_and_states() -> Sequence[str]:
    try:
        found = find(size=1)
    except Unavailable:
        # They come back with the search index; the records are known without it.
        return ()
    return [link.href for key in ("thema", "land", "programm") for link in facet_links(found, key)]


def _list(pages: Iterable[Listed]) -> Element:
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


def _xml(element: Element) -> Response:
    return Response(tostring(element, encoding="utf-8", xml_declaration=True), mimetype="application/xml")
