"""Missing knowledge, for editors: empty cells, open fields, overdue records, unanswered questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from app.catalogue import CatalogueEntry
from app.identity import Action
from app.reuse.facets import ANSWERS
from app.search.document import HERE, KIND, OPEN, ORIGIN, Question
from app.shared.wording import N_
from app.web.search.hits import card_of
from app.web.search.question import request_page
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.language import current_language
from app.web.shell.links import node_name
from app.web.shell.paging import pager
from app.web.shell.routing import record_address
from app.web.shell.shown import Link
from app.web.shell.site import KIND_ORDER
from app.web.shell.wording import _
from app.web.survey.cases import Within, entries, every, numbers, searched
from app.web.survey.overview import outcome_heat, state_heat

blueprint = Blueprint("gaps", __name__)
MAX_OVERDUE = 5
"""Overdue records listed here; their own page has all."""
MAX_OPEN, PAGE_SIZE = 20, 100
"""Incomplete records of each kind: listed here, and per page of the full list."""
WHAT: Mapping[Question, str] = {
    Question.COST: N_("Costs not known"),
    Question.CONTACT: N_("Nobody to ask"),
    Question.DURATION: N_("Beginning or end not known"),
    Question.RESULT: N_("Outcome not known"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Own records of a kind that lack something: `count` of `total`."""

    what: Question
    kind: str
    count: int
    total: int

    @property
    def words(self) -> str:
        """Return what is missing, in how many of how many records."""
        kind = services().schemas.kind(self.kind).plural_label(current_language())
        return _(
            "%(what)s: %(count)s of %(total)s (%(kind)s)",
            what=_(WHAT[self.what]),
            count=self.count,
            total=self.total,
            kind=kind,
        )

    def records(self, size: int, page: int = 1) -> tuple[Link, ...]:
        """Return some of these records."""
        return tuple(_links(entries({**_own(self.kind), OPEN: self.what}, size, page)))

    def address(self, page: int | None = None) -> str:
        """Return the URL of the full list."""
        return url_for("gaps.board", offen=self.what, art=self.kind, seite=page)


@blueprint.get("/ueberblick/luecken")
@requires(Action.CURATE)
def board() -> str:
    """Show what this node does not know: the first incomplete records, or all of one field."""
    page_cache.keep_private()
    lacking = _missing()
    asked = request.args.get("offen"), request.args.get("art")
    if chosen := next((one for one in lacking if (one.what, one.kind) == asked), None):
        number = request_page()
        return render_template(
            "survey/open.html",
            one=chosen,
            records=chosen.records(PAGE_SIZE, number),
            pager=pager(number, chosen.count, PAGE_SIZE, chosen.address),
        )
    late = services().review.overdue.overdue(services().clock().date())
    return render_template(
        "survey/gaps.html",
        by_outcome=outcome_heat(),
        by_state=state_heat(),
        unknown=[(one, one.records(MAX_OPEN)) for one in lacking],
        late=[Link(label=record.title, href=record_address(record.kind, record.slug)) for record in late[:MAX_OVERDUE]],
        late_total=len(late),
        # Questions that name no answer and that no record names.
        unanswered=tuple(
            _links(entry for entry in every({OPEN: Question.ANSWER}) if not searched({ANSWERS: entry.ref}).total)
        ),
    )


def _missing() -> list[Missing]:
    """Return the gaps of own records, by the most common question, then by kind in site order."""
    kinds = sorted(KIND_ORDER, key=lambda name: KIND_ORDER[name])
    found = {kind: searched(_own(kind), OPEN) for kind in kinds}
    return [
        Missing(what=what, kind=kind, count=count, total=found[kind].total)
        for what in WHAT
        for kind in kinds
        if (count := numbers(found[kind], OPEN).get(what, 0))
    ]


def _own(kind: str) -> Within:
    # Records of other nodes are completed there.
    return {KIND: kind, ORIGIN: HERE}


def _links(found: Iterable[CatalogueEntry]) -> Iterable[Link]:
    for entry in found:
        card = card_of(entry)
        if card is not None:
            yield Link(label=card.title, href=card.href, lang=card.title_lang, site=node_name(entry.origin))
