# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the asker can obtain what a record offers, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

from app.catalogue import CatalogueEntry
from app.content.record import Record
from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.situation import Situation
from app.reuse import Place
from app.web.access import services
from app.web.kickoff import summary
from app.web.kickoff.bar import Bar, bar
from app.web.kickoff.places import wanted_places
from app.web.kickoff.reading import Kickoff, read_kickoff
from app.web.obtaining_view import names
from app.web.presentation.obtaining.panel import ObtainablePanel, obtainable_panel
from app.web.routing import page_address
from app.web.selection import Parameters, kickoff_address, kickoff_parameters

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
        place=", ".join(summary.in_words(Situation(place=place))),
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
