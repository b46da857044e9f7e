# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A version of a record as a page; used for the newest version and for any earlier one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import render_template, url_for
from markupsafe import Markup

from app.catalogue import CatalogueEntry
from app.content.record import Record
from app.errors import Unavailable
from app.web.kickoff.found import KickoffOfRecord, carrying, carrying_relations, kickoff_of
from app.web.records.files import FilePlaces, held_files
from app.web.records.jsonld import describe, script_text
from app.web.records.markdown import section_renderer
from app.web.records.provenance import Provenance, provenance
from app.web.records.text import RecordCitation, RecordInWords, citation, record_in_words
from app.web.records.writer import kind_of, writer_for
from app.web.responses.beside_record import BesideRecord, beside_record
from app.web.reuse.panel import FRAGMENT, Obtainable, obtainable
from app.web.reuse.products import ProductPanel, product_panel
from app.web.search.hits import ShownHit
from app.web.search.question import find, shown_hits
from app.web.shell.access import services
from app.web.shell.language import mount_point
from app.web.shell.nodes import node_title
from app.web.shell.routing import Addresses, page_address, permanent_address
from app.web.shell.shown import Link
from app.web.shell.site import mail_link
from app.web.shell.wording import _

SHOWN = 10
_KINDS = frozenset({"solution", "concept"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingOn:
    """The newest of the records that build on this one; `total` counts all, `search` lists them."""

    title: str
    hits: tuple[ShownHit, ...]
    total: int
    search: str


def building_on(record: Record) -> BuildingOn | None:
    """Return who builds on a solution or a concept; None for other kinds, and where nobody is known to."""
    if record.kind not in _KINDS:
        return None
    try:
        found = find(size=SHOWN, nutzt=record.ref)
    except Unavailable:
        # The record can be read without those that build on it.
        return None
    if not found.total:
        return None
    return BuildingOn(
        title=_("Who uses this solution") if record.kind == "solution" else _("Who applies this concept"),
        hits=carrying(shown_hits(found.hits)),
        total=found.total,
        search=url_for("search.results", nutzt=record.ref),
    )


SIMILAR = 3
VARIANTS = {"de-simple": "einfach", "de-x-leicht": "leicht", "en": "englisch"}
"""Further versions of a text and where they are found below the record's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """A version of a record with everything around it."""

    page: RecordInWords
    entry: CatalogueEntry
    newest: CatalogueEntry
    href: str
    canonical: str
    contents: tuple[tuple[str, str], ...]
    citation: RecordCitation
    variants: tuple[Link, ...]
    correct_href: str
    similar: tuple[ShownHit, ...]
    kickoff: KickoffOfRecord | None
    obtainable: Obtainable | None
    product: ProductPanel | None
    building_on: BuildingOn | None
    description: Markup | None
    beside: BesideRecord | None
    provenance: Provenance | None

    @property
    def is_newest(self) -> bool:
        """Tell whether no newer version exists."""
        return self.entry.ver == self.newest.ver


def render_record(entry: CatalogueEntry, newest: CatalogueEntry) -> str:
    """Return the page of one version; `newest` is the version that the readable address shows."""
    record = services().catalogue.record(entry)
    return render_template("records/page.html", shown=_shown(record, entry, newest), kind=kind_of(record))


def _shown(record: Record, entry: CatalogueEntry, newest: CatalogueEntry) -> RecordPage:
    href = page_address(newest)
    is_newest = entry.ver == newest.ver
    files = file_places(record, entry, newest)
    question = obtainable(record, entry) if is_newest else None
    page = record_in_words(
        writer_for(record),
        kind_of(record),
        section_renderer(record, files),
        files=files,
        confirm=_confirmation(record, entry),
    )
    return RecordPage(
        page=replace(page, relations=carrying_relations(page.relations)),
        entry=entry,
        newest=newest,
        href=href,
        canonical=_canonical(newest, href),
        contents=_contents(page, question),
        citation=_citation(record, entry),
        variants=_variants(record, href) if is_newest else (),
        correct_href=_correction(record, entry),
        similar=carrying(_similar(record)) if is_newest else (),
        kickoff=kickoff_of(entry, href) if is_newest else None,
        obtainable=question,
        product=_product(record, entry),
        building_on=building_on(record) if is_newest else None,
        beside=beside_record(record, entry) if is_newest else None,
        description=_description(record, entry) if is_newest and not entry.origin else None,
        provenance=provenance(entry) if entry.origin else None,
    )


def _contents(page: RecordInWords, question: Obtainable | None) -> tuple[tuple[str, str], ...]:
    """Return the headings that readers can jump to."""
    entries = [("lehren", _("Lessons"))] if page.lessons else []
    entries += [(block.id, block.title) for block in page.blocks if block.level == 2]
    entries += [("nachnutzen", _("Reuse"))] if page.reuse else []
    entries += [(block.id, block.title) for block in page.reuse_blocks if block.level == 2]
    entries += [(FRAGMENT, _("Obtainable for us?"))] if question else []
    entries += [("dateien", _("Files"))] if page.downloads else []
    entries += [("offen", _("Open questions"))] if page.open_questions else []
    return (*entries, ("quellen", _("Sources")), ("fakten", _("Facts")))


def _product(record: Record, entry: CatalogueEntry) -> ProductPanel | None:
    if record.kind != "solution":
        return None
    return product_panel(services().reuse.productisation(entry), writer_for(record))


def file_places(record: Record, entry: CatalogueEntry, newest: CatalogueEntry) -> FilePlaces:
    """Return where the files of a version are served."""
    if entry.origin:
        return held_files(record, entry)
    if entry.ver == newest.ver:
        kind = services().schemas.kind(entry.kind)
        return FilePlaces(url=url_for("records.file", kind=kind, slug=entry.slug, name="x").removesuffix("x"))
    return FilePlaces(url=url_for("permanent.file", record_id=entry.id, ver=entry.ver, name="x").removesuffix("x"))


def _citation(record: Record, entry: CatalogueEntry) -> RecordCitation:
    return citation(
        record,
        site=node_title(entry.origin),
        version=entry.ver,
        at=entry.at,
        version_address=permanent_address(entry.id, entry.ver, entry.origin),
        record_address=permanent_address(entry.id, origin=entry.origin),
    )


def _canonical(newest: CatalogueEntry, href: str) -> str:
    if newest.origin:
        return permanent_address(newest.id, origin=newest.origin)
    return services().settings.issuer + href.removeprefix(mount_point())


def _variants(record: Record, href: str) -> tuple[Link, ...]:
    labels = {
        "de-simple": _("In plain German"),
        "de-x-leicht": _("In easy-to-read German"),
        "en": _("In English"),
    }
    return tuple(
        Link(label=labels[item.lang], href=f"{href}/{VARIANTS[item.lang]}", lang=item.lang)
        for item in record.translations
        # Of other nodes' records they stand among the files.
        if item.lang in VARIANTS and not record.origin
    )


def _correction(record: Record, entry: CatalogueEntry) -> str:
    if entry.origin:
        # Only its home can change a record.
        return permanent_address(entry.id, origin=entry.origin)
    address = permanent_address(entry.id, entry.ver)
    body = _(
        "Entry: %(title)s\n%(address)s\n\nThis is not right:\n\nThis would be right:\n\nSource:\n",
        title=record.title,
        address=address,
    )
    return mail_link(services().settings.operator_email, _("Correction: %(title)s", title=record.title), body)


def _confirmation(record: Record, entry: CatalogueEntry) -> Callable[[str], str]:
    address = permanent_address(entry.id, entry.ver)

    def link(statement: str) -> str:
        if entry.origin:
            return ""
        body = _(
            "Lesson: %(lesson)s\nEntry: %(title)s\n%(address)s\n\nOur municipality:\n\nWhat we experienced:\n",
            lesson=statement,
            title=record.title,
            address=address,
        )
        return mail_link(services().settings.operator_email, _("We can confirm a lesson"), body)

    return link


def _similar(record: Record) -> tuple[ShownHit, ...]:
    try:
        return shown_hits(services().search.similar(record, SIMILAR))
    except Unavailable:
        # The record can be read without its neighbours.
        return ()


def _description(record: Record, entry: CatalogueEntry) -> Markup:
    node = services()
    addresses = Addresses(issuer=node.settings.issuer, schemas=node.schemas)
    edited = node.catalogue.last_edit(entry).at
    publisher = node.settings.operator_name or node.settings.name
    # script_text escapes whatever could end the element; JSON-LD is data, never run.
    return Markup(script_text(describe(record, addresses, published=edited.isoformat(), publisher=publisher)))  # noqa: S704
