"""A record on two sheets of paper, to be taken along: the lines, what was learned, figures, costs, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.documents.blocks import Block, Facts, Heading, Items, Page, Paragraph, Span, Text, TextRole
from app.documents.writing.exports import ExportKind
from app.records.five_lines import ShortLine
from app.records.record import Lesson
from app.reuse.front_matter import Collected, collected
from app.web.records.kept import drawn_once, telling_lessons
from app.web.records.page import RecordPage
from app.web.records.results import Row
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks, node_title
from app.web.shell.shown import Line
from app.web.shell.wording import _, ngettext

ROWS, LESSONS, QUESTIONS, ROUTES, FIELDS = 6, 4, 3, 4, 14
"""So many of each fit beside the others on two sheets; the page has them all."""


def drawn(page: RecordPage, kind: ExportKind) -> bytes:
    """Return the sheets of a record as a file; raises ExportUnavailable, and Busy while others draw theirs."""

    def draw(whose: str) -> bytes:
        return services().sheets.drawn(kind, sheet(page), page.entry.at, whose)

    return drawn_once(f"sheets.{kind.value}", page, draw, telling_lessons(page))


def sheet(page: RecordPage) -> Page:
    """Return the record as a document of two sheets."""
    record = page.record
    return Page(
        lang=current_language(),
        title=record.title,
        subtitle=_(
            "%(place)s · %(site)s, version %(version)s", place=page.text.place, site=_site(page), version=page.entry.ver
        ),
        running=record.title,
        page=_("Page"),
        of=_("of"),
        blocks=tuple(_blocks(page)),
        code=page.version_address,
    )


def _site(page: RecordPage) -> str:
    return node_title(page.entry.origin)


def _blocks(page: RecordPage) -> Iterator[Block]:
    text, record, lang = page.text, page.record, page.record.lang
    yield Facts(rows=tuple((line.label, _line(line, lang)) for line in text.lines))
    yield Paragraph(text=(Span(text=record.summary, lang=lang),))
    yield from _lessons(page)
    yield from _figures(page)
    yield from _reuse(page) if text.has_reuse else ()
    yield from () if text.is_folded else _fields(page)
    yield from _list(_("Records"), [_put_together(one, lang) for one in collected(record)])
    yield from _list(_("Open questions"), [(Span(text=one, lang=lang),) for one in record.open_questions[:QUESTIONS]])
    yield from _origin(page)


def _list(title: str, items: Sequence[Text]) -> Iterator[Block]:
    if items:
        yield Heading(level=2, number="", text=Span(text=title))
        yield Items(items=tuple(items))


def _put_together(one: Collected, lang: str) -> Text:
    return (Span(text=f"{SiteLinks().title(one.name)}: ", lang=lang), Span(text=one.note, lang=lang))


def _lessons(page: RecordPage) -> Iterator[Block]:
    lang, lessons = page.record.lang, page.text.lessons
    yield from _list(_("Lessons"), [_lesson(lesson, lang) for lesson, tells in lessons if tells])
    others = [(Span(text=lesson.statement, lang=lang),) for lesson, tells in lessons if not tells]
    if others:
        yield Items(items=tuple(others[:LESSONS]))


def _figures(page: RecordPage) -> Iterator[Block]:
    for block in page.text.blocks.results:
        if block.results:
            facts = ((Span(text=line.text, lang=page.record.lang),) for line in block.results.facts)
            yield from _list(block.title, [*_rows(block.results.rows), *facts][:ROWS])
    if page.text.costs:
        yield from _list(_("Costs and funding"), list(_rows(page.text.costs.rows))[:ROWS])


def _reuse(page: RecordPage) -> Iterator[Block]:
    said = [(Span(text=f"{fact.label} {_joined(fact.lines)}"),) for fact in page.text.roles]
    yield from _list(_("Who answers for it"), said)
    routes = [(Span(text=f"{one.title}: {one.status} ({one.checked.text})"),) for one in page.text.routes]
    yield from _list(_("Routes to obtain it"), routes[:ROUTES])


def _fields(page: RecordPage) -> Iterator[Block]:
    """Yield what a concept or an organisation says in fields of its own, as far as there is room."""
    room = FIELDS
    for block in page.text.blocks.fields:
        shown = block.lines[:room]
        yield from _list(block.title, [(Span(text=_joined((line,)), lang=line.lang),) for line in shown])
        room -= len(shown)


def _joined(lines: Iterable[Line]) -> str:
    texts = (": ".join(filter(None, (line.label, line.text))) for line in lines)
    return "; ".join(texts)


def _origin(page: RecordPage) -> Iterator[Block]:
    count = len(page.record.sources)
    said = ngettext("The whole text with its source:", "The whole text with all %(num)s sources:", count)
    yield Paragraph(
        text=(Span(text=f"{said} "), Span(text=page.version_address, href=page.version_address)), role=TextRole.CLOSING
    )
    notes = [page.text.notice, _("Licence: %(name)s", name=page.licence[0])]
    yield Paragraph(text=(Span(text=" ".join(filter(None, notes))),), role=TextRole.NOTE)


def _line(line: ShortLine, lang: str) -> Text:
    note = [Span(text=" · "), *_spoken(line, line.note, lang)] if line.note else []
    return (*_spoken(line, line.text, lang), *note)


def _spoken(line: ShortLine, text: str, lang: str) -> Iterator[Span]:
    """Yield text or note of a line, what is in the record's own words in its language."""
    return (Span(text=words, lang=lang if own else "") for words, own in line.pieces(text))


def _lesson(lesson: Lesson, lang: str) -> Text:
    advice = Span(text=f" {_('Recommendation:')} ")
    return (Span(text=lesson.statement, lang=lang), advice, Span(text=lesson.recommendation, lang=lang))


def _rows(rows: Sequence[Row]) -> Iterable[Text]:
    for row in rows:
        figures = ", ".join(f"{bar.label} {bar.text}".strip() for bar in row.bars)
        notes = f" ({'; '.join(row.notes)})" if row.notes else ""
        yield (Span(text=row.label, lang=row.lang), Span(text=f": {figures}{notes}"))
