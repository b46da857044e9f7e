"""Feeds (Atom, RFC 4287) of each search, of the lists of topics, states and kinds, and of each record.

A feed asks no more of the site than the page it belongs to, and goes back at most MAX_PAGES.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, abort, request, url_for

from app.catalogue import CatalogueEntry, State
from app.records.difference import compare
from app.records.five_lines import LineWords
from app.records.record import Record
from app.records.schema import KindSchema
from app.review.responses.response import Response as Said
from app.web.collections.contained import contained
from app.web.following.offering import as_followed, feed_title, follow_search, follow_site
from app.web.kickoff.situation import read_kickoff
from app.web.records.difference import in_words, value_text
from app.web.search.question import read_question, request_page
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language, mount_point
from app.web.shell.nodes import node_title
from app.web.shell.routing import Addresses, own_addresses, page_address
from app.web.shell.searched import entries_of
from app.web.shell.titles import in_english
from app.web.shell.wording import _

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


blueprint = Blueprint("feeds", __name__)
ENTRIES = 50
MOST_PAGES = 20
EVENTS = 30


@blueprint.get("/feed.atom")
def atom() -> Response:
    """The latest edits of this node's records, the newest first; that a record was found to hold is no news."""
    addresses, page = own_addresses(), _page()
    address = f"{addresses.issuer}/feed.atom"
    # Damaged records are left out, and the next ones take their places.
    newest = islice(services().catalogue.own.newest_edits(services().schemas.listed), (page - 1) * ENTRIES, None)
    found = (one for entry, edit in newest if (one := entry_of(entry, edit, addresses)))
    entries = tuple(islice(found, ENTRIES))
    more = page < MOST_PAGES and next(found, None) is not None
    return answer(
        Feed(
            address=address,
            own_address=page_of(address, page),
            page=f"{addresses.issuer}/",
            title=follow_site().title,
            lang=current_language(),
            author=_author(),
            entries=entries,
            around=paged(address, page, more=more),
        )
    )


@blueprint.get("/suche.atom")
def search() -> Response:
    """Answer a search like its page does, with what changed last in front."""
    asker = read_kickoff(request.args)
    followed = as_followed(read_question(request.args, asker.parameters()), asker.situation)
    page = _page()
    result, hits = followed.hits(services().kickoff, page=page, size=ENTRIES, lang=current_language())
    follow = follow_search(followed)
    address, last = here(follow.feed), min(MOST_PAGES, -(-result.total // ENTRIES))
    catalogue, addresses = services().catalogue, own_addresses()
    entries = entries_of(hits)
    catalogue.read_ahead(entries)
    shown = (entry_of(entry, catalogue.last_edit(entry), addresses) for entry in entries)
    return answer(
        Feed(
            address=address,
            own_address=page_of(address, page),
            page=here(f"{url_for('search.results')}?{followed.written}".rstrip("?")),
            title=feed_title(follow.title),
            lang=current_language(),
            author=_author(),
            entries=tuple(one for one in shown if one),
            around=paged(address, page, last=last),
        )
    )


@blueprint.get("/<kind:kind>/<slug:slug>.atom")
def record(kind: KindSchema, slug: str) -> Response:
    """Tell what happened to a record: its versions and the responses to it, the newest first.

    Of a collection, the last change of each record in it too.
    """
    node, page = services(), _page()
    head = node.catalogue.head_by_slug(kind.name, slug)
    versions = [one for one in node.catalogue.versions(head.id) if one.state is State.PUBLISHED]
    said = node.review.responses.of(head.id)
    found = node.catalogue.record(head)
    inside = [node.catalogue.last_edit(one.entry) for one in contained(found) if one.entry]
    happened: list[CatalogueEntry | Said] = [*versions, *said, *inside]
    events = sorted(happened, key=lambda one: one.at, reverse=True)
    address, last = here(url_for("feeds.record", kind=kind, slug=slug)), -(-len(events) // EVENTS)
    return answer(
        Feed(
            address=address,
            own_address=page_of(address, page),
            page=here(page_address(head)),
            title=feed_title(found.title),
            lang=current_language(),
            author=_author(),
            entries=tuple(one for one in _events(events[(page - 1) * EVENTS : page * EVENTS], head, versions) if one),
            around=paged(address, page, last=last),
        )
    )


def _events(
    events: list[CatalogueEntry | Said], head: CatalogueEntry, versions: list[CatalogueEntry]
) -> Iterator[FeedEntry | None]:
    before = {newer.ver: older for older, newer in pairwise(versions)}
    for event in events:
        if isinstance(event, CatalogueEntry) and event.id != head.id:
            yield entry_of(event, event, own_addresses())
        elif isinstance(event, CatalogueEntry):
            yield _version(event, before.get(event.ver))
        else:
            yield _response(event, head)


def _version(entry: CatalogueEntry, before: CatalogueEntry | None) -> FeedEntry:
    catalogue, addresses = services().catalogue, own_addresses()
    found = catalogue.record(entry)
    changes = _("First version.")
    if before is not None:
        kind = services().schemas.kind(found.kind)
        words = in_words(compare(catalogue.record(before), found, kind, value_text()))
        changes = "; ".join(words) or _("The text is the same; it was found to hold still.")
    address = addresses.version(entry.id, entry.ver)
    title = _("Version %(number)s of “%(title)s”", number=entry.ver, title=found.title)
    return FeedEntry(
        id=address,
        href=address,
        title=title,
        at=entry.at,
        lang=current_language(),
        summary=changes,
        topics=found.topics,
    )


def _response(said: Said, head: CatalogueEntry) -> FeedEntry:
    addresses = own_addresses()
    name = addresses.at_home(said.record_id, said.origin) if said.origin else addresses.permanent(said.record_id)
    return FeedEntry(
        id=name,
        href=addresses.page(head.kind, head.slug),
        title=_("Response from %(place)s", place=said.place.name),
        at=said.at,
        lang=current_language(),
        summary=" ".join(filter(None, (said.note, said.adapted))) or formats.moment(said.at),
    )


def entry_of(entry: CatalogueEntry, edit: CatalogueEntry, addresses: Addresses) -> FeedEntry | None:
    """Return a record as an entry, in English where the reader reads so; None where it cannot be read just now."""
    record = services().catalogue.readable(entry)
    if record is None:
        return None
    english = in_english(record)
    lang = english.lang if english else record.lang
    summary = english.summary if english else record.summary
    return FeedEntry(
        id=addresses.at_home(entry.id, entry.origin) if entry.origin else addresses.permanent(entry.id),
        href=addresses.held(entry.id, entry.origin) if entry.origin else addresses.page(entry.kind, entry.slug),
        title=english.title if english else record.title,
        at=edit.at,
        lang=lang,
        summary=summary,
        content=_with_lines(record, summary, lang),
        topics=record.topics,
        rights=record.license,
    )


def _with_lines(record: Record, summary: str, lang: str) -> str:
    lines = LineWords(services().schemas, lang).lines(services().five_lines(record))
    return "\n".join([summary, *(line.plain for line in lines)]) if lines else ""


def here(address: str) -> str:
    """Return an address of this site in full, as it is known outside."""
    return services().settings.issuer + address.removeprefix(mount_point())


def _page() -> int:
    page = request_page()
    if page > MOST_PAGES:
        abort(404)
    return page


def _author() -> str:
    settings = services().settings
    return settings.operator_name or node_title("") or settings.name
