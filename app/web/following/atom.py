"""Feeds as text: Atom (RFC 4287), in pages where they are long (RFC 5005, section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response

ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"
_NO_TEXT = re.compile("[^\n\t -\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry. `id` and `href` are full addresses, `content` is plain text and "" where the summary is all."""

    id: str
    href: str
    title: str
    at: datetime
    lang: str
    summary: str
    content: str = ""
    topics: tuple[str, ...] = ()
    rights: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A page of a feed. `address` is that of the whole feed, `page` what people open, `around` more links."""

    address: str
    page: str
    title: str
    lang: str
    author: str
    entries: tuple[FeedEntry, ...]
    around: tuple[tuple[str, str], ...] = ()
    own_address: str = ""


def paged(address: str, page: int, *, last: int = 0, more: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the links of a page of a feed by their relation; where pages are not counted, `more` tells of another."""
    more = more or page < last
    if page == 1 and not more:
        return ()
    links = {"first": 1, **({"last": last} if last else {})}
    links |= {"previous": page - 1} if page > 1 else {}
    links |= {"next": page + 1} if more else {}
    return tuple((relation, page_of(address, number)) for relation, number in links.items())


def page_of(address: str, page: int) -> str:
    """Return the address of one page of a feed."""
    return address if page == 1 else f"{address}{'&' if '?' in address else '?'}seite={page}"


def answer(feed: Feed) -> Response:
    """Return the feed as it is sent."""
    return Response(bytes(tostring(_feed(feed), encoding="utf-8", xml_declaration=True)), mimetype=TYPE)


def _feed(feed: Feed) -> Element:
    # Names are not bound through the library, which keeps them for all threads of the process together.
    root = Element("feed", {"xmlns": ATOM, "xml:lang": feed.lang})
    _text(root, "id", feed.address)
    _text(root, "title", feed.title)
    own = feed.own_address or feed.address
    for relation, href in (("self", own), ("alternate", feed.page), *feed.around):
        kind = "text/html" if relation == "alternate" else TYPE
        SubElement(root, "link", {"rel": relation, "type": kind, "href": href})
    _text(root, "updated", _time(max((entry.at for entry in feed.entries), default=_BEGINNING)))
    _text(SubElement(root, "author"), "name", feed.author)
    root.extend(_entries(feed))
    return root


def _entries(feed: Feed) -> Iterator[Element]:
    for entry in feed.entries:
        element = Element("entry", {"xml:lang": entry.lang})
        _text(element, "id", entry.id)
        _text(element, "title", entry.title)
        _text(element, "updated", _time(entry.at))
        _text(element, "summary", entry.summary)
        if entry.content:
            _text(element, "content", entry.content)
        SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.href})
        for topic in entry.topics:
            SubElement(element, "category", {"term": topic})
        if entry.rights:
            _text(element, "rights", entry.rights)
        yield element


def _text(parent: Element, name: str, text: str) -> None:
    # XML has no place for control characters, and one in a search must not break its feed.
    SubElement(parent, name).text = _NO_TEXT.sub("", text)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
