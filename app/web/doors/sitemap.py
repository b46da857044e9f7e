"""The list of pages for search engines (sitemaps.org)."""

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
"""Addresses per list; search engines read no more."""
_making = Threads(1)
"""Only one thread may build the list, since 20,000 records take half a second."""
FIXED_PAGES = (
    *("/", "/suche", "/karte", "/themen", "/laender", "/eingestellt", "/foerderprogramme", "/ueberblick"),
    *("/fallstudien", "/konzepte", "/loesungen", "/organisationen"),
    *("/netz", "/ueber", "/einfache-sprache", "/begriffe"),
)


@blueprint.get("/sitemap.xml")
def whole() -> Response:
    """List all pages worth finding, with the time of their last change; raises Busy while another list is built.

    The response without a query is cached; with one, it would be built anew each time.
    """
    if request.args:
        abort(404)
    issuer, urlset = services().settings.issuer, Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    with _making.held("", 5):
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
    """Yield the path of each page, and the time of its last change if known."""
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
        # Without the search index these are missing, but the records are still listed.
        return ()
    return [link.href for key in ("thema", "land", "programm") for link in facet_links(found, key)]
