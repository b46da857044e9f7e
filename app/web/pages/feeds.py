# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What changed, for feed readers (Atom, RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from flask import Blueprint, Response

from app.catalogue import CatalogueEntry
from app.content.five_lines import LineWords
from app.web.shell.access import services
from app.web.shell.routing import Addresses, own_addresses

blueprint = Blueprint("feeds", __name__)

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50


@blueprint.get("/feed.atom")
def atom() -> Response:
    """The latest edits of records, the newest first; that a record was found to hold is no news."""
    latest = services().catalogue.newest_edits(_listed(), ENTRIES)
    return Response(_xml(_feed(latest)), mimetype="application/atom+xml")


def _listed() -> list[CatalogueEntry]:
    """Return the visible records of this node that stand for themselves; others are in the feeds of their homes."""
    node = services()
    return [entry for entry in node.catalogue.heads() if not entry.origin and node.schemas.kind(entry.kind).listed]


def _feed(entries: Sequence[tuple[CatalogueEntry, CatalogueEntry]]) -> Element:
    """Return the feed of versions, each with the edit that it stands for."""
    node, addresses = services(), own_addresses()
    feed = Element(f"{{{ATOM}}}feed", {"xml:lang": "de"})
    _text(feed, "id", f"{addresses.issuer}/feed.atom")
    _text(feed, "title", f"{node.settings.name}: neue und geänderte Einträge")
    SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": f"{addresses.issuer}/feed.atom"})
    SubElement(feed, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": f"{addresses.issuer}/"})
    _text(feed, "updated", _time(max((edit.at for _entry, edit in entries), default=datetime(1970, 1, 1, tzinfo=UTC))))
    _text(SubElement(feed, f"{{{ATOM}}}author"), "name", node.settings.operator_name or node.settings.name)
    for entry, edit in entries:
        _add_entry(feed, entry, edit.at, addresses)
    return feed


def _add_entry(feed: Element, entry: CatalogueEntry, edited: datetime, addresses: Addresses) -> None:
    record = services().catalogue.record(entry)
    element = SubElement(feed, f"{{{ATOM}}}entry", {"xml:lang": record.lang})
    _text(element, "id", addresses.permanent(entry.id))
    _text(element, "title", record.title)
    _text(element, "updated", _time(edited))
    _text(element, "summary", record.summary)
    lines = LineWords(services().schemas, record.lang).lines(services().five_lines(record))
    if lines:
        _text(element, "content", "\n".join([record.summary, *(line.plain for line in lines)]))
    page = addresses.page(entry.kind, entry.slug)
    SubElement(element, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": page})
    for topic in record.topics:
        SubElement(element, f"{{{ATOM}}}category", {"term": topic})
    _text(element, "rights", record.license)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _xml(element: Element) -> bytes:
    register_namespace("", ATOM)
    return bytes(tostring(element, encoding="utf-8", xml_declaration=True))
