"""One version of a record in the reader's words, as far as its template cannot take them from the record itself."""

from __future__ import annotations

from functools import cached_property

from flask import request

from app.catalogue.foreign import TOLD_CONFIRMED
from app.kickoff.lessons import most_telling
from app.records.five_lines import ASKED, ShortLine
from app.records.record import Lesson, Record
from app.reuse.front_matter import COLLECTION
from app.web.records.blocks import STEPS, Blocks, Render, Route, blocks, panel, roles, routes
from app.web.records.connected import Groups, named
from app.web.records.costs import CostTable, cost_table
from app.web.records.files import FilePlaces, Picture, downloads, pictures
from app.web.records.lines import record_lines
from app.web.records.markdown import render_text
from app.web.records.outcome import Outcome, outcome, place
from app.web.records.timeline import TimeLine, time_line
from app.web.records.writer import writer_for
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.links import node_name
from app.web.shell.shown import Fact, Line
from app.web.shell.wording import _


class RecordInWords:
    """What a page says of a record."""

    def __init__(self, record: Record, files: FilePlaces, render: Render | None = None) -> None:
        """Word `record`, whose files lie at `files`; `render` makes HTML of its sections, by default anew each time."""
        self.record = record
        self.writer = writer_for(record)
        self.has_reuse = record.kind == "solution"
        self._files = files
        self._render = render or (lambda section: render_text(record, section.markdown, files, f"{section.id}-"))

    @cached_property
    def place(self) -> str:
        """Kind and place of the record."""
        return place(self.writer)

    @cached_property
    def outcome(self) -> Outcome | None:
        """What came of a case."""
        return outcome(self.writer)

    @cached_property
    def lines(self) -> tuple[ShortLine, ...]:
        """Outcome, cost, duration, size, whom to ask."""
        return record_lines(self.record)

    @cached_property
    def costs(self) -> CostTable | None:
        """Every amount and grant; None where nothing is said of money."""
        return cost_table(self.writer)

    @cached_property
    def lessons(self) -> tuple[tuple[Lesson, bool], ...]:
        """The lessons in their order, each with whether it is one of those that tell this reader most."""
        schemas = services().schemas
        phases = [str(choice.value) for choice in schemas.choices("phase")]
        telling = most_telling(self.record.lessons, request.args.get("stand", ""), phases)
        return tuple((lesson, lesson in telling) for lesson in self.record.lessons)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The panel beside the text."""
        return panel(self.writer)

    @cached_property
    def time_line(self) -> TimeLine | None:
        """The course of a case; None where too little is known of it."""
        return time_line(self.writer)

    @property
    def is_folded(self) -> bool:
        """Tell whether long texts are folded, because the lines, lessons and figures say what matters."""
        return self.record.kind in ASKED

    @cached_property
    def blocks(self) -> Blocks:
        """The text, results and other fields, in the order of the form."""
        return blocks(self.writer, STEPS, self._render)

    @property
    def roles(self) -> tuple[Fact, ...]:
        """Who answers for a solution."""
        return roles(self.writer)

    @property
    def routes(self) -> tuple[Route, ...]:
        """How one obtains a solution."""
        return routes(self.writer)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that stand below the text."""
        return pictures(self.record, self._files)

    @cached_property
    def downloads(self) -> tuple[Line, ...]:
        """The files that readers can save."""
        return downloads(self.writer, self._files)

    @cached_property
    def relations(self) -> Groups:
        """The records that this one is connected with, by the name of the relation."""
        return named(self.writer)

    @property
    def notice(self) -> str:
        """What readers must know about a text that those it is about have not confirmed."""
        if self.record.origin:
            return self._told
        if self.record.compiled_by != "editors" or self.record.confirmed is not None:
            return ""
        return self._unconfirmed

    @property
    def _told(self) -> str:
        """Whose word it is that a municipality wrote or confirmed a record of another site; never ours."""
        site, day = node_name(self.record.origin), self.record.data.get(TOLD_CONFIRMED)
        if day is not None:
            date = formats.day(str(day))
            return _("According to %(site)s confirmed by those it is about on %(date)s.", site=site, date=date)
        if self.record.compiled_by != "editors":
            return _("According to %(site)s written by those it is about.", site=site)
        return self._unconfirmed

    @property
    def _unconfirmed(self) -> str:
        if self.record.kind == COLLECTION:
            return _("Put together by editors.")
        if self.record.municipalities:
            return _("Compiled by editors from public sources, not yet confirmed by the municipality.")
        return _("Compiled by editors from public sources, not yet confirmed by the body it is about.")
