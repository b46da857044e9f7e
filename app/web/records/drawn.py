"""Files generated from a record and cached until the next publication: two sheets to print, and a picture."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence

from flask import current_app, render_template

from app.documents.blocks import Block, Facts, Heading, Items, Page, Paragraph, Span, Text, TextRole
from app.documents.writing.exports import ExportKind
from app.records.five_lines import ShortLine
from app.reuse.front_matter import collected
from app.shared.confinement import Crashed, Exhausted
from app.shared.kept import Recent
from app.web.records.figures import Row
from app.web.records.page import RecordPage
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks, node_title
from app.web.shell.rate_limit import client_address
from app.web.shell.shown import Line, in_english, titled
from app.web.shell.wording import _, ngettext

CACHE_SIZE = 16 * 1024 * 1024
"""Bytes of files cached per process; a picture has about 40 KB, sheets 50 and a collection 200."""
KEY = "enet.drawn"

_Key = tuple[str, str, str, tuple[int, str], tuple[str, ...]]


def drawn_once(name: str, page: RecordPage, draw: Callable[[str], bytes], telling: tuple[str, ...] = ()) -> bytes:
    """Return the named file of a record; `draw` generates it for the asker it is given.

    The cache depends on the address, the published state and `telling`, which varies by reader. Raises Busy before
    preparing anything, and the errors of `draw`; a file over the size limit is also tried only once.
    """

    def make() -> bytes | str:
        whose = client_address()
        services().sheets.refuse(whose)
        try:
            return draw(whose)
        except Crashed:
            # A later attempt may succeed.
            raise
        except Exhausted as error:
            return error.what

    # A commit that only changes vocabulary labels has no sequence number.
    state = services().catalogue.visible().seq, services().vocabularies.state
    kept: Recent[_Key, bytes | str] = current_app.extensions.setdefault(KEY, Recent(CACHE_SIZE, weigh=len))
    kept.hold_for(state)
    key = (name, page.version_address, current_language(), state, telling)
    found = kept.get(key, make)
    if isinstance(found, str):
        raise Exhausted(found)
    return found


def telling_lessons(page: RecordPage) -> tuple[str, ...]:
    """Return the lessons that matter most to this reader, given their situation."""
    return tuple(lesson.id for lesson, tells in page.text.lessons if tells)


ROWS, LESSONS, QUESTIONS, ROUTES, FIELDS = 6, 4, 3, 4, 14
"""Numbers of each that fit on two sheets; the page has all."""


def drawn(page: RecordPage, kind: ExportKind) -> bytes:
    """Return the sheets of a record as a file; raises ExportUnavailable, and Busy during other exports."""

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
            "%(place)s · %(site)s, version %(version)s",
            place=page.text.place,
            site=node_title(page.entry.origin),
            version=page.entry.ver,
        ),
        running=record.title,
        page=_("Page"),
        of=_("of"),
        blocks=tuple(_blocks(page)),
        code=page.version_address,
    )


def _blocks(page: RecordPage) -> Iterator[Block]:
    text, record, lang = page.text, page.record, page.record.lang
    yield Facts(rows=tuple((line.label, _line(line, lang)) for line in text.lines))
    yield Paragraph(text=(Span(text=record.summary, lang=lang),))
    yield from _lessons(page)
    yield from _figures(page)
    yield from _reuse(page) if text.has_reuse else ()
    yield from () if text.is_folded else _fields(page)
    title = SiteLinks().title
    entries = [
        (Span(text=f"{title(one.name)}: ", lang=lang), Span(text=one.note, lang=lang)) for one in collected(record)
    ]
    yield from _list(_("Records"), entries)
    yield from _list(_("Open questions"), [(Span(text=one, lang=lang),) for one in record.open_questions[:QUESTIONS]])
    yield from _origin(page)


def _list(title: str, items: Sequence[Text]) -> Iterator[Block]:
    if items:
        yield Heading(level=2, number="", text=Span(text=title))
        yield Items(items=tuple(items))


def _lessons(page: RecordPage) -> Iterator[Block]:
    lang, lessons, advice = page.record.lang, page.text.lessons, Span(text=f" {_('Recommendation:')} ")
    telling = [
        (Span(text=lesson.statement, lang=lang), advice, Span(text=lesson.recommendation, lang=lang))
        for lesson, tells in lessons
        if tells
    ]
    yield from _list(_("Lessons"), telling)
    others = [(Span(text=lesson.statement, lang=lang),) for lesson, tells in lessons if not tells]
    if others:
        yield Items(items=tuple(others[:LESSONS]))


def _figures(page: RecordPage) -> Iterator[Block]:
    for _id, title, found in page.text.results:
        facts = ((Span(text=line.text, lang=page.record.lang),) for line in found.facts)
        yield from _list(title, [*_rows(found.rows), *facts][:ROWS])
    if page.text.costs:
        yield from _list(_("Costs and funding"), list(_rows(page.text.costs.rows))[:ROWS])


def _reuse(page: RecordPage) -> Iterator[Block]:
    said = [(Span(text=f"{fact.label} {_joined(fact.lines)}"),) for fact in page.text.roles]
    yield from _list(_("Who answers for it"), said)
    routes = [(Span(text=f"{one.title}: {one.status} ({one.checked.text})"),) for one in page.text.routes]
    yield from _list(_("Routes to obtain it"), routes[:ROUTES])


def _fields(page: RecordPage) -> Iterator[Block]:
    """Yield the remaining fields of a concept or an organisation, as far as there is room."""
    room = FIELDS
    for _id, title, lines, _ordered in page.text.fields:
        shown = lines[:room]
        yield from _list(title, [(Span(text=_joined((line,)), lang=line.lang),) for line in shown])
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
    """Return text and note of a line, with the record's own words marked in its language."""
    pieces = [*line.pieces(line.text), *([(" · ", False), *line.pieces(line.note)] if line.note else [])]
    return tuple(Span(text=words, lang=lang if own else "") for words, own in pieces)


def _rows(rows: Sequence[Row]) -> Iterable[Text]:
    for row in rows:
        figures = ", ".join(f"{bar.label} {bar.text}".strip() for bar in row.bars)
        notes = f" ({'; '.join(row.notes)})" if row.notes else ""
        yield (Span(text=row.label, lang=row.lang), Span(text=f": {figures}{notes}"))


WIDTH, HEIGHT = 1200, 630
"""Pixels required by other sites (`og:image`)."""
CARD_TYPES = {"png": "png", "svg": "svg+xml"}
_CARD_LINES = ("outcome", "cost", "duration", "size")
_TITLE, _FIGURE, _TEXT = 46, 27, 70
"""Letters per line of the title, of a figure and of the summary."""
_FEW = 2
"""With fewer figures there is room for the summary."""
_COLOURS = {"success": "#007155", "partial": "#006b8c", "no_effect": "#454b6b", "stopped": "#925400"}
_OTHER = "#2044aa"
_SIZES, _ROOM = {"title": 47, "figure": 34}, {"title": 1060, "figure": 520}
"""Pixels of the font size and the line width; lines with many wide letters are set smaller."""
_LETTER = 0.566
"""Width of an average bold letter of Fira Sans, relative to the font size."""
_WIDTHS = {**dict.fromkeys("MW", 1.6), **dict.fromkeys("mw…", 1.45), **dict.fromkeys("filjrt.,:;!()' ", 0.55)}
_CAPITAL = 1.15


def as_svg(page: RecordPage) -> str:
    """Return the picture of a record as SVG."""
    record = page.record
    told = [line for line in page.text.lines if line.code in _CARD_LINES and line.is_known]
    outcome = str(record.data.get("outcome") or "")
    summary = (in_english(record) or record).summary
    return render_template(
        "records/card.svg",
        width=WIDTH,
        height=HEIGHT,
        title=_sized(textwrap.wrap(titled(record).text, _TITLE, max_lines=3, placeholder=" …"), "title"),
        place=textwrap.shorten(page.text.place, 78, placeholder=" …"),
        node=textwrap.shorten(node_title(page.entry.origin), 60, placeholder=" …"),
        outcome=outcome,
        colour=_COLOURS.get(outcome, _OTHER),
        figures=[
            {
                "x": 70 + 550 * (number % 2),
                "y": 318 + 122 * (number // 2),
                "label": line.label,
                "lines": _sized(textwrap.wrap(line.text, _FIGURE, max_lines=2, placeholder=" …"), "figure"),
            }
            for number, line in enumerate(told)
        ],
        summary=textwrap.wrap(summary, _TEXT, max_lines=4, placeholder=" …") if len(told) < _FEW else (),
    )


def as_png(page: RecordPage) -> bytes:
    """Return the picture as PNG; raises ExportUnavailable, and Busy during other exports."""
    sheets = services().sheets
    return drawn_once("picture.png", page, lambda whose: sheets.picture(as_svg(page), (WIDTH, HEIGHT), whose))


def _sized(lines: Sequence[str], sort: str) -> tuple[tuple[str, int], ...]:
    # Line width in average letters, at least one.
    widths = (max(1.0, sum(_WIDTHS.get(one, _CAPITAL if one.isupper() else 1.0) for one in line)) for line in lines)
    return tuple(
        (line, min(_SIZES[sort], int(_ROOM[sort] / (_LETTER * width))))
        for line, width in zip(lines, widths, strict=True)
    )
