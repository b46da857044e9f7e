"""What there is on this site, for search engines (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, abort, request, url_for

from app.shared.confinement import Threads
from app.shared.errors import Unavailable
from app.web.pages.lists import facet_links
from app.web.search.question import find
from app.web.shell.access import services
from app.web.shell.routing import own_addresses

blueprint = Blueprint("sitemap", __name__)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
MAX_ADDRESSES = 50_000
"""In one list; search engines read no more."""
_making = Threads(1)
"""20,000 records take half a second, and threads of readers must not wait for that."""
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


@blueprint.get("/sitemap.xml")
def whole() -> Response:
    """Every page of this node that is worth finding, with the time of its last change; raises Busy while one is made.

    The page without a query is kept in memory; with one it would be made anew each time.
    """
    if request.args:
        abort(404)
    with _making.held("", 5):
        return _written()


def _written() -> Response:
    issuer, urlset = services().settings.issuer, Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for path, changed in islice(_pages(), MAX_ADDRESSES):
        url = SubElement(urlset, "url")
        SubElement(url, "loc").text = issuer + path
        if changed:
            time = changed.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            SubElement(url, "lastmod").text = time
        for lang, prefix in (("de", ""), ("en", "/en")):
            link = {"rel": "alternate", "hreflang": lang, "href": issuer + prefix + path}
            SubElement(url, "xhtml:link", link)
    return Response(tostring(urlset, encoding="utf-8", xml_declaration=True), mimetype="application/xml")


def _pages() -> Iterator[tuple[str, datetime | None]]:
    """Yield the path of each page, and when it changed where that is known."""
    node, addresses = services(), own_addresses()
    yield from ((path, None) for path in (*FIXED_PAGES, *_fields_and_states()))
    for name, vocabulary in node.vocabularies.items():
        yield url_for("terms.scheme", name=name), None
        yield from ((url_for("terms.term", name=name, key=one.id), None) for one in vocabulary.concepts)
    for entry in node.catalogue.own.by_id(node.schemas.listed):
        yield addresses.page(entry.kind, entry.slug).removeprefix(addresses.issuer), entry.at


def _fields_and_states() -> Sequence[str]:
    try:
        found = find(size=1)
    except Unavailable:
        # They come back with the search index; the records are known without it.
        return ()
    return [link.href for key in ("thema", "land", "programm") for link in facet_links(found, key)]
