# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a hit stands where it stands, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.search.port import Reason, ReasonCode
from app.web.wording import _

Params = Mapping[str, str]

WORDS: dict[str, Callable[[Params], str]] = {
    ReasonCode.WORD_IN_TITLE: lambda p: _("“%(word)s” in the title", word=p["word"]),
    ReasonCode.WORD_IN_LESSON: lambda p: _("“%(word)s” in a lesson", word=p["word"]),
    ReasonCode.WORD_IN_SUMMARY: lambda p: _("“%(word)s” in the summary", word=p["word"]),
    ReasonCode.WORD_IN_TOPIC: lambda p: _("“%(word)s” among the fields of action", word=p["word"]),
    ReasonCode.WORD_IN_KEYWORD: lambda p: _("“%(word)s” among the keywords", word=p["word"]),
    ReasonCode.WORD_IN_PLACE: lambda p: _("place: %(word)s", word=p["word"]),
    ReasonCode.WORD_IN_TEXT: lambda p: _("“%(word)s” in the text", word=p["word"]),
    ReasonCode.COMPOUND_PART: lambda p: _("part of a compound: %(word)s", word=p["word"]),
    ReasonCode.SYNONYM: lambda p: _("synonym: %(word)s", word=p.get("label", p["word"])),
    ReasonCode.TYPO: lambda p: _("spelled similarly: %(word)s", word=p.get("label", p["word"])),
    ReasonCode.WORD_MISSING: lambda p: _("without “%(word)s”", word=p["word"]),
    ReasonCode.SIMILAR_TOPIC: lambda p: _("same field of action: %(word)s", word=p["topic"]),
}


def in_words(reasons: Iterable[Reason], topic_label: Callable[[str], str]) -> tuple[str, ...]:
    """Return reasons as phrases; a code that this release does not know is left out."""
    known = ((WORDS[reason.code], reason.params) for reason in reasons if reason.code in WORDS)
    return tuple(word(_labelled(params, topic_label)) for word, params in known)


def _labelled(params: Params, topic_label: Callable[[str], str]) -> Params:
    return {**params, "topic": topic_label(params["topic"])} if "topic" in params else params
