"""Where nothing is known, for editors: empty cells, open fields, what is overdue, questions without an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from app.identity import Action
from app.survey.facts import CONTACT, COST, DURATION, RESULT, Facts
from app.survey.gaps import Missing, missing
from app.web.search.hits import card_of
from app.web.search.question import find, request_page
from app.web.shell import caching
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.language import current_language
from app.web.shell.nodes import node_name
from app.web.shell.paging import pager
from app.web.shell.routing import record_address
from app.web.shell.shown import Link
from app.web.shell.site import KIND_ORDER
from app.web.shell.wording import _
from app.web.survey.overview import outcome_heat, state_heat

blueprint = Blueprint("gaps", __name__)
FIRST = 5
"""So many overdue records are named; the others stand on their own page."""
SHOWN, PAGE = 20, 100
"""So many records of each kind that leave something open are named, and on a page of all of them."""
FIELD = "offen"
QUESTION = "question"
WHAT: Mapping[str, Callable[[], str]] = {
    COST: lambda: _("Costs not known"),
    CONTACT: lambda: _("Nobody to ask"),
    DURATION: lambda: _("Beginning or end not known"),
    RESULT: lambda: _("Outcome not known"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Records that leave something open: what, of which kind, how many of how many; `href` leads to all of them."""

    what: str
    kind: str
    count: int
    total: int
    records: tuple[Link, ...]
    href: str


@blueprint.get("/ueberblick/luecken")
@requires(Action.CURATE)
def board() -> str:
    """Show where this node knows nothing: of what records leave open the first ones, or all of one field."""
    caching.keep_private()
    facts, today = services().surveys.survey().facts, services().clock().date()
    lacking = missing(facts, sorted(KIND_ORDER, key=lambda name: KIND_ORDER[name]))
    asked = request.args.get(FIELD), request.args.get("art")
    if chosen := next((one for one in lacking if (one.what, one.kind) == asked), None):
        return _all_of(chosen)
    late = services().review.overdue.overdue(today)
    return render_template(
        "survey/gaps.html",
        by_outcome=outcome_heat(facts),
        by_state=state_heat(facts),
        unknown=[_open(one, one.facts[:SHOWN]) for one in lacking],
        late=[Link(label=record.title, href=record_address(record.kind, record.slug)) for record in late[:FIRST]],
        late_total=len(late),
        unanswered=tuple(_links(_unanswered(facts))),
    )


def _all_of(found: Missing) -> str:
    number = request_page()
    return render_template(
        "survey/open.html",
        one=_open(found, found.facts[(number - 1) * PAGE : number * PAGE]),
        pager=pager(number, len(found.facts), PAGE, lambda page: _address(found, page)),
    )


def _open(found: Missing, shown: Sequence[Facts]) -> Open:
    return Open(
        what=WHAT[found.what](),
        kind=services().schemas.kind(found.kind).plural_label(current_language()),
        count=len(found.facts),
        total=found.total,
        records=tuple(_links(shown)),
        href=_address(found),
    )


def _address(found: Missing, page: int | None = None) -> str:
    return url_for("gaps.board", offen=found.what, art=found.kind, seite=page)


def _links(found: Iterable[Facts]) -> Iterable[Link]:
    for facts in found:
        card = card_of(facts.entry)
        if card is not None:
            yield Link(label=card.title, href=card.href, lang=card.title_lang, site=node_name(facts.entry.origin))


def _unanswered(facts: Sequence[Facts]) -> Iterable[Facts]:
    """Return the questions that name no answer and that no record names."""
    for each in facts:
        if each.kind == QUESTION and not each.answered and not find(size=1, antwort=each.entry.ref).total:
            yield each
