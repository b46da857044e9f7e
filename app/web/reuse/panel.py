"""The whole answer for one place and the solutions that a record offers, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request

from app.catalogue import CatalogueEntry
from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.situation import Situation
from app.records.record import Record
from app.reuse.obtaining.answer import Answer, Chain, ChainLink, StepState
from app.shared.wording import N_
from app.web.kickoff.bar import Bar, wanted_places
from app.web.kickoff.selection import Parameters, kickoff_parameters
from app.web.kickoff.situation import read_kickoff, situation_in_words
from app.web.reuse.answer import according_to, asked_lines, caution, name_of, sentence, short_title
from app.web.reuse.drawing import chain_drawing
from app.web.reuse.ways import (
    admits,
    answer_lead,
    dated,
    headline,
    legal,
    obtainable_brief,
    obtainable_line,
    sourced,
    verdict_word,
    way,
)
from app.web.shell.access import services
from app.web.shell.shown import Line
from app.web.shell.wording import _

_ASKED = frozenset({"ort", "ort_land", "ort_art", "einwohner", "ars", "mitglied"})


class AskedPlace:
    """What the form of `reuse/place_form.html` shows; `place` is the place once it is clear which one is meant."""

    def __init__(self, action: str, kept: Parameters | None = None) -> None:
        """Ask on the page `action`, which gets the parameters `kept` beside what a kickoff carries."""
        self.kickoff = read_kickoff(request.args)
        self.given = self.kickoff.situation.place
        self.place = self.given if self.given and self.given.settled else None
        self.action = action
        self.bar = Bar(self.kickoff, wanted_places(self.kickoff, request.args, action), is_open=True)
        # What the address carries beside the place.
        self.hidden = [*((name, value) for name, value in kickoff_parameters() if name not in _ASKED), *(kept or [])]
        self.in_words = ", ".join(situation_in_words(Situation(place=self.given)))
        # A name was given that several places may have.
        self.unsettled = self.given is not None and self.place is None
        self.place_name = (self.given.name if self.given else "") or _("Your municipality")


FRAGMENT = "beziehbar"
_STATES = {
    "known": N_("documented"),
    "stated": N_("as you state"),
    "own": N_("up to you"),
    "unknown": N_("open"),
    "closed": N_("does not apply"),
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


def step_state(step: ChainLink) -> str:
    """Return what the state of a link is in words, such as "documented"."""
    state = "stated" if step.stated else step.state
    return _(_STATES[state])


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
