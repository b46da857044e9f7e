"""One version of a record in the reader's words, as far as its template cannot take them from the record itself."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from flask import request
from markupsafe import Markup

from app.catalogue.foreign import TOLD_CONFIRMED
from app.kickoff.lessons import most_telling
from app.records.five_lines import ASKED
from app.records.five_lines.costs import SOMETHING_ELSE
from app.records.five_lines.lines import IN_USE
from app.records.markdown import Context, render_markdown
from app.records.record import Lesson, Record
from app.reuse.front_matter import COLLECTION
from app.reuse.programmes import is_ahead
from app.web.records.blocks import fields, panel, roles, routes, sections
from app.web.records.connected import named
from app.web.records.fields import FieldWriter
from app.web.records.figures import cost_table
from app.web.records.files import FilePlaces, downloads, pictures
from app.web.records.lines import outcome, place, record_lines
from app.web.records.writer import writer_for
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks, node_name
from app.web.shell.shown import SourceMark
from app.web.shell.wording import _


class RecordInWords:
    """What a page says of a record.

    `place` is its kind and place, `lines` are outcome, cost, duration, size and whom to ask, `lessons` each have
    whether it is one of those that tell this reader most, and `notice` is what readers must know about a text that
    those it is about have not confirmed. Long texts are folded (`is_folded`) where lines, lessons and figures say what
    matters. `relations` are the records that it names, by the name of the relation.
    """

    def __init__(self, record: Record, files: FilePlaces) -> None:
        """Word `record`, whose files lie at `files`."""
        self.record = record
        self.writer = writer = writer_for(record)
        self.has_reuse = record.kind == "solution"
        self.is_folded = record.kind in ASKED
        self.place = place(writer)
        self.outcome = outcome(writer)
        self.lines = record_lines(record)
        self.costs = cost_table(writer)
        self.lessons = _lessons(record)
        self.facts = panel(writer)
        self.time_line = time_line(writer)
        self.sections = sections(writer, lambda one: render_text(record, one.markdown, files, f"{one.id}-"))
        self.results, self.fields = fields(writer)
        self.roles = roles(writer) if self.has_reuse else ()
        self.routes = routes(writer)
        self.pictures = pictures(record, files)
        self.downloads = downloads(writer, files)
        self.relations = named(writer)
        self.notice = _notice(record)


def _lessons(record: Record) -> tuple[tuple[Lesson, bool], ...]:
    phases = [str(choice.value) for choice in services().schemas.choices("phase")]
    telling = most_telling(record.lessons, request.args.get("stand", ""), phases)
    return tuple((lesson, lesson in telling) for lesson in record.lessons)


def _notice(record: Record) -> str:
    if record.origin:
        # Whose word it is that a municipality wrote or confirmed a record of another site; never ours.
        site, day = node_name(record.origin), record.data.get(TOLD_CONFIRMED)
        if day is not None:
            date = formats.day(str(day))
            return _("According to %(site)s confirmed by those it is about on %(date)s.", site=site, date=date)
        if record.compiled_by != "editors":
            return _("According to %(site)s written by those it is about.", site=site)
    elif record.compiled_by != "editors" or record.confirmed is not None:
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

    `lang` is the language of a text that is in another one than its record.
    """
    # Titles of sources stay in the language of the record, which a translation then has to say.
    is_translated = lang not in {"", record.lang}
    sources = tuple(replace(one, lang=one.lang or record.lang) if is_translated else one for one in record.sources)
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
        record_link=SiteLinks(record.origin).address,
        lang=current_language(),
        text_lang=record.lang,
    )
    return render_markdown(text, context)


WIDTH, MARGIN, APART, BAR = 340, 12, 21, 8
"""Width of the drawing, what is free at both sides, what two signs need, and the height of the bar."""
_FEWEST = 3
"""Fewer dates are told by the line of the duration already."""
_STEPS = (1, 2, 5, 10, 20)
_TICKS = 6
_STROKES = 7
"""How far the strokes of an open end lie apart."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something with a date: `label` says what sort, `text` what it was, in the language `lang` where that is given."""

    code: str
    at: float
    date: str
    label: str
    text: str = ""
    lang: str = ""
    sources: tuple[SourceMark, ...] = ()
    number: int = 0
    x: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """`bar` runs from the beginning to the end or, where it goes on, to this day; `years` are marks on the axis.

    Of what ended nobody knows when, it runs to the last date that is known, and strokes at `hatched` go on from there.
    """

    events: tuple[Event, ...]
    years: tuple[tuple[int, str], ...]
    bar: tuple[int, int]
    goes_on: bool
    hatched: tuple[int, ...] = ()
    width: int = WIDTH

    @property
    def axis(self) -> int:
        """Where the line of the years lies."""
        return 8 + APART * (1 + max(event.row for event in self.events)) + BAR

    @property
    def height(self) -> int:
        """That of the drawing, with the years below the line."""
        return self.axis + 22

    def y(self, event: Event) -> int:
        """Return the middle of a sign."""
        return self.axis - BAR - 12 - event.row * APART

    @property
    def words(self) -> str:
        """What the drawing shows, for those who do not see it."""
        told = [f"{event.number}: {event.date}, {event.label}" for event in self.events]
        return "; ".join([*told, _("End not known")] if self.hatched else told)


def time_line(writer: FieldWriter) -> TimeLine | None:
    """Return the course of a case; None for other records, and where too few dates are known."""
    data = cast("Mapping[str, Any]", writer.record.data)
    period = data.get("period") or {}
    dated = (event for event in _events(writer, data, period) if not math.isnan(event.at))
    events = sorted(dated, key=lambda event: event.at)
    if len(events) < _FEWEST or len({event.at for event in events}) < _FEWEST - 1:
        return None
    today = _place(services().clock().date().isoformat())
    goes_on = "end" not in period and data.get("phase") != "ended" and data.get("outcome") != "stopped"
    last = max(events[-1].at, today if goes_on else events[-1].at)
    is_open = not goes_on and not any(event.code == "end" for event in events)
    # The strokes of an open end need a year more than what is known.
    first, until = math.floor(events[0].at), math.ceil(last) + is_open
    step = next((step for step in _STEPS if (until - first) / step <= _TICKS), _STEPS[-1])
    scale = (WIDTH - 2 * MARGIN) / max(1, until - first)

    def x(at: float) -> int:
        return round(MARGIN + (at - first) * scale)

    begun = next((event.at for event in events if event.code == "start"), events[0].at)
    ended = next((event.at for event in events if event.code == "end"), last)
    numbered = [replace(one, number=number, x=x(one.at)) for number, one in enumerate(events, 1)]
    return TimeLine(
        events=tuple(_in_rows(numbered)),
        years=tuple((x(year), str(year)) for year in range(first, until + 1, step)),
        bar=(x(begun), x(max(begun, ended))),
        goes_on=goes_on,
        hatched=tuple(range(x(last) + _STROKES, WIDTH - 4, _STROKES)) if is_open else (),
    )


def _place(written: str, part: float = 0.5) -> float:
    """Return a date as a number of years; of a mere year or month, the `part` of it that is meant."""
    found = _DATE.fullmatch(written)
    if found is None:
        return math.nan
    year, month, day = (int(one) if one else 0 for one in found.groups())
    if day and month:
        try:
            return year + (date(year, month, day).timetuple().tm_yday - 1) / 366
        except ValueError:
            # A draft may hold a day that does not exist.
            day = 0
    return year + ((month - 1 + part) / 12 if month else part)


def _events(writer: FieldWriter, data: Mapping[str, Any], period: Mapping[str, Any]) -> Iterator[Event]:
    lang = writer.record.lang
    yield _event("start", str(period.get("start", "")), _("Beginning"), part=0.0)
    ending = str(period.get("end", ""))
    planned = is_ahead(ending, services().clock().date())
    ended = _("End of the project") if data.get("phase") in IN_USE else _("It ended")
    yield _event("end", ending, _("Planned end") if planned else ended, part=1.0)
    decision = data.get("decision") or {}
    named = (("decision", _("Council decision"), "body", decision),)
    own = (grant for grant in data.get("funding") or () if grant.get("covers") != SOMETHING_ELSE)
    grants = (("grant", _("Funding, as of then"), "programme", grant) for grant in own)
    for code, label, key, found in (*named, *grants):
        event = _event(code, str(found.get("date", "")), label, text=str(found.get(key, "")), lang=lang)
        yield replace(event, sources=writer.sources_of(found))


def _event(code: str, written: str, label: str, *, part: float = 0.5, text: str = "", lang: str = "") -> Event:
    at, words = _place(written, part), formats.day(written)
    return Event(code=code, at=at, date=words, label=label, text=text, lang=lang)


def _in_rows(events: Sequence[Event]) -> Iterator[Event]:
    """Yield the events with those that would cover another one a row higher."""
    ends: list[int] = []
    for event in events:
        row = next((row for row, end in enumerate(ends) if event.x - end >= APART), len(ends))
        ends[row:] = [event.x, *ends[row + 1 :]]
        yield replace(event, row=row)
