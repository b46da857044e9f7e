# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a paragraph of a report to a lesson: what was learned, why, and what follows from it. Only its own words."""

from __future__ import annotations

import re

from app.content.checks.language.sentences import whole_sentences

STATEMENT, BECAUSE, RECOMMENDATION, KIND = "statement", "because", "recommendation", "kind"

_COUNT = re.compile(
    r"(?:(?:erst|zweit|dritt|viert|fünft|sechst|siebt|acht|neunt|zehnt|letzt)ens|"
    r"(?:lehre|erkenntnis|lesson|punkt) *\d*)[.:] *|(?:\d{1,2}|[a-z])\) *",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:unsere? )?(?:empfehlung|rat|tipp|fazit|recommendation|advice): *", re.IGNORECASE)
_ADVICE = re.compile(
    r"(?:wir (?:empfehlen|raten)|unser rat|unsere empfehlung|empfehlenswert|"
    r"(?:deshalb|daher|darum|besser|künftig) (?:sollte|sollten|wäre|empfehl)|we (?:recommend|advise))\b",
    re.IGNORECASE,
)
_KINDS = (
    ("would_do_differently", re.compile(r"anders machen|nächste[ns]? mal|differently")),
    ("did_not_work", re.compile(r"nicht (?:funktioniert|gelungen|bewährt)|gescheitert|stolperstein|schwierigkeit")),
    ("surprise", re.compile(r"überrasch|unerwartet|surpris")),
    ("worked", re.compile(r"funktioniert hat|hat funktioniert|bewährt|gelungen|erfolgsfaktor")),
)


def lesson(words: str, heading: str = "") -> dict[str, str]:
    """Return a paragraph in the parts of a lesson; nothing is shortened, a number in front of it ("Erstens:") goes.

    The first sentence is the statement, one that recommends the recommendation, the others are the reason. The
    heading above says what kind of lesson it is, where it says so.
    """
    count = _COUNT.match(words)
    found = list(whole_sentences(words[count.end() :] if count else words)) or [words]
    first, rest = found[0], found[1:]
    advice = [sentence for sentence in rest if _is_advice(sentence)]
    parts = {
        STATEMENT: first,
        BECAUSE: " ".join(sentence for sentence in rest if sentence not in advice),
        RECOMMENDATION: " ".join(_LABEL.sub("", sentence, count=1) for sentence in advice),
        KIND: next((kind for kind, pattern in _KINDS if pattern.search(heading.lower())), ""),
    }
    return {part: text for part, text in parts.items() if text}


def _is_advice(sentence: str) -> bool:
    return bool(_LABEL.match(sentence) or _ADVICE.match(sentence))
