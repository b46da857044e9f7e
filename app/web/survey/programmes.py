"""Funding programmes: who used them, for what and how much, and what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, render_template

from app.records.five_lines.costs import Grant, funding
from app.records.record import Lesson
from app.records.schema.specification import in_language
from app.records.vocabulary import PROGRAMMES, Concept
from app.reuse.programmes import After, Grantee, Programme, Total, programmes
from app.web.following.offering import follow_list, follow_site
from app.web.records.fields import FieldWriter
from app.web.records.figures import Bar
from app.web.records.lines import line_words
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.shown import Line
from app.web.shell.wording import _, ngettext
from app.web.survey.cases import MAX_CASES, Case, cases, counted, every, found_by

blueprint = Blueprint("programmes", __name__, url_prefix="/foerderprogramme")
PROGRAMME = "programm"
"""The facet of the search."""

STANDS: Mapping[After, Callable[[int], str]] = {
    After.RUNS: lambda count: ngettext("%(num)s in operation", "%(num)s in operation", count),
    After.UNDERWAY: lambda count: ngettext("%(num)s not finished yet", "%(num)s not finished yet", count),
    After.STOPPED: lambda count: ngettext("%(num)s stopped", "%(num)s stopped", count),
    After.UNKNOWN: lambda count: ngettext(
        "%(num)s over; whether it goes on is not known", "%(num)s over; whether they go on is not known", count
    ),
}


@blueprint.get("")
def overview() -> str:
    """List the programmes that records name, the most used first."""
    return render_template(
        "survey/programmes.html",
        programmes=[_shown(found, _concept(found.key)) for found in _found(tuple(counted(PROGRAMME, {})))],
        follow=follow_site(),
    )


@blueprint.get("/<slug:key>")
def programme(key: str) -> str:
    """Show who used one programme of the vocabulary or of a record."""
    concept = _concept(key)
    found = next((one for one in _found((key,)) if one.key == key), None)
    if concept is None and found is None:
        abort(404)
    users = cases((one.entry for one in found.users), lessons_for_later) if found else ()
    return render_template(
        "survey/programme.html",
        title=concept.label(current_language()) if concept else key,
        also=[label for _lang, label in concept.labels(current_language())][1:] if concept else (),
        giver=in_language(concept.giver, current_language()) if concept else "",
        site_address=concept.site if concept else "",
        shown=_shown(found, concept) if found else None,
        users=[(user, tuple(_granted(user, key)), _later(user)) for user in users],
        search=found_by((PROGRAMME, key)).href,
        most=MAX_CASES,
        follow=follow_list(**{PROGRAMME: key}),
    )


def lessons_for_later(lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Return the lessons for the time after a grant: of what ended, and of money once something is in operation."""
    return tuple(
        one
        for one in lessons
        if one.phase == "ended" or (one.topic == "finance" and one.phase in ("operation", "scaling"))
    )[:3]


def _found(keys: tuple[str, ...]) -> tuple[Programme, ...]:
    """Return all programmes named by records that name one of these."""
    node = services()
    users = every({PROGRAMME: keys}) if keys else []
    told = ((entry, node.catalogue.readable(entry)) for entry in node.catalogue.in_turn(users))
    return programmes((Grantee.of(entry, record) for entry, record in told if record), node.clock().date())


def _concept(key: str) -> Concept | None:
    vocabulary = services().vocabularies.get(PROGRAMMES)
    return vocabulary.get(key) if vocabulary else None


def _shown(found: Programme, concept: Concept | None) -> dict[str, Any]:
    """Return a programme in words: name, giver, known amounts, and the state of its cases."""
    count = sum(found.after.values())
    shares = {after: round(100 * number / count) for after, number in found.after.items() if number}
    return {
        "found": found,
        "title": concept.label(current_language()) if concept else found.key,
        "giver": in_language(concept.giver, current_language()) if concept else "",
        "money": list(_money(found)),
        "stands": [
            (words(found.after[after]), Bar(text=_("%(share)s percent", share=shares[after]), share=shares[after]))
            for after, words in STANDS.items()
            if after in shares
        ],
        "cases": count,
    }


def _money(found: Programme) -> Iterable[str]:
    for total in found.known:
        yield ngettext(
            "%(money)s are known of %(num)s grant",
            "%(money)s are known of %(num)s grants",
            total.count,
            money=_sum(total),
        )
    for total in found.limits:
        yield ngettext(
            "besides up to %(money)s in %(num)s grant",
            "besides up to %(money)s in %(num)s grants",
            total.count,
            money=_sum(total, ""),
        )
    for total in found.wide:
        yield _("%(money)s for the whole programme", money=_sum(total))
    if found.untold:
        yield ngettext("%(num)s grant without an amount", "%(num)s grants without an amount", found.untold)


def _sum(total: Total, rough: str = "about") -> str:
    # A sum of rough amounts is no more exact than they are.
    amount = round(total.amount, -5) if total.rough and total.amount >= 1_000_000 else total.amount
    return line_words().costs.money(amount, total.currency, rough if total.rough else None)


def _granted(user: Case, key: str) -> Iterable[Line]:
    """Yield the grants of a record from this programme: amount, share and note, with sources."""
    for grant in funding(user.writer.record):
        if grant.key == key:
            yield Line(
                text=grant.programme,
                lang=user.writer.record.lang,
                notes=tuple(_notes(grant, user.writer)),
                sources=user.writer.marks(grant.sources),
            )


def _notes(grant: Grant, writer: FieldWriter) -> Iterable[str]:
    words = line_words().costs
    yield words.money(grant.amount, grant.currency, grant.approx) if grant.amount is not None else _("amount not known")
    if grant.share is not None:
        yield _("%(share)s percent of the costs", share=formats.number(grant.share))
    if grant.note:
        yield writer.own(grant.note)


def _later(user: Case) -> tuple[Line, ...]:
    """Return what a record says about the time after the grant."""
    spec, told = user.writer.kind.field("sustainment"), user.writer.record.data.get("sustainment")
    return user.writer.lines(spec, told) if spec and told else ()
