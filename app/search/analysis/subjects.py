"""Which words of a query name its subject: nouns and names, in German by their capitals, else by the dictionary.

Only of such a word may be said that nothing is there about it. Where it is doubtful, a word is none: an answer that
is held back does more harm than one too many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from stopwordsiso import stopwords

from app.search.analysis.lexicon import Lexicon
from app.search.analysis.words import WordToken

SHORTEST_ENGLISH = 3
"""The English list names all countries by two letters, and KI is not Kiribati."""
LONGEST_ACRONYM = 5
LONGEST_SMALL_ACRONYM = 3
"""Typed in small letters an acronym looks like any word: ki, gis, but a word as short is hardly ever a noun."""
LONGEST_NAMING = 7
"""In more words people tell what their trouble is; then no single noun is what all of it is about."""
NOUN_ENDINGS = ("", "e", "en", "n", "s", "es", "er", "ern", "nen")
BEFORE_PLACES = frozenset(
    ("in", "aus", "bei", "um", "stadt", "gemeinde", "landkreis", "kreis", "markt", "samtgemeinde")
)
ADJECTIVE_ENDINGS = ("e", "en", "em", "er", "es")
_PARTICIPLE = re.compile(r"(.*ge.+|(be|ver|er|ent|zer).+|.+ier)(t|en)(e|en|em|er|es)?")
"""Forms of verbs that no dictionary of base forms has: gescheitert, rausgeschmissenes, verpasste."""


class Subjects:
    """Tells subjects from other words, for one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._german = stopwords("de")
        self._english = stopwords("en") - self._german

    def of(self, written: Sequence[WordToken]) -> frozenset[int]:
        """Return where the words of a query start that name its subject; `written` are all its words."""
        if not written:
            return frozenset()
        small = all(token.text.islower() for token in written) or all(token.text.isupper() for token in written)
        english = any(self._is_english(token.text) for token in written)
        found = {token.start for token in written if not small and _is_acronym(token.text)}
        if english or len(written) > LONGEST_NAMING:
            return frozenset(found)
        first, *others = written
        if small:
            found |= {token.start for token in written if self._is_small_noun(token)}
        else:
            pairs = zip(written, others, strict=False)
            found |= {
                token.start for before, token in pairs if token.text[0].isupper() and not self._places(before, token)
            }
            found |= {first.start} if first.text[0].isupper() and self._may_be_noun(first) else set()
        return frozenset(found)

    def _places(self, before: WordToken, token: WordToken) -> bool:
        """Tell whether a name says where somebody asks from: in Musterstadt, Gemeinde Musterdorf."""
        return before.text.lower() in BEFORE_PLACES and not self.is_noun(token.joined.lower())

    def _is_english(self, text: str) -> bool:
        return (
            text.islower() and len(text) >= SHORTEST_ENGLISH and text in self._english and not self._lexicon.knows(text)
        )

    def _is_small_noun(self, token: WordToken) -> bool:
        word = token.joined.lower()
        if not word.isalpha():
            return False
        if len(word) <= LONGEST_SMALL_ACRONYM:
            return len(word) > 1 and word not in self._german
        return self.is_noun(word) and word not in self._lexicon.verbs

    def _may_be_noun(self, token: WordToken) -> bool:
        """Tell whether the first word, which anybody writes with a capital, is a noun or a name."""
        word = token.joined.lower()
        if not word.isalpha() or word in self._lexicon.verbs:
            return False
        if self.is_noun(word):
            return True
        return not self._is_adjective(word) and not _PARTICIPLE.fullmatch(word)

    def is_noun(self, word: str) -> bool:
        """Tell whether a word in small letters is a noun in any form."""
        return any(word.endswith(one) and word.removesuffix(one) in self._lexicon.nouns for one in NOUN_ENDINGS)

    def _is_adjective(self, word: str) -> bool:
        bases = (word, *(word.removesuffix(ending) for ending in ADJECTIVE_ENDINGS))
        return any(base in self._lexicon.modifiers for base in bases)


def _is_acronym(text: str) -> bool:
    return 1 < len(text) <= LONGEST_ACRONYM and text.isupper() and text.isalpha()
