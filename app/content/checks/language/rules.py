# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hints on style for German texts."""

from __future__ import annotations

from collections.abc import Iterator

from app.content.checks.language.passive import is_passive, passive_share
from app.content.checks.language.readability import flesch_amstad
from app.content.checks.language.sentences import plain, sentences, words
from app.content.checks.subject import Subject
from app.content.problem import Problem

LONGEST_SENTENCE = 25
"""Words."""
MOST_PASSIVE = 0.15
"""Share of sentences; the records that came with the first release have 0 to 6 per cent."""
READABLE = (40.0, 80.0)
"""Flesch-Amstad; the records that came with the first release have 48 to 69, half of them 58 or more."""

_FEWEST_SENTENCES = 20
"""With fewer a share says nothing."""
_SHORTEST_PROSE = 200
"""Fields that may hold this many characters are prose; shorter ones are names."""
_NO_PROSE = frozenset({"sources", "media", "links", "translations"})


def language(subject: Subject) -> Iterator[Problem]:
    """Report long sentences, much passive and an index out of range; only for German texts."""
    if not str(subject.front["lang"]).startswith("de"):
        return
    found: list[str] = []
    counted: list[list[str]] = []
    for path, line, text in _prose(subject):
        for sentence in sentences(text):
            found.append(sentence)
            counted.append(words(sentence))
            if len(counted[-1]) > LONGEST_SENTENCE:
                params = {"words": str(len(counted[-1])), "start": " ".join(sentence.split()[:6])}
                yield subject.warning("long_sentence", path, line, limit=str(LONGEST_SENTENCE), **params)
    if len(found) >= _FEWEST_SENTENCES:
        yield from _overall(subject, found, flesch_amstad(counted))


def _overall(subject: Subject, found: list[str], index: float) -> Iterator[Problem]:
    share = passive_share(found)
    line = subject.draft.document.body_line
    if share > MOST_PASSIVE:
        example = next(sentence for sentence in found if is_passive(sentence))
        params = {"share": f"{share:.0%}", "limit": f"{MOST_PASSIVE:.0%}", "example": example[:80]}
        yield subject.warning("passive_fog", "body", line, **params)
    low, high = READABLE
    if not low <= index <= high:
        params = {"index": f"{index:.0f}", "low": f"{low:.0f}", "high": f"{high:.0f}"}
        yield subject.warning("readability", "body", line, **params)


def _prose(subject: Subject) -> Iterator[tuple[str, int, str]]:
    for path, spec, value in subject.values:
        is_prose = (spec.max_length or 0) >= _SHORTEST_PROSE and not spec.pattern
        if is_prose and isinstance(value, str) and path.partition(".")[0] not in _NO_PROSE:
            yield path, 0, plain(value)
    for section, blocks in subject.blocks.items():
        for block in blocks:
            if not block.is_table:
                yield f"body.{section}", block.line, block.plain
