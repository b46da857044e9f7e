"""Feeds of all that can be looked at again: each search, which topics, states and kinds are too, and each record.

A feed asks no more of the site than the page it stands for, and reaches no further back than `MOST_PAGES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from flask import Blueprint, Response, abort, request, url_for

from app.catalogue import CatalogueEntry, State
from app.records.difference import compare
from app.records.five_lines import LineWords
from app.records.record import Record
from app.records.schema import KindSchema
from app.review.responses.response import Response as Said
from app.web.collections.contained import contained
from app.web.following.atom import Feed, FeedEntry, answer, page_of, paged
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
