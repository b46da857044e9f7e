"""Numbers of records: fields of action by outcome and by state; every number links to its records."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for

from app.search.document import KIND, STATE
from app.web.following.offering import follow_site
from app.web.search.facets import facet_value
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.shown import Link
from app.web.shell.site import KIND_ORDER
from app.web.shell.wording import _, ngettext, topics
from app.web.survey.cases import OUTCOME, TOPIC, choice_values, counted, found_by

blueprint = Blueprint("survey", __name__)
NATIONWIDE = "DE"
"""Code among the states for nationwide records."""
SHADES = 4
"""Colour shades for numbers above 0; an empty cell has none."""


Heat = dict[str, Any]
"""A table for `survey/heat.html`: caption, columns with a short form of each, and rows of cells under their head."""


@blueprint.get("/ueberblick")
def overview() -> str:
    """Show both tables, the second for one outcome if the URL has it."""
    outcomes, asked = choice_values("outcome"), request.args.get(OUTCOME, "")
    outcome = asked if asked in outcomes else ""
    visible, listed = services().catalogue.visible(), services().schemas.listed
    last = max((entry.at for entry in visible.entries if entry.kind in listed), default=None)
    return render_template(
        "survey/overview.html",
        follow=follow_site(),
        day=formats.day(last.date()) if last else "",
        counts=tuple(_counts()),
        narrowed_to=facet_value(OUTCOME, outcome) if outcome else "",
        by_outcome=outcome_heat(),
        by_state=state_heat(outcome),
        outcomes=(
            Link(label=_("All"), href=_here(""), current=not outcome),
            *(
                Link(label=facet_value(OUTCOME, value), href=_here(value), current=value == outcome)
                for value in outcomes
            ),
        ),
    )


def outcome_heat() -> Heat:
    """Return the fields of action by outcome of their case studies."""
    return _heat(_("Case studies by field of action and outcome"), OUTCOME, choice_values("outcome"))


def state_heat(outcome: str = "") -> Heat:
    """Return the fields of action by state, of the records with one outcome if it is given."""
    told = counted(STATE, {OUTCOME: outcome})
    states = [state for state in choice_values("state") if state != NATIONWIDE or state in told]
    return _heat(_("Records by field of action and state"), STATE, states, (OUTCOME, outcome))


def _heat(caption: str, across: str, columns: Sequence[str], *further: tuple[str, str]) -> Heat:
    """Return the number of records for each pair of values; a record with several values counts for each."""
    names = {column: facet_value(across, column) for column in columns}
    found = {column: counted(TOPIC, {across: column, **dict(further)}) for column in columns}
    rows = {topic: [found[column].get(topic, 0) for column in columns] for topic, _label in topics()}
    most = max((count for counts in rows.values() for count in counts), default=0)

    def cell(topic: str, column: str, count: int) -> tuple[Link, int]:
        words = ngettext(
            "%(topic)s, %(value)s: %(num)s record",
            "%(topic)s, %(value)s: %(num)s records",
            count,
            topic=facet_value(TOPIC, topic),
            value=names[column],
        )
        # Round up, so that a single record is visible too.
        shade = -(-SHADES * count // most) if most else 0
        return found_by((TOPIC, topic), (across, column), *further, label=words, count=count), shade

    return {
        "caption": caption,
        "columns": [(column if across == STATE else "", name) for column, name in names.items()],
        "rows": [
            (
                Link(label=facet_value(TOPIC, topic), href=url_for("topics.topic", topic_id=topic)),
                [cell(topic, column, count) for column, count in zip(columns, counts, strict=True)],
            )
            for topic, counts in rows.items()
        ],
    }


def _counts() -> list[Link]:
    """Return the number of records of each listed kind, practical experience first."""
    numbers, lang = counted(KIND, {}), current_language()
    kinds = sorted(services().schemas.kinds, key=lambda kind: KIND_ORDER.get(kind.name, 9))
    return [
        Link(
            label=kind.plural_label(lang), href=url_for("records.kind_list", kind=kind), count=numbers.get(kind.name, 0)
        )
        for kind in kinds
        if kind.listed
    ]


def _here(outcome: str) -> str:
    here = url_for("survey.overview")
    return f"{here}?{OUTCOME}={outcome}#laender" if outcome else f"{here}#laender"
