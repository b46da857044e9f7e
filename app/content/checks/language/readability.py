# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Readability after Flesch in Toni Amstad's adaptation to German (1978).

180 − words per sentence − 58.5 × syllables per word.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.content.checks.language.sentences import syllables


def flesch_amstad(sentences: Sequence[Sequence[str]]) -> float:
    """Return the index of sentences given as words: about 0 for a statute, 100 for a primer."""
    found = [word for sentence in sentences for word in sentence if not word[0].isdigit()]
    if not found:
        return 100.0
    return 180 - len(found) / len(sentences) - 58.5 * sum(map(syllables, found)) / len(found)
