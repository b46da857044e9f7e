# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Passive fog: sentences that do not say who acts.

German forms the passive with `werden` and a participle. This finds both in one sentence by their shape. It misses some
and takes some adjectives for participles; as a share over a whole record that is good enough for a hint.
"""

from __future__ import annotations

import re

_AUXILIARY = re.compile(r"\b[Ww](?:ird|erden|urden?|orden|ürden?)\b")
# The lengths are bounded so that no text makes the search slow.
_PARTICIPLE = re.compile(
    r"\b(?:[a-zäöü]{0,25}ge[a-zäöüß]{2,25}(?:t|en)"
    r"|(?:be|ver|er|ent|zer|miss|über|unter|wider)[a-zäöüß]{3,25}(?:t|en)"
    r"|[a-zäöü]{3,25}iert)\b"
)
# Infinitives and other words of the same shape that stand with werden as future or with "zu".
# fmt: off
_NO_PARTICIPLE = frozenset({
    "gegen", "gemeinden", "gelegenheiten", "gebieten", "gesamten", "geeignet", "bereit", "berechtigt", "bekannt",
    "beliebt", "besser", "verschieden", "verschiedenen", "unterschiedlichen", "erheben", "bekommen", "gewesen",
    "gestalten", "gelten", "gehen", "geben", "genügen",
})
# fmt: on


def is_passive(sentence: str) -> bool:
    """Tell whether the sentence looks like a passive one."""
    if not _AUXILIARY.search(sentence):
        return False
    return any(word not in _NO_PARTICIPLE for word in _PARTICIPLE.findall(sentence))


def passive_share(texts: list[str]) -> float:
    """Return the share of passive sentences between 0 and 1."""
    return sum(map(is_passive, texts)) / len(texts) if texts else 0.0
