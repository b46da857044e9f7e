"""Describes a record to programs: as schema.org data (JSON-LD), and by links to its data and files."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from flask import Response

from app.catalogue import CatalogueEntry
from app.documents.kinds import UNKNOWN_TYPE, kind_of_name
from app.records.record import Record, Source, licence_address
from app.web.records.citation import FORMS
from app.web.shell.routing import Addresses, own_addresses

TYPES = {
    "case-study": "Article",
    "concept": "HowTo",
    "solution": "SoftwareApplication",
    "organisation": "Organization",
    "question": "Question",
    "response": "Comment",
    "correction": "CorrectionComment",
    "collection": "Collection",
}
Json = dict[str, Any]


def describe(record: Record, addresses: Addresses, *, published: str, publisher: str) -> Json:
    """Return the description; `published` is an ISO 8601 time, `publisher` the body that runs the node."""
    common: Json = {
        "@context": "https://schema.org",
        "@type": TYPES[record.kind],
        "@id": addresses.permanent(record.id),
        "url": addresses.page(record.kind, record.slug),
        "name": record.title,
        "description": record.summary,
    }
    if record.kind == "organisation":
        website = record.data.get("website")
        return {**common, **({"sameAs": website} if isinstance(website, str) else {})}
    return {
        **common,
        "inLanguage": record.lang,
        "keywords": list(record.keywords),
        "license": licence_address(record.license) or record.license,
        "dateModified": published,
        "publisher": {"@type": "Organization", "name": publisher},
        "isAccessibleForFree": True,
        "spatialCoverage": [{"@type": "Place", "name": place.name} for place in record.municipalities],
        "citation": [_citation(source) for source in record.sources],
        **_kind_specific(record),
    }


def script_text(description: Json) -> str:
    """Return the description as text that cannot end a script element or open a comment in HTML."""
    text = json.dumps(description, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _citation(source: Source) -> Json:
    described: Json = {"@type": "CreativeWork", "name": source.title, "publisher": source.publisher}
    if source.url:
        described["url"] = source.url
    if source.date and source.date != "unknown":
        described["datePublished"] = source.date
    return described


def _kind_specific(record: Record) -> Json:
    if record.kind == "concept":
        steps = record.data.get("steps")
        told = steps if isinstance(steps, list | tuple) else ()
        named = [{"@type": "HowToStep", "name": step["title"], "text": step["text"]} for step in told]
        return {"step": named} if told else {}
    if record.kind == "solution":
        return {"applicationCategory": "GovernmentApplication"}
    return {"headline": record.title}


SHORT = 12
"""Links in the header of an answer; proxies accept only few kilobytes. The link set has all of them."""
MEDIA_TYPE = "application/linkset+json"
_Answer = TypeVar("_Answer", bound=Response)


Signpost = tuple[str, str, str]
"""Relation to the page of a record, URL and media type ("" if none)."""


def signposted(answer: _Answer, entry: CatalogueEntry, record: Record) -> _Answer:
    """Add the links of an own record to the header of its page."""
    found = list(_signposts(entry, record))
    page = own_addresses().page(entry.kind, entry.slug)
    links = [*found[:SHORT], ("linkset", f"{page}/linkset", MEDIA_TYPE)]
    # In the syntax of RFC 8288.
    written = (f'<{href}>; rel="{rel}"' + (f'; type="{media}"' if media else "") for rel, href, media in links)
    answer.headers["Link"] = ", ".join(written)
    return answer


def linkset(entry: CatalogueEntry, record: Record) -> str:
    """Return all links of an own record, including those back to its page (RFC 9264)."""
    page = own_addresses().page(entry.kind, entry.slug)
    found = list(_signposts(entry, record))
    back = {"item": "collection", "describedby": "describes"}
    turned = ((href, (back[rel], page, "text/html")) for rel, href, _media in found if rel in back)
    contexts = [_context(page, found), *(_context(anchor, [link]) for anchor, link in turned)]
    return json.dumps({"linkset": contexts}, ensure_ascii=False)


def _signposts(entry: CatalogueEntry, record: Record) -> Iterator[Signpost]:
    addresses = own_addresses()
    page, licence = addresses.page(entry.kind, entry.slug), licence_address(record.license)
    yield "cite-as", addresses.permanent(entry.id), ""
    yield "type", "https://schema.org/AboutPage", ""
    yield "type", f"https://schema.org/{TYPES[entry.kind]}", ""
    if licence:
        yield "license", licence, ""
    yield "describedby", addresses.api_record(entry.id), "application/json"
    for ending in ("bib", "json"):
        cited = f"{addresses.version(entry.id, entry.ver)}/zitat.{ending}"
        yield "describedby", cited, FORMS[ending][1]
    yield "item", f"{page}.md", "text/markdown"
    yield "item", f"{page}.pdf", "application/pdf"
    for file in record.files:
        kind = kind_of_name(file.name)
        address = addresses.file(entry.kind, entry.slug, file.name)
        yield "item", address, (kind.media_type if kind else UNKNOWN_TYPE).partition(";")[0]


def _context(anchor: str, links: Sequence[Signpost]) -> dict[str, object]:
    by_rel: dict[str, list[dict[str, str]]] = {}
    for rel, href, media in links:
        by_rel.setdefault(rel, []).append({"href": href, **({"type": media} if media else {})})
    return {"anchor": anchor, **by_rel}
