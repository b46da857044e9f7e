"""The whole answer for one place and the solutions that a record offers, as its page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from flask import request

from app.catalogue import CatalogueEntry
from app.kickoff.offers import SOLUTION, used_solutions
from app.records.record import Record
from app.reuse.obtaining.answer import Answer, Chain
from app.reuse.obtaining.step import ChainLink, StepState
from app.reuse.picture import picture
from app.web.reuse.answer import according_to, asked_lines, caution, name_of, sentence, short_title
from app.web.reuse.asked_place import AskedPlace
from app.web.reuse.drawing import Drawing, draw
from app.web.reuse.law import legal
from app.web.reuse.ways import (
    admits,
    answer_lead,
    dated,
    headline,
    obtainable_brief,
    obtainable_line,
    sourced,
    verdict_word,
    way,
)
from app.web.shell.access import services
from app.web.shell.shown import Line
from app.web.shell.wording import _

FRAGMENT = "beziehbar"
_STATES: Mapping[str, Callable[[], str]] = {
    "known": lambda: _("documented"),
    "stated": lambda: _("as you state"),
    "own": lambda: _("up to you"),
    "unknown": lambda: _("open"),
    "closed": lambda: _("does not apply"),
}


class Obtainable(AskedPlace):
    """The question on the page of a record; without a place there are no answers yet."""

    def __init__(self, record: Record, solutions: tuple[CatalogueEntry, ...]) -> None:
        """Ask for the solutions of a record, for the place that the address states."""
        super().__init__(f"{request.root_path}{request.path}#{FRAGMENT}")
        self._solutions = solutions
        self.names_solutions = record.kind != SOLUTION

    def answers(self) -> list[tuple[Record, Answer]]:
        """Return the solutions, each with the answer for the place; none before it is clear which place is meant."""
        place, node = self.place, services()
        if place is None:
            return []
        return [(node.catalogue.record(one), node.reuse.obtainable(place, one)) for one in self._solutions]


def obtainable(record: Record, entry: CatalogueEntry) -> Obtainable | None:
    """Return the question for a solution, or for the solutions that a case used; None where there is none."""
    solutions = tuple(_solutions(record, entry))
    return Obtainable(record, solutions) if solutions else None


def _solutions(record: Record, entry: CatalogueEntry) -> Iterator[CatalogueEntry]:
    if record.kind == SOLUTION:
        yield entry
        return
    named = (services().catalogue.named(ref) for ref in used_solutions(record))
    yield from (solution for solution in named if solution)


def chain_drawing(chain: Chain) -> Drawing:
    """Return the picture of a route."""
    return draw(picture(chain))


def step_state(step: ChainLink) -> str:
    """Return what the state of a link is in words, such as "documented"."""
    return _STATES["stated" if step.stated else step.state]()


def step_date(step: ChainLink) -> str:
    """Return as of when a link is known; empty where nothing says so."""
    return dated(step.dated) if step.dated else ""


def conditions(chain: Chain, lang: str) -> tuple[Line, ...]:
    """Return the conditions of a route and of joining, which are the records' own words and carry their language."""
    route = chain.route
    said = (
        (_("Who may"), route.eligible.note),
        (_("Precondition"), route.precondition),
        (_("Note"), route.note),
    )
    return tuple(Line(label=label, text=text, lang=lang) for label, text in (*said, *_joining(chain)) if text)


def _joining(chain: Chain) -> Iterator[tuple[str, str | None]]:
    """Yield for each membership in question on what terms the body admits others, as its own record says."""
    organisations = services().reuse.network(chain.offer.origin).organisations
    for step in chain.steps:
        known = organisations.get(step.object.key)
        if step.code == "belongs_to" and step.state is StepState.UNKNOWN and known:
            yield _("Joining %(body)s", body=name_of(known.party)), known.eligible.note


WORDS = (
    *(headline, answer_lead, verdict_word, legal, admits, chain_drawing, step_state, step_date, conditions),
    *(obtainable_brief, obtainable_line, sentence, way, sourced, according_to, asked_lines, caution, short_title),
)
"""Filters of the templates that show answers."""
