# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The whole answer for one place and the solutions that a record offers, as its page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import request

from app.catalogue import CatalogueEntry
from app.content.record import Record
from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.situation import Situation
from app.reuse import Answer, Chain, Citation, Place, Step, Verdict, picture
from app.web.kickoff import situation as summary
from app.web.kickoff.bar import Bar, bar
from app.web.kickoff.places import wanted_places
from app.web.kickoff.selection import Parameters, kickoff_address, kickoff_parameters
from app.web.kickoff.situation import Kickoff, read_kickoff
from app.web.reuse.answer import Names, as_of, asked_lines, caution, lead, names, sentence, short_title, way
from app.web.reuse.drawing import Drawing, draw
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.routing import page_address
from app.web.shell.shown import Line
from app.web.shell.wording import _, ngettext

TONES = {Verdict.YES: "success", Verdict.UNKNOWN: "info", Verdict.NO: "info"}
"""How the answer looks. Not to know something is no fault, so nothing here is a warning."""

_STATES: Mapping[str, Callable[[], str]] = {
    "known": lambda: _("documented"),
    "stated": lambda: _("as you state"),
    "unknown": lambda: _("open"),
    "closed": lambda: _("does not apply"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A link of a chain; `state` is known, stated (by the asker), unknown or closed, `mark` says so in words.

    `by` says on which other node's word it rests.
    """

    text: str
    state: str
    mark: str
    as_of: str
    by: str
    sources: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChain:
    """A route with its links. `conditions` are the record's own words and carry its language."""

    title: str
    verdict: str
    answer: str
    steps: tuple[ShownStep, ...]
    drawing: Drawing
    as_of: str
    caution: str
    conditions: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObtainablePanel:
    """`headline` answers, `lead` says what is known; `best` carries the answer, `others` are the further routes."""

    solution: str
    href: str
    verdict: str
    tone: str
    headline: str
    lead: str
    best: ShownChain | None
    others: tuple[ShownChain, ...]
    asks: tuple[Line, ...]


def obtainable_panel(answer: Answer, names: Names, *, title: str, href: str, place: str, lang: str) -> ObtainablePanel:
    """Return the answer for the solution called `title`; `lang` is the language of its record."""
    chains = tuple(shown_chain(chain, names, lang) for chain in answer.chains)
    return ObtainablePanel(
        solution=short_title(title),
        href=href,
        verdict=answer.verdict,
        tone=TONES[answer.verdict],
        headline=_headline(answer, place or _("Your municipality")),
        lead=_lead(answer, names),
        best=chains[0] if chains else None,
        others=chains[1:],
        asks=asked_lines(answer.ask, names),
    )


def shown_chain(chain: Chain, names: Names, lang: str) -> ShownChain:
    """Return one route with its links, its picture and what stays to be settled."""
    return ShownChain(
        title=way(chain, names),
        verdict=chain.verdict,
        answer=_answer(chain.verdict),
        steps=tuple(_step(step, chain, names) for step in chain.steps),
        drawing=draw(picture(chain)),
        as_of=as_of(chain),
        caution=caution(chain.caution),
        conditions=_conditions(chain, lang),
    )


def _headline(answer: Answer, place: str) -> str:
    if answer.verdict is Verdict.YES and _rests_on_statement(answer):
        return _("%(place)s: yes, if what you state holds", place=place)
    if answer.verdict is Verdict.YES:
        return _("%(place)s: yes, there is a documented route", place=place)
    if answer.verdict is Verdict.UNKNOWN:
        return _still_open(answer, place)
    if answer.chains:
        return _("%(place)s: not on the routes documented here", place=place)
    return _("No route is documented yet")


def _still_open(answer: Answer, place: str) -> str:
    links = sum(not step.known for step in answer.best.steps) if answer.best else 0
    return ngettext(
        "%(place)s: possible, one link is still open",
        "%(place)s: possible, %(num)s links are still open",
        links,
        place=place,
    )


def _rests_on_statement(answer: Answer) -> bool:
    return answer.best is not None and any(step.stated for step in answer.best.steps)


def _answer(verdict: Verdict) -> str:
    return {Verdict.YES: _("yes"), Verdict.UNKNOWN: _("open"), Verdict.NO: _("no")}[verdict]


def _lead(answer: Answer, names: Names) -> str:
    chain = answer.best
    if chain is None:
        return _("Nobody has written down yet how others obtain this solution.")
    missing = [sentence(chain.missing, chain, names)] if chain.missing else []
    return " ".join([lead(chain, names), *missing])


def _step(step: Step, chain: Chain, names: Names) -> ShownStep:
    return ShownStep(
        text=sentence(step, chain, names),
        state="stated" if step.stated else step.state,
        mark=_STATES["stated" if step.stated else step.state](),
        as_of=_date(step),
        by=names.according_to((step.origin,)),
        sources=tuple(map(_source, step.sources)),
    )


def _date(step: Step) -> str:
    if not step.as_of:
        return ""
    return _("date unknown") if step.as_of == formats.UNKNOWN else _("as of %(date)s", date=formats.day(step.as_of))


def _source(found: Citation) -> Line:
    dated = found.date and found.date != formats.UNKNOWN
    notes = [found.publisher, *([formats.day(found.date)] if dated and found.date else [])]
    own = [_("according to those involved")] if found.self_reported else []
    return Line(text=found.title, href=found.url or "", external=True, notes=(", ".join([*notes, *own]),))


def _conditions(chain: Chain, lang: str) -> tuple[Line, ...]:
    route = chain.route
    said = (
        (_("Who may"), route.eligible.note),
        (_("Precondition"), route.precondition),
        (_("Note"), route.note),
    )
    return tuple(Line(label=label, text=text, lang=lang) for label, text in said if text)


FRAGMENT = "beziehbar"
_ASKED = frozenset({"ort", "ort_land", "ort_art", "einwohner", "ars", "mitglied"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceForm:
    """The form for the place; `hidden` is what else the address carries."""

    action: str
    hidden: Parameters
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Obtainable:
    """The question on the page of a record; without a place there are no panels yet."""

    place: str
    panels: tuple[ObtainablePanel, ...]
    names_solutions: bool
    form: PlaceForm


def obtainable(record: Record, entry: CatalogueEntry) -> Obtainable | None:
    """Return the question for a solution, or for the solutions that a case used; None where there is none."""
    entries = tuple(_solutions(record, entry))
    if not entries:
        return None
    kickoff = read_kickoff(request.args)
    place = kickoff.situation.place
    return Obtainable(
        place=", ".join(summary.situation_in_words(Situation(place=place))),
        panels=tuple(_panel(place, found) for found in entries) if place else (),
        names_solutions=record.kind != SOLUTION,
        form=_form(kickoff),
    )


def _solutions(record: Record, entry: CatalogueEntry) -> Iterator[CatalogueEntry]:
    if record.kind == SOLUTION:
        yield entry
        return
    named = (services().catalogue.named(ref) for ref in used_solutions(record))
    yield from (solution for solution in named if solution)


def _panel(place: Place, entry: CatalogueEntry) -> ObtainablePanel:
    record = services().catalogue.record(entry)
    return obtainable_panel(
        services().reuse.obtainable(place, entry),
        names(),
        title=record.title,
        href=kickoff_address(f"{page_address(entry)}#{FRAGMENT}"),
        place=place.name or "",
        lang=record.lang,
    )


def _form(kickoff: Kickoff) -> PlaceForm:
    page = f"{request.root_path}{request.path}#{FRAGMENT}"
    return PlaceForm(
        action=page,
        hidden=[(name, value) for name, value in kickoff_parameters() if name not in _ASKED],
        bar=bar(kickoff, wanted_places(kickoff, request.args, page), is_open=True),
    )
