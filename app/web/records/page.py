"""A version of a record as a page; used for the newest version and for any earlier one."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from flask import render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import CatalogueEntry
from app.documents.blocks import SlidesKind
from app.records.record import Record
from app.reuse.obtaining.answer import Answer
from app.search.document import parts_of
from app.search.query import SearchHit
from app.shared.errors import Unavailable
from app.web.kickoff.chosen import deciding
from app.web.records import citation, metadata
from app.web.records.connected import building_on, named_by
from app.web.records.files import file_places
from app.web.records.text import RecordInWords
from app.web.reuse.answer import short_title
from app.web.reuse.panel import FRAGMENT, obtainable
from app.web.reuse.ways import obtainable_brief, obtainable_line
from app.web.search.hits import Card, readable
from app.web.shell.access import services
from app.web.shell.links import node_name, node_title
from app.web.shell.routing import full_address, own_addresses, page_address, permanent_address
from app.web.shell.searched import note_damage
from app.web.shell.shown import Link
from app.web.shell.site import mail_link, mail_to
from app.web.shell.wording import _, label

MAX_SIMILAR = 3
MAX_QUESTION = 300
"""Characters of a search copied into a message."""
_Answer = TypeVar("_Answer", bound=BaseResponse)
SHEETS = ("pdf", "docx")
"""Endings of the files with a record on two sheets."""
WITH_SLIDES = frozenset({"case-study", "solution", "concept"})
"""Kinds with slides, because councils decide about them."""
VARIANTS = {"de-simple": "einfach", "de-x-leicht": "leicht"}
"""Other German versions of a text, with their place below the record's address."""


class RecordPage:
    """A version of a record, for its page and for files generated from it."""

    def __init__(self, entry: CatalogueEntry, newest: CatalogueEntry) -> None:
        """Show `entry`; `newest` is the version that the readable address shows."""
        self.entry = entry
        self.newest = newest
        self.is_newest = entry.ver == newest.ver
        self.record: Record = services().catalogue.record(entry)
        files = file_places(self.record, entry, is_newest=self.is_newest)
        self.text = RecordInWords(self.record, files)
        self.href = page_address(newest)
        self.version_address = permanent_address(entry.id, entry.ver, entry.origin)
        self.record_address = permanent_address(entry.id, origin=entry.origin)
        self.licence = citation.licence(self.record)


def render_record(entry: CatalogueEntry, newest: CatalogueEntry) -> str:
    """Return the page of one version; `newest` is the version that the readable address shows."""
    shown = RecordPage(entry, newest)
    record, is_newest = shown.record, shown.is_newest
    offer = obtainable(record, entry) if is_newest else None
    answers = offer.answers() if offer else []
    return render_template(
        "records/page.html",
        shown=shown,
        page=shown.text,
        record=record,
        # The address that search engines should list.
        canonical=shown.record_address if entry.origin else full_address(shown.href),
        description=_description(record, entry) if is_newest and not entry.origin else None,
        citation=citation.sentence(record, entry),
        citation_files=citation.files(entry),
        variants=tuple(_variants(shown)),
        take_along=tuple(_files(record)) if is_newest else (),
        by_mail=_by_mail(shown) if is_newest else "",
        talks=_talks(record),
        message=_message(record, entry),
        correct_href=_correct_href(shown),
        also_at=tuple(_also_at(shown)),
        choice=deciding(entry.id, entry.origin) if is_newest else None,
        offer=offer,
        answers=answers,
        for_reader=_for_reader(record, answers),
        asks="ort" in request.args or "ort_land" in request.args,
        product=services().reuse.productisation(entry) if record.kind == "solution" else (),
        builders=building_on(record) if is_newest else ((), (), 0),
        named_by=named_by(record, shown.text.relations) if is_newest else ({}, 0),
        similar=_similar(record) if is_newest else [],
    )


def cite_as(answer: _Answer, entry: CatalogueEntry, ver: int | None = None) -> _Answer:
    """Add to an answer the address to cite (RFC 8574): that of the record, or of one of its versions."""
    answer.headers["Link"] = f'<{permanent_address(entry.id, ver, entry.origin)}>; rel="cite-as"'
    return answer


def _variants(shown: RecordPage) -> Iterator[Link]:
    """Yield links to the record in other languages; those of other nodes' records are among the files."""
    labels = {"de-simple": _("In plain German"), "de-x-leicht": _("In easy-to-read German")}
    for item in () if shown.record.origin or not shown.is_newest else shown.record.translations:
        if item.lang in VARIANTS:
            yield Link(label=labels[item.lang], href=f"{shown.href}/{VARIANTS[item.lang]}", lang=item.lang)


def _files(record: Record) -> Iterator[Link]:
    """Yield links to the record in other formats."""
    if record.origin:
        return
    place: dict[str, Any] = {"kind": services().schemas.kind(record.kind), "slug": record.slug}
    for ending in SHEETS:
        yield Link(label=ending.upper(), href=url_for("records.sheets", ending=ending, **place))
    if record.kind in WITH_SLIDES:
        for kind in SlidesKind:
            name = _("Slides (%(format)s)", format=kind.value.upper())
            yield Link(label=name, href=url_for("records.slides", ending=kind.value, **place))
    yield Link(label=_("Embed"), href=url_for("embedding.offer", record_id=record.id))
    yield Link(label="Markdown", href=url_for("records.markdown", **place))
    if record.kind == "solution":
        yield Link(label="publiccode.yml", href=url_for("software.file", slug=record.slug))
    yield Link(label=_("Picture"), href=url_for("records.card", ending="png", **place))


def _by_mail(shown: RecordPage) -> str:
    """Return the link for a mail to a colleague with title, summary and lines of the record."""
    record, lines = shown.record, (line.plain for line in shown.text.lines)
    body = "\n".join([record.title, "", record.summary, "", *lines, "", shown.version_address])
    return mail_to("", record.title, body)


def _talks(record: Record) -> str:
    """Return how those who confirmed the record offer to talk about it; "" if they do not."""
    ways = record.data.get("would_share")
    if record.confirmed is None or not isinstance(ways, Sequence) or "none" in ways:
        return ""
    words = ", ".join(label("would_share", str(way)) for way in ways)
    return _("We talk about it: %(ways)s", ways=words) if words else ""


def _message(record: Record, entry: CatalogueEntry) -> str:
    """Return the link for a mail to people who know the subject; "" if their mailbox is not known."""
    text = _(
        "Good day,\n\nwe have read “%(title)s” (version %(version)s):\n%(address)s\n\nOur question:\n%(question)s\n",
        title=record.title,
        version=entry.ver,
        address=permanent_address(entry.id, entry.ver, entry.origin),
        question=request.args.get("q", "")[:MAX_QUESTION],
    )
    return mail_link(services().five_lines(record).contact.mailbox, _("Question: %(title)s", title=record.title), text)


def _correct_href(shown: RecordPage) -> str:
    """Return the link for reporting a mistake to the record's home node, which alone can correct it."""
    if shown.entry.origin:
        return shown.record_address
    title = shown.record.title
    body = _(
        "Entry: %(title)s\n%(address)s\n\nThis is not right:\n\nThis would be right:\n\nSource:\n",
        title=title,
        address=shown.version_address,
    )
    return mail_link(services().settings.operator_email, _("Correction: %(title)s", title=title), body)


def _for_reader(record: Record, answers: Sequence[tuple[Record, Answer]]) -> list[tuple[str, str, str, str]]:
    """Return label, words, reasons and address of what the record means for the place that the reader has given."""
    return [
        (_("Obtainable for you"), f"{title}{obtainable_brief(answer)}", obtainable_line(answer), f"#{FRAGMENT}")
        for offered, answer in answers
        for site in (f" ({node_name(offered.origin)})" if offered.origin else "",)
        for title in ("" if offered.id == record.id else f"{short_title(offered.title)}{site}: ",)
    ]


def _similar(record: Record) -> list[tuple[SearchHit, Card]]:
    """Return the nearest other records; none if they are unavailable."""
    try:
        return readable(services().neighbours.of(record, MAX_SIMILAR))
    except Unavailable as error:
        note_damage(error)
        return []


def _also_at(shown: RecordPage) -> Iterator[Link]:
    """Yield links to the record at other nodes; for the newest version also to its text under another identifier."""
    visible, entry = services().catalogue.visible(), shown.entry
    for one in visible.elsewhere(entry):
        yield _where_else(one, is_same=one.digest == entry.digest)
    try:
        twins = services().search.twins(shown.record) if shown.is_newest else ()
    except Unavailable as error:
        note_damage(error)
        return
    found = (visible.get(record_id, origin) for origin, record_id in map(parts_of, twins))
    yield from (_where_else(one, is_same=True) for one in found if one and one.id != entry.id)


def _where_else(entry: CatalogueEntry, *, is_same: bool) -> Link:
    values = {"site": node_title(entry.origin), "version": entry.ver}
    if is_same:
        words = _("at %(site)s, version %(version)s, with the same text", **values)
    else:
        words = _("at %(site)s, version %(version)s, with another text", **values)
    return Link(label=words, href=page_address(entry))


def _description(record: Record, entry: CatalogueEntry) -> Markup:
    """Return the record as schema.org data, for search engines."""
    node = services()
    edited = node.catalogue.last_edit(entry).at
    publisher = node.settings.operator_name or node.settings.name
    described = metadata.describe(record, own_addresses(), published=edited.isoformat(), publisher=publisher)
    # script_text escapes everything that could end the element; JSON-LD is never executed.
    return Markup(metadata.script_text(described))  # noqa: S704
