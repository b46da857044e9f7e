# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One version of a record in the reader's words, as far as its template cannot take them from the record itself."""

from __future__ import annotations

from functools import cached_property

from app.content.record import Record
from app.web.records.blocks import STEPS, Render, Route, blocks, panel, roles, routes
from app.web.records.files import FilePlaces, downloads
from app.web.records.markdown import render_text
from app.web.records.outcome import Outcome, outcome, place
from app.web.records.writer import writer_for
from app.web.shell.shown import Fact, Line, Link, PageBlock
from app.web.shell.wording import _


class RecordInWords:
    """What a page says of a record; `reuse_blocks` go with the reuse panel, which solutions alone have."""

    def __init__(self, record: Record, files: FilePlaces, render: Render | None = None) -> None:
        """Word `record`, whose files lie at `files`; `render` makes HTML of its sections, by default anew each time."""
        self.record = record
        self.writer = writer_for(record)
        self.has_reuse = record.kind == "solution"
        self._files = files
        self._render = render or (lambda section: render_text(record, section.markdown, files, f"{section.id}-"))

    @property
    def place(self) -> str:
        """Kind and place of the record."""
        return place(self.writer)

    @cached_property
    def outcome(self) -> Outcome | None:
        """What came of a case."""
        return outcome(self.writer)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The panel beside the text."""
        return panel(self.writer)

    @cached_property
    def blocks(self) -> tuple[PageBlock, ...]:
        """The main text."""
        return tuple(block for step in STEPS[:-1] for block in blocks(self.writer, step, self._render))

    @cached_property
    def reuse_blocks(self) -> tuple[PageBlock, ...]:
        """The text on reuse."""
        return blocks(self.writer, STEPS[-1], self._render)

    @property
    def roles(self) -> tuple[Fact, ...]:
        """Who answers for a solution."""
        return roles(self.writer)

    @property
    def routes(self) -> tuple[Route, ...]:
        """How one obtains a solution."""
        return routes(self.writer)

    @cached_property
    def downloads(self) -> tuple[Line, ...]:
        """The files that readers can save."""
        return downloads(self.writer, self._files)

    @cached_property
    def relations(self) -> dict[str, list[Link]]:
        """The records that this one is connected with, by the name of the relation."""
        groups: dict[str, list[Link]] = {}
        for relation in self.record.relations:
            link = self.writer.links.target(relation.target)
            if link is not None:
                groups.setdefault(self.writer.label("relation.rel", relation.rel), []).append(link)
        return groups

    @property
    def notice(self) -> str:
        """What readers must know about a text that those it is about have not confirmed."""
        if self.record.compiled_by != "editors" or self.record.confirmed is not None:
            return ""
        if self.record.municipalities:
            return _("Compiled by editors from public sources, not yet confirmed by the municipality.")
        return _("Compiled by editors from public sources, not yet confirmed by the body it is about.")
