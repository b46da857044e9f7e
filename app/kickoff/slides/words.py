"""The words of slides: those that are not of a record or of the asker, and as many of theirs as fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.kickoff.memo.wording import Words
from app.records.sentences import plain, whole_sentences
from app.shared.wording import NP_

TEXTS: Mapping[str, str] = {
    "problem": NP_("slides", "The problem"),
    "about": NP_("slides", "What it is about"),
    "done": NP_("slides", "What others did"),
    "cost": NP_("slides", "What it costs"),
    "risks": NP_("slides", "Failures and risks"),
    "next": NP_("slides", "Proposal and next step"),
    "page": NP_("slides", "Sheet"),
    "of": NP_("slides", "of"),
    "sources": NP_("slides", "Sources"),
    "more_sources": NP_("slides", "and %(number)s more in the record"),
    "more_finds": NP_("slides", "and %(number)s more in the memo"),
    "code": NP_("slides", "QR code that leads to %(address)s"),
    "unknown": NP_("slides", "not known"),
    "not_told": NP_("slides", "What went wrong is not known here. Those who did it can tell."),
    "date_unknown": NP_("slides", "date not known"),
    "outcome": NP_("slides", "Outcome"),
    "goal": NP_("slides", "Goal"),
    "open": NP_("slides", "Open"),
    "would_do_differently": NP_("slides", "Would be done differently"),
    "open_question": NP_("slides", "Disputed or open"),
    "surprise": NP_("slides", "Not expected"),
    "recommendation": NP_("slides", "Recommendation"),
    "adapt": NP_("slides", "To adapt"),
    "way": NP_("slides", "Way to obtain it"),
    "step": NP_("slides", "Step"),
    "occasion": NP_("slides", "Occasion"),
    "question": NP_("slides", "Question"),
    "ours": NP_("slides", "Our funds"),
    "rejected": NP_("slides", "Not suitable"),
    "not_settled": NP_("slides", "Not settled"),
    "to_reuse": NP_("slides", "To be reused"),
    "nothing_found": NP_("slides", "Nothing was found that called for a closer look."),
    "no_recommendation": NP_("slides", "No recommendation has been written yet."),
    "file_name": NP_("slides", "slides"),
}


class SlideWords(Words):
    """The texts of slides in one language."""

    texts = TEXTS


SOURCES = 4
"""Sources that a sheet names; the record has them all."""
SOURCE = 86
"""Letters of a source, which with its date fill a line."""
LONGEST = 190
"""Letters of one statement, beyond which only a first sentence goes."""
_CUT = 300


def few_words(text: str, most: int = LONGEST) -> str:
    """Return the first whole sentences of a text of a record, without marks, as many as a sheet has room for."""
    found = ""
    for sentence in whole_sentences(plain(text)):
        longer = f"{found} {sentence}".strip()
        if found and len(longer) > most:
            break
        found = longer
    return shortened(found, _CUT)


def shortened(text: str, most: int = SOURCE) -> str:
    """Return a text of so many letters at most, cut between words."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]} …"


def joined(notes: Iterable[str]) -> str:
    """Return what limits a statement in one line."""
    return " · ".join(filter(None, notes))
