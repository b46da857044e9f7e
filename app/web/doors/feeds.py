"""Atom feeds (RFC 4287) for every search, including those for topics, states and kinds, and for every record.

A feed causes no more work than its page, and goes back no further than `MAX_PAGES` (RFC 5005).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice, pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, abort, request, url_for

from app.catalogue import CatalogueEntry, State
from app.records.difference import compare
from app.records.five_lines import LineWords
from app.records.schema import KindSchema
from app.review.responses.response import Response as TownResponse
from app.web.collections.collection import contained
from app.web.following.offering import as_followed, feed_title, follow_search, follow_site
from app.web.kickoff.situation import read_kickoff
from app.web.records.difference import in_words, value_text
from app.web.search.question import read_question, request_page
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import node_title
from app.web.shell.routing import full_address, own_addresses, page_address, permanent_address
from app.web.shell.searched import entries_of
from app.web.shell.shown import in_english
from app.web.shell.wording import _

blueprint = Blueprint("feeds", __name__)
MAX_PAGES = 20
PAGE_SIZE = 50
EVENTS_PAGE_SIZE = 30
MEDIA_TYPE = "application/atom+xml"
_NO_XML = re.compile("[^\n\t -\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINNING = "1970-01-01T00:00:00Z"


@blueprint.get("/feed.atom")
def atom() -> Response:
    """List the latest edits of this node's records, newest first, without confirmations that a record is correct."""
    page, issuer = _page(), services().settings.issuer
    # Damaged records are skipped, and later ones fill the page.
    newest = islice(services().catalogue.own.newest_edits(services().schemas.listed), (page - 1) * PAGE_SIZE, None)
    found = (one for entry, edit in newest if (one := entry_of(entry, edit)) is not None)
    entries = tuple(islice(found, PAGE_SIZE))
    more = page < MAX_PAGES and next(found, None) is not None
    address, title = f"{issuer}/feed.atom", follow_site().title
    return feed(address, page, paged(address, page, more=more), shown_at=f"{issuer}/", title=title, entries=entries)


@blueprint.get("/suche.atom")
def search() -> Response:
    """Return the same hits as the search page, most recently changed first."""
    asker = read_kickoff(request.args)
    followed = as_followed(read_question(request.args, asker.parameters()), asker.situation)
    page, catalogue = _page(), services().catalogue
    result, hits = followed.hits(services().kickoff, page=page, size=PAGE_SIZE, lang=current_language())
    follow = follow_search(followed)
    address, last = full_address(follow.feed), min(MAX_PAGES, -(-result.total // PAGE_SIZE))
    entries = entries_of(hits)
    catalogue.read_ahead(entries)
    return feed(
        address,
        page,
        paged(address, page, last=last),
        shown_at=full_address(f"{url_for('search.results')}?{followed.written}".rstrip("?")),
        title=feed_title(follow.title),
        entries=(one for entry in entries if (one := entry_of(entry, catalogue.last_edit(entry))) is not None),
    )


@blueprint.get("/<kind:kind>/<slug:slug>.atom")
def record(kind: KindSchema, slug: str) -> Response:
    """List versions of a record and responses to it, newest first; for a collection also changes of its records."""
    node, page = services(), _page()
    head = node.catalogue.head_by_slug(kind.name, slug)
    versions = [one for one in node.catalogue.versions(head.id) if one.state is State.PUBLISHED]
    found = node.catalogue.record(head)
    inside = [node.catalogue.last_edit(entry) for _one, entry in contained(found) if entry]
    happened: list[CatalogueEntry | TownResponse] = [*versions, *node.review.responses.of(head.id), *inside]
    events = sorted(happened, key=lambda one: one.at, reverse=True)
    shown = events[(page - 1) * EVENTS_PAGE_SIZE : page * EVENTS_PAGE_SIZE]
    address, last = full_address(url_for("feeds.record", kind=kind, slug=slug)), -(-len(events) // EVENTS_PAGE_SIZE)
    return feed(
        address,
        page,
        paged(address, page, last=last),
        shown_at=full_address(page_address(head)),
        title=feed_title(found.title),
        entries=_events(shown, head, versions),
    )


def _events(
    events: list[CatalogueEntry | TownResponse], head: CatalogueEntry, versions: list[CatalogueEntry]
) -> Iterator[Element]:
    before = {newer.ver: older for older, newer in pairwise(versions)}
    for event in events:
        if isinstance(event, TownResponse):
            yield _response(event, head)
        elif event.id == head.id:
            yield _version(event, before.get(event.ver))
        elif (entry := entry_of(event, event)) is not None:
            yield entry


def _version(entry: CatalogueEntry, before: CatalogueEntry | None) -> Element:
    catalogue = services().catalogue
    found = catalogue.record(entry)
    changes = _("First version.")
    if before is not None:
        kind = services().schemas.kind(found.kind)
        words = in_words(compare(catalogue.record(before), found, kind, value_text()))
        changes = "; ".join(words) or _("The text is the same; it was found to hold still.")
    address = own_addresses().version(entry.id, entry.ver)
    return entry_element(
        id=address,
        href=address,
        title=_("Version %(number)s of “%(title)s”", number=entry.ver, title=found.title),
        at=entry.at,
        lang=current_language(),
        summary=changes,
        topics=found.topics,
    )


def _response(response: TownResponse, head: CatalogueEntry) -> Element:
    return entry_element(
        id=permanent_address(response.record_id, origin=response.origin),
        href=own_addresses().page(head.kind, head.slug),
        title=_("Response from %(place)s", place=response.place.name or _("Municipality without proof")),
        at=response.at,
        lang=current_language(),
        topics=(),
        summary=" ".join(filter(None, (response.note, response.adapted))) or formats.moment(response.at),
    )


def entry_of(entry: CatalogueEntry, edit: CatalogueEntry) -> Element | None:
    """Return a feed entry for a record, in English for English readers; None if the record cannot be read."""
    node, addresses = services(), own_addresses()
    record = node.catalogue.readable(entry)
    if record is None:
        return None
    english = in_english(record)
    lang = english.lang if english else record.lang
    summary = english.summary if english else record.summary
    lines = LineWords(node.schemas, lang).lines(node.five_lines(record))
    return entry_element(
        id=permanent_address(entry.id, origin=entry.origin),
        href=addresses.held(entry.id, entry.origin) if entry.origin else addresses.page(entry.kind, entry.slug),
        title=english.title if english else record.title,
        at=edit.at,
        lang=lang,
        summary=summary,
        content="\n".join([summary, *(line.plain for line in lines)]) if lines else "",
        topics=record.topics,
        rights=record.license,
    )


def _page() -> int:
    page = request_page()
    if page > MAX_PAGES:
        abort(404)
    return page


def paged(address: str, page: int, *, last: int = 0, more: bool = False) -> dict[str, str]:
    """Return the links between pages of a feed, by relation; without `last`, `more` says whether one follows."""
    more = more or page < last
    if page == 1 and not more:
        return {}
    links = {"first": 1, **({"last": last} if last else {})}
    links |= {"previous": page - 1} if page > 1 else {}
    links |= {"next": page + 1} if more else {}
    return {relation: page_of(address, number) for relation, number in links.items()}


def page_of(address: str, page: int) -> str:
    """Return the address of a page of a feed."""
    return address if page == 1 else f"{address}{'&' if '?' in address else '?'}seite={page}"


def feed(
    address: str, page: int, neighbours: dict[str, str], *, shown_at: str, title: str, entries: Iterable[Element]
) -> Response:
    """Return a page of the feed at `address`; `shown_at` is the page with the same content for people."""
    settings, entries = services().settings, tuple(entries)
    # Write prefixes directly, because the library registers them for all threads of the process.
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": current_language()})
    _text(root, "id", address)
    _text(root, "title", title)
    for relation, href in {"self": page_of(address, page), "alternate": shown_at, **neighbours}.items():
        kind = "text/html" if relation == "alternate" else MEDIA_TYPE
        SubElement(root, "link", {"rel": relation, "type": kind, "href": href})
    _text(root, "updated", max((entry.findtext("updated", "") for entry in entries), default=_BEGINNING))
    _text(SubElement(root, "author"), "name", settings.operator_name or node_title("") or settings.name)
    root.extend(entries)
    return Response(bytes(tostring(root, encoding="utf-8", xml_declaration=True)), mimetype=MEDIA_TYPE)


def entry_element(href: str, at: datetime, lang: str, topics: Iterable[str], **texts: str) -> Element:
    """Return an entry; `id` and `href` are full addresses, texts are plain, and empty ones are omitted."""
    element = Element("entry", {"xml:lang": lang})
    for name, text in {"updated": _time(at), **texts}.items():
        if text:
            _text(element, name, text)
    SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": href})
    for topic in topics:
        SubElement(element, "category", {"term": topic})
    return element


def _text(parent: Element, name: str, text: str) -> None:
    # XML forbids most control characters, and one in a search text must not break its feed.
    SubElement(parent, name).text = _NO_XML.sub("", text)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
