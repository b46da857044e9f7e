"""The full answer for one place and the solutions of a record, for its page."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from flask import request

from app.catalogue import CatalogueEntry
from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.situation import Situation
from app.records.record import Record
from app.reuse.naming import Party, PartyKind
from app.reuse.obtaining.answer import Answer, Chain, ChainLink, StepState
from app.shared.wording import N_
from app.web.kickoff.bar import Bar, wanted_places
from app.web.kickoff.selection import Parameters, kickoff_parameters
from app.web.kickoff.situation import read_kickoff, situation_in_words
from app.web.reuse.answer import according_to, asked_lines, caution, name_of, sentence, short_title
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
    """The contents of the form in `reuse/place_form.html`; `place` is None until it is clear which one is meant."""

    def __init__(self, action: str, kept: Parameters | None = None) -> None:
        """Ask on the page `action`, which gets the parameters `kept` and those of the kickoff."""
        self.kickoff = read_kickoff(request.args)
        self.given = self.kickoff.situation.place
        self.place = self.given if self.given and self.given.settled else None
        self.action = action
        self.bar = Bar(self.kickoff, wanted_places(self.kickoff, request.args, action), is_open=True)
        # All parameters of the URL except those of the place.
        self.hidden = [*((name, value) for name, value in kickoff_parameters() if name not in _ASKED), *(kept or [])]
        self.in_words = ", ".join(situation_in_words(Situation(place=self.given)))
        # Several places may have the given name.
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
        """Return the solutions with the answer for the place; none while the place is ambiguous."""
        place, node = self.place, services()
        if place is None:
            return []
        return [(node.catalogue.record(one), node.reuse.obtainable(place, one)) for one in self._solutions]


def obtainable(record: Record, entry: CatalogueEntry) -> Obtainable | None:
    """Return the question for a solution, or for the solutions that a case used; None without any."""
    solutions = tuple(_solutions(record, entry))
    return Obtainable(record, solutions) if solutions else None


def _solutions(record: Record, entry: CatalogueEntry) -> Iterator[CatalogueEntry]:
    if record.kind == SOLUTION:
        yield entry
        return
    named = (services().catalogue.named(ref) for ref in used_solutions(record))
    yield from (solution for solution in named if solution)


def step_state(step: ChainLink) -> str:
    """Return the state of a link in words, such as "documented"."""
    state = "stated" if step.stated else step.state
    return _(_STATES[state])


def conditions(chain: Chain, lang: str) -> tuple[Line, ...]:
    """Return the conditions of a route and of joining, in the record's words and language."""
    route = chain.route
    said = ((_("Who may"), route.eligible.note), (_("Precondition"), route.precondition), (_("Note"), route.note))
    return tuple(Line(label=label, text=text, lang=lang) for label, text in (*said, *_joining(chain)) if text)


def _joining(chain: Chain) -> Iterator[tuple[str, str | None]]:
    """Yield for each membership the terms of joining, from the body's own record."""
    organisations = services().reuse.network(chain.offer.origin).organisations
    for step in chain.steps:
        known = organisations.get(step.object.key)
        if step.code == "belongs_to" and step.state is StepState.UNKNOWN and known:
            yield _("Joining %(body)s", body=name_of(known.party)), known.eligible.note


def picture(chain: Chain) -> tuple[dict[str, Party], list[tuple[str, str, ChainLink]]]:
    """Return the parties of a chain in order, each under a unique name, and the links between them."""
    parties: dict[str, Party] = {}
    links = []
    for step in chain.steps:
        subject, object_ = (f"{party.kind}:{party.key}" for party in (step.subject, step.object))
        parties.setdefault(subject, step.subject)
        parties.setdefault(object_, step.object)
        links.append((subject, object_, step))
    return parties, links


WIDTH, BOX, LANE = 340, 280, 26
LINE, PADDING, GAP = 18, 9, 46
MAX_LETTERS = 36
"""Letters per line of a box."""

_LABELS = {
    "belongs_to": N_("belongs to"),
    "join": N_("joins"),
    "operate": N_("orders from"),
    "offers": N_("offers"),
    "eligible": N_("may take part"),
    "licence_open": N_("open licence"),
    "code_published": N_("source code"),
    "contains": N_("contains"),
    "maintained": N_("maintains"),
    "serves": N_("works for"),
    "listed": N_("lists"),
    "award": N_("buys from"),
}
_SIGNS = {StepState.KNOWN: "", StepState.OWN: "→", StepState.UNKNOWN: "?", StepState.CLOSED: "×"}


Box = tuple[Party, int, int, list[str]]
"""A party with the heights of its upper and lower edge, and the lines of its name."""


def chain_drawing(chain: Chain) -> dict[str, object]:
    """Return the drawing of a chain, the place on top, and its description for screen readers."""
    parties, links = picture(chain)
    names = sorted(parties, key=lambda name: parties[name].kind is not PartyKind.PLACE)
    boxes = _boxes([parties[name] for name in names])
    used: Counter[tuple[int, int]] = Counter()
    arrows = []
    for subject, object_, step in links:
        start, end = names.index(subject), names.index(object_)
        near = abs(start - end) == 1
        pair = (min(start, end), max(start, end)) if near else (-1, -1)
        path, tip, x, y = (_straight if near else _around)(boxes[start], boxes[end], used[pair])
        label = f"{_SIGNS[step.state]} {_(_LABELS[step.code])}".strip()
        arrows.append({"path": path, "tip": tip, "label": label, "x": x, "y": y, "state": step.state})
        used[pair] += 1
    return {
        "width": WIDTH,
        "height": boxes[-1][2] + 2 if boxes else 0,
        "boxes": [
            {
                "kind": party.kind,
                "y": top,
                "height": end - top,
                "lines": [(top + PADDING + LINE * place + 13, text) for place, text in enumerate(lines)],
            }
            for party, top, end, lines in boxes
        ],
        "arrows": arrows,
        "words": "; ".join(_in_words(step) for _subject, _object, step in links),
    }


def _boxes(parties: Sequence[Party]) -> list[Box]:
    boxes: list[Box] = []
    top = 2
    for party in parties:
        name = name_of(party).removeprefix("https://")
        lines = textwrap.wrap(name, MAX_LETTERS, max_lines=3, placeholder=" …") or [""]
        end = top + 2 * PADDING + LINE * len(lines)
        boxes.append((party, top, end, lines))
        top = end + GAP
    return boxes


def _straight(start: Box, end: Box, nth: int) -> tuple[str, str, int, int]:
    """Return path, tip and label position of the `nth` arrow between two neighbours."""
    x = 60 + 110 * nth
    down = start[1] < end[1]
    y1, y2 = (start[2], end[1]) if down else (start[1], end[2])
    tip = y2 - 9 if down else y2 + 9
    return f"M{x} {y1}V{tip}", f"{x - 5},{tip} {x + 5},{tip} {x},{y2}", x + 12, (y1 + y2) // 2 + 5


def _around(start: Box, end: Box, nth: int) -> tuple[str, str, int, int]:
    """Return path, tip and label position of an arrow that passes boxes on their right."""
    x = BOX + LANE + 12 * nth
    y1, y2 = (top + (lower - top) // 2 for _party, top, lower, _lines in (start, end))
    tip = f"{BOX + 9},{y2 - 5} {BOX + 9},{y2 + 5} {BOX},{y2}"
    return f"M{BOX} {y1}H{x}V{y2}H{BOX + 9}", tip, BOX - 90, min(start, end, key=lambda box: box[1])[2] + GAP // 2 + 5


def _in_words(step: ChainLink) -> str:
    link = f"{name_of(step.subject)} – {_(_LABELS[step.code])} → {name_of(step.object)}"
    match step.state:
        case StepState.KNOWN:
            return link
        case StepState.OWN:
            return _("%(link)s (up to you)", link=link)
        case StepState.UNKNOWN:
            return _("%(link)s (open)", link=link)
        case StepState.CLOSED:
            return _("%(link)s (closed)", link=link)


WORDS = (
    *(headline, answer_lead, verdict_word, legal, admits, chain_drawing, step_state, dated, conditions),
    *(obtainable_brief, obtainable_line, sentence, way, sourced, according_to, asked_lines, caution, short_title),
)
"""Filters of the templates that show answers."""
