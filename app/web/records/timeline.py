"""The time line of a case: decision, grants, start and end, numbered for a list.

Results are omitted: records include those of other towns and earlier times without marking them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from app.records.five_lines.costs import SOMETHING_ELSE
from app.records.five_lines.lines import IN_USE
from app.reuse.programmes import is_ahead
from app.web.records.fields import FieldWriter
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.shown import SourceMark
from app.web.shell.wording import _

WIDTH, MARGIN, APART, BAR = 340, 12, 21, 8
"""Units: width of the drawing, side margin, minimum distance of two marks, height of the bar."""
_FEWEST = 3
"""Dates that a time line needs; the duration line already shows fewer."""
_STEPS = (1, 2, 5, 10, 20)
_TICKS = 6
_STROKES = 7
"""Distance between the strokes of an open end."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A dated event: `label` is its type, `text` its description, in the language `lang` if given."""

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
    """`bar` runs from start to end or, for a running case, to today; `years` are marks on the axis.

    If the end date is unknown, it runs to the last known date and continues as strokes at `hatched`.
    """

    events: tuple[Event, ...]
    years: tuple[tuple[int, str], ...]
    bar: tuple[int, int]
    goes_on: bool
    hatched: tuple[int, ...] = ()
    width: int = WIDTH

    @property
    def axis(self) -> int:
        """Return the vertical position of the axis."""
        return 8 + APART * (1 + max(event.row for event in self.events)) + BAR

    @property
    def height(self) -> int:
        """Return the height of the drawing, including the years below the axis."""
        return self.axis + 22

    def y(self, event: Event) -> int:
        """Return the vertical centre of a mark."""
        return self.axis - BAR - 12 - event.row * APART

    @property
    def words(self) -> str:
        """Return the drawing in words, for screen readers."""
        told = [f"{event.number}: {event.date}, {event.label}" for event in self.events]
        return "; ".join([*told, _("End not known")] if self.hatched else told)


def time_line(writer: FieldWriter) -> TimeLine | None:
    """Return the time line of a case; None for other records, and if too few dates are known."""
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
    # The strokes of an open end need one more year.
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
    """Return a date as a number of years; `part` is the position within a mere year or month."""
    found = _DATE.fullmatch(written)
    if found is None:
        return math.nan
    year, month, day = (int(one) if one else 0 for one in found.groups())
    if day and month:
        try:
            return year + (date(year, month, day).timetuple().tm_yday - 1) / 366
        except ValueError:
            # A draft may contain a day that does not exist.
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
    """Yield the events, with those that would overlap moved up a row."""
    ends: list[int] = []
    for event in events:
        row = next((row for row, end in enumerate(ends) if event.x - end >= APART), len(ends))
        ends[row:] = [event.x, *ends[row + 1 :]]
        yield replace(event, row=row)
