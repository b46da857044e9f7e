"""Describes a record to search engines and catalogues in the words of schema.org (JSON-LD)."""

from __future__ import annotations

import json
from typing import Any

from app.records.record import Record, Source, licence_address
from app.web.shell.routing import Addresses

TYPES = {
    "case-study": "Article",
    "concept": "HowTo",
    "solution": "SoftwareApplication",
    "organisation": "Organization",
    "question": "Question",
    "response": "Comment",
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
        return {"step": [_step(step) for step in steps]} if isinstance(steps, list | tuple) else {}
    if record.kind == "solution":
        return {"applicationCategory": "GovernmentApplication"}
    return {"headline": record.title}


def _step(step: Any) -> Json:
    return {"@type": "HowToStep", "name": step["title"], "text": step["text"]}
