"""A version of a record as a page; used for the newest version and for any earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from flask import render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import CatalogueEntry
from app.documents.blocks import SlidesKind
from app.records.record import Lesson, Record, Translation
from app.reuse.obtaining.answer import Answer
from app.reuse.productisation import Criterion
from app.search.document import parts_of
from app.search.query import SearchHit
from app.shared.errors import Unavailable
from app.web.kickoff.selection import Choosing, Selection, choosing, kickoff_parameters, selection_id
from app.web.records import citation
from app.web.records.building_on import BuildingOn, building_on
from app.web.records.connected import NamedBy, named_by
from app.web.records.files import file_places
from app.web.records.jsonld import describe, script_text
from app.web.records.markdown import section_renderer
from app.web.records.message import Message, message
from app.web.records.text import RecordInWords
from app.web.reuse.answer import short_title
from app.web.reuse.panel import FRAGMENT, Obtainable, obtainable
from app.web.reuse.ways import obtainable_brief, obtainable_line
from app.web.search.hits import Card, readable
from app.web.shell.access import services
from app.web.shell.language import current_language, mount_point
from app.web.shell.links import node_name, node_title
from app.web.shell.routing import Addresses, page_address, permanent_address
from app.web.shell.searched import note_damage
from app.web.shell.shown import Link, in_english
from app.web.shell.site import mail_link, mail_to
from app.web.shell.wording import _, label

SIMILAR = 3
_Answer = TypeVar("_Answer", bound=BaseResponse)
SHEETS = ("pdf", "docx")
"""Endings of the files that hold a record on two sheets."""
WITH_SLIDES = frozenset({"case-study", "solution", "concept"})
"""Kinds about which a council decides, so that there are slides."""
VARIANTS = {"de-simple": "einfach", "de-x-leicht": "leicht", "en": "englisch"}
"""Further versions of a text and where they are found below the record's address."""


def render_record(entry: CatalogueEntry, newest: CatalogueEntry) -> str:
    """Return the page of one version; `newest` is the version that the readable address shows."""
    shown = RecordPage(entry, newest)
    return render_template("records/page.html", shown=shown, page=shown.text, record=shown.record)


def cite_as(answer: _Answer, entry: CatalogueEntry, ver: int | None = None) -> _Answer:
    """Say in an answer what to cite instead of its address (RFC 8574): the record, or one of its versions."""
    answer.headers["Link"] = f'<{permanent_address(entry.id, ver, entry.origin)}>; rel="cite-as"'
    return answer


class RecordPage:
    """A version of a record with everything around it."""

    def __init__(self, entry: CatalogueEntry, newest: CatalogueEntry) -> None:
        self.entry = entry
        self.newest = newest
        self.is_newest = entry.ver == newest.ver
        self.record: Record = services().catalogue.record(entry)
        files = file_places(self.record, entry, is_newest=self.is_newest)
        self.text = RecordInWords(self.record, files, section_renderer(self.record, files))
        self.href = page_address(newest)
        self.version_address = permanent_address(entry.id, entry.ver, entry.origin)
        self.record_address = permanent_address(entry.id, origin=entry.origin)

    @cached_property
    def canonical(self) -> str:
        """The address under which search engines shall list the record."""
        if self.newest.origin:
            return self.record_address
        return services().settings.issuer + self.href.removeprefix(mount_point())

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """The headings that readers can jump to."""
        page, record = self.text, self.record
        entries = [("lehren", _("Lessons"))] if record.lessons else []
        entries += [(block.id, block.title) for block in page.blocks.results]
        entries += [("kosten", _("Costs and funding"))] if page.costs else []
        entries += [(block.id, block.title) for block in page.blocks.texts if block.id != "cost" or not page.costs]
        entries += [("nachnutzen", _("Reuse"))] if page.has_reuse else []
        entries += [(FRAGMENT, _("Obtainable for us?"))] if self.obtainable else []
        entries += [("bilder", _("Pictures"))] if page.pictures else []
        entries += [("dateien", _("Files"))] if page.downloads else []
        entries += [("offen", _("Open questions"))] if record.open_questions else []
        return (*entries, ("quellen", _("Sources")), ("fakten", _("Facts")))

    @cached_property
    def licence(self) -> tuple[str, str]:
        """Name and address of the licence."""
        return citation.licence(self.record)

    @property
    def citation(self) -> str:
        """How to cite the version, so that the citation leads to the same text for ever."""
        return citation.sentence(self.record, self.entry)

    @property
    def citation_files(self) -> tuple[Link, ...]:
        """The same for programs that keep references."""
        return citation.files(self.entry)

    @cached_property
    def take_along(self) -> tuple[Link, ...]:
        """The record in other forms and languages, and as a mail to somebody else."""
        return (*self._variants(), *self._files(), *self._by_mail()) if self.is_newest else ()

    def _variants(self) -> Iterator[Link]:
        labels = {
            "de-simple": _("In plain German"),
            "de-x-leicht": _("In easy-to-read German"),
            "en": _("In English"),
        }
        for item in self.record.translations:
            # Of other nodes' records they stand among the files.
            if item.lang in VARIANTS and not self.record.origin:
                yield Link(label=labels[item.lang], href=f"{self.href}/{VARIANTS[item.lang]}", lang=item.lang)

    def _files(self) -> Iterator[Link]:
        if not self.record.origin:
            place: dict[str, Any] = {"kind": services().schemas.kind(self.record.kind), "slug": self.record.slug}
            for ending in SHEETS:
                yield Link(label=ending.upper(), href=url_for("records.sheets", ending=ending, **place))
            if self.record.kind in WITH_SLIDES:
                for kind in SlidesKind:
                    name = _("Slides (%(format)s)", format=kind.value.upper())
                    yield Link(label=name, href=url_for("records.slides", ending=kind.value, **place))
            yield Link(label=_("Embed"), href=url_for("embedding.offer", record_id=self.record.id))
            yield Link(label="Markdown", href=url_for("records.markdown", **place))
            if self.record.kind == "solution":
                yield Link(label="publiccode.yml", href=url_for("software.file", slug=self.record.slug))
            yield Link(label=_("Picture"), href=url_for("records.card", ending="png", **place))

    def _by_mail(self) -> Iterator[Link]:
        lines = (line.plain for line in self.text.lines)
        body = "\n".join([self.record.title, "", self.record.summary, "", *lines, "", self.version_address])
        yield Link(label=_("Mail"), href=mail_to("", self.record.title, body))

    @property
    def is_foreign_to_reader(self) -> bool:
        """Tell whether an English page shows a record in another language."""
        return current_language() == "en" and not self.record.lang.startswith("en")

    @property
    def in_english(self) -> Translation | None:
        """Title and summary in English, where the page is English and the record is not."""
        return in_english(self.record)

    @property
    def talks(self) -> str:
        """On which ways those who have confirmed the record offer to talk about it; "" for none."""
        ways = self.record.data.get("would_share")
        if self.record.confirmed is None or not isinstance(ways, Sequence) or "none" in ways:
            return ""
        words = ", ".join(label("would_share", str(way)) for way in ways)
        return _("We talk about it: %(ways)s", ways=words) if words else ""

    @property
    def message(self) -> Message | None:
        """What the reader can write to those who know."""
        return message(self.record, self.entry)

    def for_reader(self, answers: Sequence[tuple[Record, Answer]]) -> list[tuple[str, str, str, str]]:
        """Return label, words, reasons and address of what the record means for the place that the reader has given."""
        return [
            (_("Obtainable for you"), f"{title}{obtainable_brief(answer)}", obtainable_line(answer), f"#{FRAGMENT}")
            for record, answer in answers
            for site in (f" ({node_name(record.origin)})" if record.origin else "",)
            for title in ("" if record.id == self.record.id else f"{short_title(record.title)}{site}: ",)
        ]

    @property
    def asks(self) -> bool:
        """Tell whether the reader has begun to say where they are."""
        return "ort" in request.args or "ort_land" in request.args

    @cached_property
    def correct_href(self) -> str:
        """Where a mistake is reported: only its home can change a record."""
        if self.entry.origin:
            return self.record_address
        title = self.record.title
        body = _(
            "Entry: %(title)s\n%(address)s\n\nThis is not right:\n\nThis would be right:\n\nSource:\n",
            title=title,
            address=self.version_address,
        )
        return mail_link(services().settings.operator_email, _("Correction: %(title)s", title=title), body)

    def confirm_href(self, lesson: Lesson) -> str:
        """Return the link by which others confirm a lesson."""
        if self.entry.origin:
            return ""
        body = _(
            "Lesson: %(lesson)s\nEntry: %(title)s\n%(address)s\n\nOur municipality:\n\nWhat we experienced:\n",
            lesson=lesson.statement,
            title=self.record.title,
            address=self.version_address,
        )
        return mail_link(services().settings.operator_email, _("We can confirm a lesson"), body)

    @cached_property
    def similar(self) -> list[tuple[SearchHit, Card]]:
        """The nearest other records; the record can be read without its neighbours."""
        try:
            return readable(services().neighbours.of(self.record, SIMILAR)) if self.is_newest else []
        except Unavailable as error:
            note_damage(error)
            return []

    @cached_property
    def building_on(self) -> BuildingOn | None:
        """Who uses a solution or applies a concept."""
        return building_on(self.record) if self.is_newest else None

    @cached_property
    def named_by(self) -> NamedBy:
        """Who learned from the record, follows it or belongs to it."""
        return named_by(self.record, self.text.relations) if self.is_newest else NamedBy()

    @cached_property
    def choosing(self) -> Choosing | None:
        """The decision about the record, for somebody who starts a project."""
        if not self.is_newest:
            return None
        record, others = selection_id(self.entry.id, self.entry.origin), kickoff_parameters(selection=Selection())
        return choosing(record, Selection.read(request.args), self.href, others)

    @cached_property
    def obtainable(self) -> Obtainable | None:
        """Whether the asker can obtain what the record offers."""
        return obtainable(self.record, self.entry) if self.is_newest else None

    @cached_property
    def product(self) -> tuple[Criterion, ...]:
        """How far a solution has become a product."""
        return services().reuse.productisation(self.entry) if self.record.kind == "solution" else ()

    @cached_property
    def also_at(self) -> tuple[Link, ...]:
        """The same identifier or text at other nodes, of which one may be the home and another a copy."""
        return tuple(
            Link(label=_where_else(one, same=one.digest == self.entry.digest), href=page_address(one))
            for one in services().catalogue.visible().elsewhere(self.entry)
        ) + tuple(Link(label=_where_else(one, same=True), href=page_address(one)) for one in self._twins)

    @property
    def _twins(self) -> Iterator[CatalogueEntry]:
        """Yield what says the same at another node under an identifier of its own."""
        try:
            twins = services().search.twins(self.record) if self.is_newest else ()
        except Unavailable as error:
            note_damage(error)
            return
        visible = services().catalogue.visible()
        found = (visible.get(record_id, origin) for origin, record_id in map(parts_of, twins))
        yield from (one for one in found if one and one.id != self.entry.id)

    @cached_property
    def description(self) -> Markup | None:
        """The record in the words of schema.org, for search engines."""
        if not self.is_newest or self.entry.origin:
            return None
        node = services()
        addresses = Addresses(issuer=node.settings.issuer, schemas=node.schemas)
        edited = node.catalogue.last_edit(self.entry).at
        publisher = node.settings.operator_name or node.settings.name
        described = describe(self.record, addresses, published=edited.isoformat(), publisher=publisher)
        # script_text escapes whatever could end the element; JSON-LD is data, never run.
        return Markup(script_text(described))  # noqa: S704


def _where_else(entry: CatalogueEntry, *, same: bool) -> str:
    """Return in words where else a text stands, and whether it is the same one."""
    values = {"site": node_title(entry.origin), "version": entry.ver}
    if same:
        return _("at %(site)s, version %(version)s, with the same text", **values)
    return _("at %(site)s, version %(version)s, with another text", **values)
