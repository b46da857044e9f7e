"""What the asker's limits do to the hits, in sentences above them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.kickoff.service import MAX_WINDOWS, WINDOW, KnownOpen, known_open_of
from app.kickoff.situation import Situation, to_parameters
from app.search.query import SearchResult
from app.web.kickoff.situation import Kickoff
from app.web.search.question import SearchQuestion
from app.web.shell import formats
from app.web.shell.shown import Link
from app.web.shell.wording import _, ngettext


def without_limits(question: SearchQuestion, kickoff: Kickoff) -> str:
    """Return the address of the same search without limits."""
    free = replace(kickoff.situation, open_source_only=False, obtainable_only=False)
    return question.address(
        proven=False, page=question.page, carried=(*to_parameters(free), *kickoff.selection.parameters())
    )


def left_out(result: SearchResult, situation: Situation) -> Iterator[str]:
    """Yield how many hits the limits left out, and why."""
    if result.left_out:
        yield _reason(result.left_out, situation)
    if result.unexamined:
        yield _(
            "The first %(examined)s of %(found)s hits were examined for your limits, further ones as you turn the"
            " pages, %(most)s at most.",
            examined=formats.number(result.examined),
            found=formats.number(result.examined + result.unexamined),
            most=formats.number(WINDOW * MAX_WINDOWS),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenOpen:
    """What is known of open source among the hits, the way to see those alone, or all, and how they are counted."""

    text: str = ""
    link: Link | None = None
    notes: tuple[str, ...] = ()


def proven_open(result: SearchResult, question: SearchQuestion) -> ProvenOpen | None:
    """Return what is known of open source; None where that was no limit, or where there is nothing to tell it of."""
    known = known_open_of(result)
    if known is None or not known.among:
        return None
    notes = tuple(_notes(result, known))
    if question.proven:
        every = ngettext("Show the one hit", "Show all %(num)s hits", known.among)
        link = Link(label=every, href=question.address(proven=False))
        return ProvenOpen(text=_("Only hits that are proven to be open source are shown."), link=link, notes=notes)
    if not known.number:
        return ProvenOpen(text=_("No hit is proven to be open source."), notes=notes)
    if known.among == 1:
        words = _("The one hit is proven to be open source.")
    elif question.text and not known.fitting:
        words = ngettext(
            "Open source is proven for one of %(total)s hits, which fits your question only in part.",
            "Open source is proven for %(num)s of %(total)s hits, none of which fully fits your question.",
            known.number,
            total=known.among,
        )
    else:
        words = ngettext(
            "Open source is proven for one of %(total)s hits.",
            "Open source is proven for %(num)s of %(total)s hits.",
            known.number,
            total=known.among,
        )
    return ProvenOpen(link=Link(label=words, href=question.address(proven=True)), notes=notes)


def _notes(result: SearchResult, known: KnownOpen) -> Iterator[str]:
    """Yield why the number of hits stays the same, and why the filter by openness counts fewer."""
    if not result.left_out:
        yield _("“Open source only” left nothing out: it takes away only solutions known not to be open.")
    if known.claimed:
        yield ngettext(
            "One more hit is called open source without proof of licence or code; the filter by openness counts it if"
            " it is a solution.",
            "%(num)s more hits are called open source without proof of licence or code; the filter by openness counts"
            " the solutions among them.",
            known.claimed,
        )
    others = known.number - known.solutions
    if others:
        yield ngettext(
            "One of the open hits is a record that uses an open solution; the filter by openness counts solutions"
            " alone.",
            "%(num)s of the open hits are records that use an open solution; the filter by openness counts solutions"
            " alone.",
            others,
        )


def _reason(number: int, situation: Situation) -> str:
    if situation.open_source_only and situation.obtainable_only:
        return ngettext(
            "One solution is left out because its source code is known not to be open or because, by what is recorded,"
            " your place cannot obtain it.",
            "%(num)s solutions are left out because their source code is known not to be open or because, by what is"
            " recorded, your place cannot obtain them.",
            number,
        )
    if situation.open_source_only:
        return ngettext(
            "One solution is left out because its source code is known not to be open.",
            "%(num)s solutions are left out because their source code is known not to be open.",
            number,
        )
    return ngettext(
        "One solution is left out because, by what is recorded, your place cannot obtain it.",
        "%(num)s solutions are left out because, by what is recorded, your place cannot obtain them.",
        number,
    )
