"""Offers what a question says of place and limits as the asker's situation."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.kickoff.sentence import said
from app.kickoff.situation import Situation, to_parameters
from app.web.kickoff.place_autofill import FIELDS, filled
from app.web.kickoff.selection import kickoff_address, kickoff_parameters
from app.web.kickoff.situation import Kickoff, situation_in_words
from app.web.shell.access import services
from app.web.shell.wording import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What a question says, in words, and the address that takes it for the asker's situation."""

    words: str
    href: str


def suggestion(text: str, kickoff: Kickoff, args: MultiDict[str, str], page: str) -> Suggestion | None:
    """Return what a question says and the asker has not said otherwise; None where that is nothing.

    Taking it leads to `page`, with the rest of the sentence as the question.
    """
    found = said(text, services().places, services().search.is_word)
    place = None if kickoff.situation.place or kickoff.written("ort") else found.place
    limits = Situation(
        months=None if kickoff.written("monate") else found.months,
        open_source_only=found.open_source and not kickoff.situation.open_source_only,
    )
    words = [*([f"{place.name} ({label('state', place.state)})"] if place else []), *situation_in_words(limits)]
    if not words:
        return None
    dropped = {"q", "seite", *(FIELDS if place else ())}
    others = [pair for pair in kickoff_parameters(args) if pair[0] not in dropped]
    question = [("q", found.rest)] if found.rest else []
    taken = [*question, *others, *(filled(place) if place else []), *to_parameters(limits)]
    return Suggestion(words=", ".join(words), href=kickoff_address(page, taken))
