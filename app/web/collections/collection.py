"""The current records of a collection: on its page, and all of them in one file."""

from dataclasses import replace

from flask import Blueprint, Response

from app.catalogue import CatalogueEntry, RecordNotFound
from app.documents.blocks import Page, Paragraph, Span
from app.documents.writing.exports import ExportKind
from app.documents.writing.pdf import Bundle
from app.records.problem import InvalidRecord
from app.records.record import Record
from app.reuse.front_matter import COLLECTION, Collected, collected
from app.web.records.drawn import drawn_once, sheet
from app.web.records.page import RecordPage, cite_as
from app.web.search.hits import Card, card_of
from app.web.shell.access import services
from app.web.shell.answers import saved
from app.web.shell.links import SiteLinks
from app.web.shell.shown import Link
from app.web.shell.wording import _


def contained(record: Record) -> list[tuple[Collected, CatalogueEntry | None]]:
    """Return the records of a collection in its order; the entry is None if a record is not known here (any more)."""
    catalogue = services().catalogue
    found = [(one, catalogue.named(one.name)) for one in collected(record)]
    catalogue.read_ahead([entry for _one, entry in found if entry])
    return found


def shown_entries(record: Record) -> list[tuple[str, Card | None, Link | None]]:
    """Return the note, card and link of each record of a collection that has at least one of the latter two."""
    target = SiteLinks(record.origin).target
    found = ((one, card_of(entry) if entry else None, target(one.name)) for one, entry in contained(record))
    return [(one.note, card, link) for one, card, link in found if card or link]


blueprint = Blueprint("collections", __name__)
blueprint.add_app_template_global(shown_entries)


@blueprint.get("/sammlungen/<slug:slug>/alle.pdf")
def all_records(slug: str) -> Response:
    """Send all records of a collection in one file."""
    entry = services().catalogue.head_by_slug(COLLECTION, slug)
    page = RecordPage(entry, entry)
    sheets = services().sheets
    drawn = drawn_once("bundle.pdf", page, lambda whose: sheets.bundle(_bundle(page), entry.at, whose))
    return cite_as(saved(drawn, ExportKind.PDF.media_type, f"{slug}.pdf"), entry)


def _bundle(page: RecordPage) -> Bundle:
    cover, lang = sheet(page), page.record.lang
    parts = ((_sheet(entry), one.note) for one, entry in contained(page.record) if entry)
    summary = Paragraph(text=(Span(text=page.record.summary, lang=lang),))
    return Bundle(
        # Of the sheet of the collection itself, keep only the address of its text and the licence.
        cover=replace(cover, blocks=(summary, *cover.blocks[-2:])),
        contents=_("Contents"),
        parts=tuple((part, Span(text=note, lang=lang)) for part, note in parts if part),
    )


def _sheet(entry: CatalogueEntry) -> Page | None:
    try:
        return sheet(RecordPage(entry, entry))
    except (InvalidRecord, RecordNotFound):
        # Leave out a damaged record rather than send no file.
        return None
