"""The records of a collection as they stand in the catalogue today: on its page, and all of them as one file."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response

from app.catalogue import CatalogueEntry, RecordNotFound
from app.documents.blocks import Page, Paragraph, Span
from app.documents.writing.exports import ExportKind
from app.documents.writing.pdf import Bundle
from app.records.problem import InvalidRecord
from app.records.record import Record
from app.reuse.front_matter import COLLECTION, collected
from app.web.records.drawn import drawn_once, sheet
from app.web.records.page import RecordPage, cite_as
from app.web.search.hits import Card, card_of
from app.web.shell.access import services
from app.web.shell.answers import saved
from app.web.shell.links import SiteLinks
from app.web.shell.shown import Link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Contained:
    """A record of a collection with the sentence on it; `entry` is None where it is not (any more) known here."""

    name: str
    note: str
    entry: CatalogueEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """A record with the sentence on it: its card, or where it is not known here, at least where it leads."""

    note: str
    card: Card | None
    link: Link | None


def contained(record: Record) -> tuple[Contained, ...]:
    """Return the records of a collection in its order."""
    catalogue = services().catalogue
    found = tuple(Contained(name=one.name, note=one.note, entry=catalogue.named(one.name)) for one in collected(record))
    catalogue.read_ahead([one.entry for one in found if one.entry])
    return found


def shown_entries(record: Record) -> tuple[ShownEntry, ...]:
    """Return what the page of a collection shows; what is gone and leads nowhere is left out."""
    links = SiteLinks(record.origin)
    found = (
        ShownEntry(note=one.note, card=card_of(one.entry) if one.entry else None, link=links.target(one.name))
        for one in contained(record)
    )
    return tuple(one for one in found if one.card or one.link)


blueprint = Blueprint("collections", __name__)
blueprint.add_app_template_global(shown_entries)


@blueprint.get("/sammlungen/<slug:slug>/alle.pdf")
def all_records(slug: str) -> Response:
    """Hand out all records of a collection in one file."""
    entry = services().catalogue.head_by_slug(COLLECTION, slug)
    page = RecordPage(entry, entry)
    sheets = services().sheets
    drawn = drawn_once("bundle.pdf", page, lambda whose: sheets.bundle(_bundle(page), entry.at, whose))
    return cite_as(saved(drawn, ExportKind.PDF.media_type, f"{slug}.pdf"), entry)


def _bundle(page: RecordPage) -> Bundle:
    parts = (_part(one, page.record.lang) for one in contained(page.record))
    cover = sheet(page)
    lang = page.record.lang
    summary = Paragraph(text=(Span(text=page.record.summary, lang=lang),))
    return Bundle(
        # Of the sheet of the collection only where its text stands and under which licence; the records follow.
        cover=replace(cover, blocks=(summary, *cover.blocks[-2:])),
        contents=_("Contents"),
        parts=tuple(part for part in parts if part),
    )


def _part(one: Contained, lang: str) -> tuple[Page, Span] | None:
    if one.entry is None:
        return None
    try:
        page = RecordPage(one.entry, one.entry)
    except (InvalidRecord, RecordNotFound):
        # One damaged record must not take the file from all others.
        return None
    return sheet(page), Span(text=one.note, lang=lang)
