"""One version of a record in the reader's language, where its template cannot use the record directly."""

from dataclasses import replace
from functools import cached_property

from flask import request
from markupsafe import Markup

from app.catalogue.foreign import TOLD_CONFIRMED
from app.kickoff.lessons import by_consequence, most_telling
from app.records.five_lines import ASKED, LineCode, ShortLine
from app.records.markdown import Context, render_markdown
from app.records.record import Lesson, Record
from app.reuse.front_matter import COLLECTION
from app.review.corrections import KIND as CORRECTION
from app.web.kickoff.chosen import onward
from app.web.records.blocks import fields, is_unconfirmed, panel, results_of, roles, routes, sections
from app.web.records.connected import Groups, named
from app.web.records.figures import cost_table
from app.web.records.files import FilePlaces, downloads, pictures
from app.web.records.lines import line_words, outcome, place
from app.web.records.writer import writer_for
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks, node_name
from app.web.shell.shown import in_english
from app.web.shell.wording import _


class RecordInWords:
    """The texts of a record's page.

    `place` is kind and place, `lines` are outcome, cost, duration, size and contact. `lessons` are sorted by
    consequence, with a flag for those that matter most to this reader. `notice` says who wrote the text if those
    concerned have not confirmed it. Long texts are collapsed (`is_folded`) if lines, lessons and figures say what
    matters; `first` are the fields that are never collapsed. `translated` are the lessons in `english` by id.
    """

    def __init__(self, record: Record, files: FilePlaces) -> None:
        """Word `record`, whose files are at `files`."""
        self.record = record
        self.writer = writer = writer_for(record)
        self.has_reuse = record.kind == "solution"
        self.is_folded = record.kind in ASKED or bool(record.lessons)
        self.place = place(writer)
        self.outcome = outcome(writer)
        self.english = in_english(record)
        self.translated = {one.id: one for one in self.english.lessons} if self.english else {}
        self.lines = tuple(map(self._in_english, line_words().lines(services().five_lines(record))))
        self.lessons = _lessons(record)
        self.roles = roles(writer) if self.has_reuse else ()
        self.routes = routes(writer)
        self.costs = cost_table(writer)
        self.results = results_of(writer)
        first, rest = fields(writer)
        # A case or a solution is told by lines, lessons and figures.
        self.first, self.fields = ([], [*first, *rest]) if record.kind in ASKED else (first, rest)
        self.facts, self.more_facts = panel(writer)
        self.pictures = pictures(record, files)
        self.downloads = downloads(writer, files)
        self.notice = _notice(record)
        self.is_unconfirmed = is_unconfirmed(record) and record.kind != COLLECTION and TOLD_CONFIRMED not in record.data
        self._files = files

    def _in_english(self, line: ShortLine) -> ShortLine:
        if line.code is not LineCode.OUTCOME or not self.english or not self.english.outcome:
            return line
        return replace(line, note=self.english.outcome)

    # Computed on demand: generated files do not need texts, which are slow to render.
    @cached_property
    def sections(self) -> list[tuple[str, str, Markup]]:
        """Return the texts as id, heading and HTML."""
        record, files = self.record, self._files
        return sections(self.writer, lambda one: render_text(record, one.markdown, files, f"{one.id}-"))

    @cached_property
    def whole_in_english(self) -> Markup:
        """Return the text of the English translation as HTML; "" if it consists of title, summary and lessons."""
        text = self.english.text if self.english else None
        return render_text(self.record, text, self._files, "english-", lang="en") if text else Markup("")

    @cached_property
    def relations(self) -> Groups:
        """Return the records it names, by name of the relation."""
        return named(self.writer)


def _lessons(record: Record) -> tuple[tuple[Lesson, bool], ...]:
    phases = [str(choice.value) for choice in services().schemas.choices("phase")]
    telling = most_telling(record.lessons, request.args.get("stand", ""), phases)
    others = [lesson for lesson in by_consequence(record.lessons) if lesson not in telling]
    return (*((lesson, True) for lesson in telling), *((lesson, False) for lesson in others))


def _notice(record: Record) -> str:
    if record.kind == CORRECTION:
        return ""
    if record.origin:
        # State which node vouches for a municipality's authorship or confirmation of a foreign record; never this one.
        site, day = node_name(record.origin), record.data.get(TOLD_CONFIRMED)
        if day is not None:
            date = formats.day(str(day))
            return _("According to %(site)s confirmed by those it is about on %(date)s.", site=site, date=date)
        if record.compiled_by != "editors":
            return _("According to %(site)s written by those it is about.", site=site)
    elif not is_unconfirmed(record):
        return ""
    if record.kind == COLLECTION:
        return _("Put together by editors.")
    if record.municipalities:
        return _("Compiled by editors from public sources, not yet confirmed by the municipality.")
    return _("Compiled by editors from public sources, not yet confirmed by the body it is about.")


def render_text(
    record: Record, text: str, files: FilePlaces, id_prefix: str, top_level: int = 3, lang: str = ""
) -> Markup:
    """Return a Markdown text of a record as safe HTML; `top_level` is the level of its highest heading.

    `lang` is the language of the text if it differs from the record's.
    """
    # Titles of sources keep the language of the record, so a translation must mark it.
    is_translated = lang not in {"", record.lang}
    sources = tuple(replace(one, lang=one.lang or record.lang) if is_translated else one for one in record.sources)
    address = SiteLinks(record.origin).address
    context = Context(
        sources=sources,
        media=record.media,
        site=services().federation.held.home(record.origin) if record.origin else "",
        files=tuple(file.name for file in record.files),
        files_url=files.url,
        absent=files.absent,
        absent_url=files.home,
        unshown=files.unshown,
        id_prefix=id_prefix,
        top_level=top_level,
        record_link=lambda ref: onward(found) if (found := address(ref)) else None,
        lang=current_language(),
        text_lang=record.lang,
    )
    return render_markdown(text, context)
