"""Splits text into words, and reduces a word to its index term."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import Stemmer

_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9])"
"""A number with dots between thousands, as in German."""
_WORD = re.compile(rf"{_NUMBER}|[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
_POINTS = re.compile(_NUMBER)
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_INSIDE = re.compile(r"(?<=[^\W_])[-\u2010\u2011](?=[^\W_])|(?<=\d)\.(?=\d)")
"""Characters inside a word; the parts they separate are compared as one word."""
_JOINING = dict.fromkeys(map(ord, "-\u2010\u2011."))
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
LONGEST = 64
"""Letters; longer runs are no words and are cut, so that nobody can fill the index with them."""


@dataclass(frozen=True, slots=True)
class WordToken:
    """A written word or number, its place in the text and, for hyphenated words, its pieces."""

    text: str
    start: int
    end: int
    pieces: tuple[str, ...] = ()

    @property
    def joined(self) -> str:
        """Return the word without hyphens, a number without dots: Dorf-App as DorfApp, 1.200 as 1200."""
        return "".join(self.pieces) if self.pieces else self.text.replace(".", "")

    @property
    def is_number(self) -> bool:
        """Return whether it consists of digits only."""
        return self.joined.isdecimal()


def clean(text: str) -> str:
    """Return the text in composed Unicode form, without invisible characters such as soft hyphens."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def tokens(text: str) -> list[WordToken]:
    """Return the words of a text in order. Pass the text through `clean` first."""
    return [token_of(match.group(), match.start()) for match in _WORD.finditer(text)]


def counted(text: str) -> Counter[str]:
    """Return how often each word stands in a text. `clean` the text first."""
    return Counter(_WORD.findall(text))


def token_of(word: str, start: int = 0) -> WordToken:
    """Return a word that stands at `start`, cut if it is too long."""
    if len(word) > LONGEST:
        word = word[:LONGEST].rstrip("-\u2010\u2011")
    pieces = tuple(_HYPHEN.split(word)) if not word.isalnum() and not _POINTS.fullmatch(word) else ()
    return WordToken(word, start, start + len(word), pieces)


FOLDED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e", "ê": "e", "à": "a", "ç": "c"})


class GermanStemmer:
    """Snowball 3 `german`, with hand-made terms for words it would confuse (Bürger is not Burg)."""

    def __init__(self, ruled: Mapping[str, str]) -> None:
        """`ruled` maps a lower-case word to its term."""
        self._ruled = ruled
        self.by_hand = frozenset(ruled.values())
        """The terms that need not begin like the words that have them."""
        self._stemmer = Stemmer.Stemmer("german")

    def term(self, word: str) -> str:
        """Return the index term of a lower-case word."""
        ruled = self._ruled.get(word)
        if ruled is not None:
            return ruled
        plain = word.replace("ß", "ss")
        if word.endswith(("busse", "bussen")):
            plain = plain.rpartition("s")[0]
        # Snowball leaves an s after p alone, which only plurals of foreign words have: Apps, Workshops.
        stem: str = self._stemmer.stemWord(plain.removesuffix("s") if plain.endswith("ps") else plain)
        return stem.translate(FOLDED)


def folded(word: str) -> str:
    """Return a word with umlauts folded as in terms; spelled-out umlauts (ae) become single letters too."""
    plain = word.lower().translate(FOLDED)
    single = plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return plain if single == plain else f"{plain} {single}"


def tokens_with(text: str, beginnings: Collection[str]) -> list[WordToken]:
    """Return the words of a text that contain one of these beginnings of terms."""
    # Most texts contain none, and searching a whole text takes as long as checking two of its words.
    if not _stands_in(_INSIDE.sub("", text), beginnings):
        return []
    found = (match for match in _WORD.finditer(text) if _stands_in(match.group().translate(_JOINING), beginnings))
    return [token_of(match.group(), match.start()) for match in found]


def _stands_in(text: str, beginnings: Collection[str]) -> bool:
    letters = folded(text)
    return any(beginning in letters for beginning in beginnings)
