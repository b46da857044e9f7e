"""A collection as one file: cover with contents, then each record on two sheets."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response

from app.catalogue import RecordNotFound
from app.documents.blocks import Page, Paragraph, Span
from app.documents.writing.exports import ExportKind
from app.documents.writing.pdf import Bundle
from app.records.problem import InvalidRecord
from app.reuse.front_matter import COLLECTION
from app.web.collections.contained import Contained, contained, shown_entries
from app.web.records.kept import drawn_once
from app.web.records.page import RecordPage, cite_as
from app.web.records.sheet import sheet
from app.web.shell.access import services
from app.web.shell.answers import saved
from app.web.shell.wording import _

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
