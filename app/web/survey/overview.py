"""How many records there are of what: fields of action by outcome and by state, every number a way to its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from app.search.document import STATE
from app.survey.facts import OUTCOME, TOPIC, Facts
from app.survey.grid import Grid, grid
from app.web.following.offering import follow_site
from app.web.search.facets import facet_value
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.choices import topics
from app.web.shell.language import current_language
from app.web.shell.shown import Link
from app.web.shell.site import KIND_ORDER
from app.web.shell.wording import _, ngettext
from app.web.survey.links import choice_values, found_by

blueprint = Blueprint("survey", __name__)
NATIONWIDE = "DE"
"""Stands among the states for what concerns all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """A number of records with its grade of colour, and what they have in common in words."""

    count: int
    shade: int
    words: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A table of numbers: heads of columns with a short form of each, and rows under their head."""

    caption: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Link, tuple[HeatCell, ...]], ...]


@blueprint.get("/ueberblick")
def overview() -> str:
    """Show both tables; the second narrowed to one outcome if the address names one."""
    survey = services().surveys.survey()
    outcomes, asked = choice_values("outcome"), request.args.get(OUTCOME, "")
    outcome = asked if asked in outcomes else ""
    narrowed = [each for each in survey.facts if not outcome or each.outcome == outcome]
    return render_template(
        "survey/overview.html",
        follow=follow_site(),
        day=formats.day(survey.at.date()) if survey.at else "",
        counts=tuple(_counts(survey.facts)),
        chosen=facet_value(OUTCOME, outcome) if outcome else "",
        by_outcome=outcome_heat(survey.facts),
        by_state=state_heat(narrowed, outcome),
        outcomes=(
            Link(label=_("All"), href=_here(""), current=not outcome),
            *(
                Link(label=facet_value(OUTCOME, value), href=_here(value), current=value == outcome)
                for value in outcomes
            ),
        ),
    )


def outcome_heat(facts: Sequence[Facts]) -> Heat:
    """Return the fields of action by what came of their case studies."""
    counted = grid(facts, TOPIC, _topics(), OUTCOME, choice_values("outcome"))
    return _heat(counted, _("Case studies by field of action and outcome"), OUTCOME)


def state_heat(facts: Sequence[Facts], outcome: str = "") -> Heat:
    """Return the fields of action by state."""
    told = {state for each in facts for state in each.states}
    states = [state for state in choice_values("state") if state != NATIONWIDE or state in told]
    counted = grid(facts, TOPIC, _topics(), STATE, states)
    return _heat(counted, _("Records by field of action and state"), STATE, (OUTCOME, outcome))


def _heat(counted: Grid, caption: str, across: str, *further: tuple[str, str]) -> Heat:
    names = {column: facet_value(across, column) for column in counted.columns}
    return Heat(
        caption=caption,
        columns=tuple((column if across == STATE else "", name) for column, name in names.items()),
        rows=tuple(
            (
                Link(label=facet_value(TOPIC, row), href=url_for("topics.topic", topic_id=row)),
                tuple(
                    HeatCell(
                        count=cell.count,
                        shade=cell.shade,
                        words=_words(facet_value(TOPIC, row), names[cell.column], cell.count),
                        href=found_by((TOPIC, row), (across, cell.column), *further).href,
                    )
                    for cell in cells
                ),
            )
            for row, cells in counted.rows
        ),
    )


def _words(topic: str, value: str, count: int) -> str:
    return ngettext(
        "%(topic)s, %(value)s: %(num)s record", "%(topic)s, %(value)s: %(num)s records", count, topic=topic, value=value
    )


def _topics() -> tuple[str, ...]:
    return tuple(topic for topic, _label in topics())


def _counts(facts: Sequence[Facts]) -> list[Link]:
    """Return how many records there are of each kind that is listed, what was lived through first."""
    counted, lang = Counter(each.kind for each in facts), current_language()
    kinds = sorted(services().schemas.kinds, key=lambda kind: KIND_ORDER.get(kind.name, 9))
    return [
        Link(label=kind.plural_label(lang), href=url_for("records.kind_list", kind=kind), count=counted[kind.name])
        for kind in kinds
        if kind.listed
    ]


def _here(outcome: str) -> str:
    here = url_for("survey.overview")
    return f"{here}?{OUTCOME}={outcome}#laender" if outcome else f"{here}#laender"
