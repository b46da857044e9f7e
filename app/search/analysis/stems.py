# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Brings a word to the form that the index stores: ß to ss, Snowball stem, umlauts folded."""

from __future__ import annotations

from collections.abc import Mapping

import Stemmer

FOLDED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e", "ê": "e", "à": "a", "ç": "c"})


class GermanStemmer:
    """Snowball 3 `german`, with words it would confuse ruled by hand (Bürger is not Burg)."""

    def __init__(self, ruled: Mapping[str, str]) -> None:
        """`ruled` maps a lower-case word to its term."""
        self._ruled = ruled
        self.by_hand = frozenset(ruled.values())
        """The terms that need not begin like the words that have them."""
        self._stemmer = Stemmer.Stemmer("german")

    def term(self, word: str) -> str:
        """The index term of a lower-case word."""
        ruled = self._ruled.get(word)
        if ruled is not None:
            return ruled
        stem: str = self._stemmer.stemWord(word.replace("ß", "ss"))
        return stem.translate(FOLDED)


def folded(word: str) -> str:
    """The letters of a word as terms have them; written out umlauts (ae) follow as single letters."""
    plain = word.lower().translate(FOLDED)
    single = plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return plain if single == plain else f"{plain} {single}"
