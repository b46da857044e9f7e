"""A record as five slides for a council, in its own words: problem, what others did, cost, failures, proposal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from app.documents.blocks import Deck, Figure, Point, Slide, SlidesKind, Span, Text
from app.kickoff.lessons import SOBERING, by_consequence
from app.kickoff.slides import SOURCES, SlideWords, few_words, joined, shortened
from app.records.five_lines import LineCode
from app.records.record import Source
from app.web.records.drawn import drawn_once, telling_lessons
from app.web.records.figures import Row
from app.web.records.page import RecordPage
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import node_title
from app.web.shell.shown import SourceMark, titled
from app.web.shell.wording import _

FIGURES, COSTS, POINTS, OPEN, WAYS = 3, 4, 3, 2, 2
"""Number of each on a slide, to be read within a minute."""
_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_ITEM = re.compile(r"^[-*] (.+)$", re.MULTILINE)


def drawn_slides(page: RecordPage, kind: SlidesKind) -> bytes:
    """Return the slides of a record as a file; raises ExportUnavailable, and Busy during other exports."""
    name, drawn, at = f"slides.{kind.value}", services().sheets.slides, page.entry.at
    return drawn_once(name, page, lambda whose: drawn(kind, RecordDeck(page).deck(), at, whose), telling_lessons(page))


class RecordDeck:
    """Builds the slides of one version."""

    def __init__(self, page: RecordPage) -> None:
        self._page = page
        self._record = page.record
        self._lang = page.record.lang
        self._words = SlideWords(current_language())

    def deck(self) -> Deck:
        """Return all five slides."""
        page, words = self._page, self._words
        title, site = titled(page.record), node_title(page.entry.origin)
        place = _("%(place)s · %(site)s, version %(version)s", place=page.text.place, site=site, version=page.entry.ver)
        return Deck(
            lang=words.lang,
            title=Span(text=title.text, lang=self._other(title.lang)),
            subtitle=joined((place, page.text.notice)),
            address=page.version_address,
            code=words("code", address=page.version_address),
            page=words("page"),
            of=words("of"),
            sources=words("sources"),
            slides=(self._problem(), self._done(), self._cost(), self._risks(), self._next()),
        )

    # --- The sheets

    def _problem(self) -> Slide:
        problem = self._section("problem")
        if problem:
            goals = [
                self._cited(few_words(str(one["text"])), one.get("sources", ()), self._words("goal"))
                for one in self._list("goals")[:1]
            ]
            return self._slide("problem", [*problem, *goals], is_first=True)
        purpose = [self._own(str(self._record.data["purpose"]))] if "purpose" in self._record.data else []
        about = [*purpose, *self._section("description"), *self._section("background")]
        return self._slide("about", about[:2], is_first=True)

    def _done(self) -> Slide:
        rows = (row for _id, _title, found in self._page.text.results for row in found.rows)
        figures = [self._figure(row) for row in islice(rows, FIGURES)]
        outcome, told = self._page.text.outcome, [self._own(self._record.summary)]
        if outcome:
            sentence = self._span(f" – {few_words(outcome.sentence)}") if outcome.sentence else ()
            text, note = (Span(text=outcome.verdict), *sentence), _numbers(outcome.sources)
            told.append((Point(text=text, label=self._words("outcome"), note=note), outcome.sources))
        else:
            told += self._line(LineCode.OUTCOME)
        return self._slide("done", [*told, *self._users(), *self._items("findings")][: POINTS + 1], figures)

    def _cost(self) -> Slide:
        costs = self._page.text.costs
        figures = [self._figure(row) for row in (costs.told if costs else ())[:COSTS]]
        price = [
            self._said(line.text, line.label, joined(line.notes), line.sources, line.lang)
            for line in (costs.price if costs else ())[:POINTS]
        ]
        if not figures and not price:
            unknown = Figure(value=self._words("unknown"), label=Span(text=_("Costs and funding")))
            figures = [(unknown, ())]
        summed = self._line(LineCode.COST) if costs and len(costs.rows) > 1 else []
        return self._slide("cost", [*price, *summed, *self._line(LineCode.DURATION)], figures)

    def _risks(self) -> Slide:
        sobering = [one for one in by_consequence(self._record.lessons) if one.kind in SOBERING][:POINTS]
        labels = {kind: "" if kind == "did_not_work" else self._words(kind) for kind in SOBERING}
        points = [self._cited(few_words(one.statement), one.sources, labels[one.kind]) for one in sobering]
        points = points or self._section("limits")[:2]
        asked = [self._cited(few_words(one), (), self._words("open")) for one in self._record.open_questions[:OPEN]]
        # A record without reported failures does not prove that nothing failed.
        return self._slide("risks", [*points, *asked] or [self._said(self._words("not_told"))])

    def _next(self) -> Slide:
        advice = [
            self._cited(few_words(lesson.recommendation, 150), lesson.sources, self._words("recommendation"))
            # Show first the lessons that matter most to this reader.
            for lesson, _tells in sorted(self._page.text.lessons, key=lambda pair: not pair[1])
        ]
        transfer = self._record.data.get("transfer")
        changes = str(transfer.get("changes", "")) if isinstance(transfer, Mapping) else ""
        adapt = [self._cited(few_words(changes), (), self._words("adapt"))] if changes else []
        first = [*self._ways(), *self._steps()]
        room = POINTS - len(first) - len(adapt)
        return self._slide("next", [*first, *advice[: max(1, room)], *adapt, *self._line(LineCode.CONTACT)])

    def _ways(self) -> list[_Cited]:
        """Return the ways to obtain a solution, with the date of the last check."""
        label = self._words("way")
        routes = self._page.text.routes[:WAYS]
        return [
            self._said(f"{one.title}: {one.status}", label, one.checked.text, one.checked.sources) for one in routes
        ]

    def _steps(self) -> list[_Cited]:
        numbered = enumerate(self._list("steps")[:POINTS], 1)
        label = self._words("step")
        return [self._cited(str(one["title"]), one.get("sources", ()), f"{label} {number}") for number, one in numbered]

    def _users(self) -> list[_Cited]:
        spec, users = self._page.text.writer.kind.field("users"), self._record.data.get("users")
        lines = self._page.text.writer.lines(spec, users) if spec and users else ()
        return [
            self._said(few_words(line.text), "", joined(line.notes), line.sources, self._lang) for line in lines[:2]
        ]

    # --- Their parts

    def _section(self, section_id: str) -> list[_Cited]:
        """Return the first paragraph of a section, shortened; nothing if there is none."""
        section = self._record.section(section_id)
        first = section.markdown.strip().split("\n\n")[0] if section else ""
        return [self._cited(few_words(first.lstrip("-*0123456789. ")), _MARK.findall(first))] if first else []

    def _items(self, section_id: str) -> list[_Cited]:
        """Return the first items of a section's list."""
        section = self._record.section(section_id)
        items = _ITEM.findall(section.markdown)[:POINTS] if section else []
        return [self._cited(few_words(item), _MARK.findall(item)) for item in items]

    def _list(self, key: str) -> Sequence[Mapping[str, Any]]:
        return cast("Sequence[Mapping[str, Any]]", self._record.data.get(key) or ())

    def _own(self, text: str) -> _Cited:
        return self._cited(few_words(text), ())

    def _line(self, code: LineCode) -> list[_Cited]:
        """Return one of the five lines."""
        return [self._said(one.text, one.label, one.note) for one in self._page.text.lines if one.code is code]

    def _cited(self, text: str, keys: Iterable[str], label: str = "") -> _Cited:
        return self._said(text, label, sources=self._page.text.writer.marks(keys), lang=self._lang)

    def _said(
        self, text: str, label: str = "", note: str = "", sources: Sequence[SourceMark] = (), lang: str = ""
    ) -> _Cited:
        span = Span(text=text, lang=self._other(lang or self._words.lang))
        return Point(text=(span,), label=label, note=joined((note, _numbers(sources)))), sources

    def _figure(self, row: Row) -> tuple[Figure, Sequence[SourceMark]]:
        """Return a figure as written; one without a date is marked as undated."""
        value = " → ".join(bar.text for bar in row.bars)
        label = Span(text=few_words(row.label), lang=self._other(row.lang or self._words.lang))
        dated = "" if row.is_dated else self._words("date_unknown")
        return Figure(value=value, label=label, note=joined((*row.notes, dated, _numbers(row.sources)))), row.sources

    def _slide(
        self,
        title: str,
        points: Sequence[_Cited],
        figures: Sequence[tuple[Figure, Sequence[SourceMark]]] = (),
        *,
        is_first: bool = False,
    ) -> Slide:
        marks = [mark for _shown, marks in (*figures, *points) for mark in marks]
        return Slide(
            title=self._words(title),
            points=tuple(point for point, _marks in points),
            figures=tuple(figure for figure, _marks in figures),
            sources=tuple(self._sources(marks)),
            is_first=is_first,
        ).fitted()

    def _sources(self, marks: Iterable[SourceMark]) -> Iterator[Text]:
        once = {mark.number: mark for mark in marks}
        for mark in list(once.values())[:SOURCES]:
            source = self._record.source(mark.key)
            if source:
                yield (Span(text=f"[{mark.number}] "), *self._span(self._source(source)))
        if len(once) > SOURCES:
            yield (Span(text=self._words("more_sources", number=len(once) - SOURCES)),)

    def _source(self, source: Source) -> str:
        known = source.date if source.date != formats.UNKNOWN else ""
        date = formats.day(known) if known else self._words("date_unknown")
        return f"{shortened(f'{source.publisher}: {source.title}')}, {date}"

    def _span(self, text: str) -> Text:
        return (Span(text=text, lang=self._other(self._lang)),)

    def _other(self, lang: str) -> str:
        return "" if lang == self._words.lang else lang


_Cited = tuple[Point, Sequence[SourceMark]]
"""A statement and its sources."""


def _numbers(marks: Iterable[SourceMark]) -> str:
    numbers = dict.fromkeys(str(mark.number) for mark in marks)
    return f"[{', '.join(numbers)}]" if numbers else ""
