"""The analysis chain shared by index and query: word -> terms.

tokens -> note capitals -> lower case -> stop words -> parts of compounds -> ß to ss -> Snowball stem -> fold umlauts.
The analysis of recent words is cached per process.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from typing import NamedTuple

from stopwordsiso import stopwords

from app.search.analysis.compounds import MINIMUM, Decompounder
from app.search.analysis.lexicon import Lexicon, load_lexicon, read_mapping, read_text, read_words
from app.search.analysis.words import GermanStemmer, WordToken, clean, counted, token_of, tokens

CHAIN = 11
"""Increase this when the code changes what is indexed: indexes are then rebuilt."""
WORD_LISTS = (
    "banned_parts.txt", "exceptions.txt", "municipal.txt", "short_parts.txt", "stems.txt", "stop_words.txt",
)  # fmt: skip
"""The lists that influence what is indexed."""
CACHE_SIZE = 50_000
"""Cached words, about 600 bytes each; the limit keeps made-up queries from filling memory."""
MOST_WRITTEN = 10_000
"""Cached words of records as they stand there, about 500 bytes each: most of a text are the same few thousand."""
SHORTEST_HALF = 4
"""Letters; a shorter half of a misspelt word matches by chance."""
LONGEST_MENDED = 40
"""Letters; trying all halves of a longer word would take too long."""
MOST_NAMED = 2_000
"""Cached compounds of queries with the written form of their parts."""
BEGINNING = 3
"""Letters at the start of a word or part that stemming and splitting never change."""
NEGATIONS = frozenset(("kein", "keine", "keinem", "keinen", "keiner", "keines"))
"""They name no subject, but with the next word of a query they may name a concept: kein Personal.

The first of them is the term of all.
"""
SHORTEST_ENGLISH = 3
"""Letters; the English list has two-letter codes of all countries, and KI is not Kiribati."""
LONGEST_ACRONYM = 5
LONGEST_SMALL_ACRONYM = 3
"""Letters; a lower-case acronym looks like any word (ki, gis), but a word this short is hardly ever a noun."""
LONGEST_NAMING = 7
"""Words; longer queries describe a problem, and no single noun is the subject of all of it."""
NOUN_ENDINGS = ("", "e", "en", "n", "s", "es", "er", "ern", "nen")
BEFORE_PLACES = frozenset(
    ("in", "aus", "bei", "um", "stadt", "gemeinde", "landkreis", "kreis", "markt", "samtgemeinde")
)
ADJECTIVE_ENDINGS = ("e", "en", "em", "er", "es")
_PARTICIPLE = re.compile(r"(.*ge.+|(be|ver|er|ent|zer).+|.+ier)(t|en)(e|en|em|er|es)?")
"""Verb forms missing from dictionaries of base forms: gescheitert, rausgeschmissenes, verpasste."""
_VOWELS = tuple("aioyé")
_TYPED_UMLAUTS = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))


class Word(NamedTuple):
    """A word as indexed: its own term, the terms of all its parts, and its smallest parts."""

    term: str
    parts: tuple[str, ...] = ()
    atoms: tuple[str, ...] = ()


class Occurrence(NamedTuple):
    """A word of a text with the token as written."""

    word: Word
    token: WordToken


class WrittenWord(NamedTuple):
    """A word as written, "" if it is not indexed, with its terms and those of its parts, each as often as it counts."""

    text: str
    terms: tuple[str, ...]
    parts: tuple[str, ...]


class Subjects:
    """Distinguishes subjects from other words, for one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._german = stopwords("de")
        self._english = stopwords("en") - self._german

    def of(self, written: Sequence[WordToken]) -> frozenset[int]:
        """Return the start positions of the words in a query that name its subject; `written` are all its words."""
        if not written:
            return frozenset()
        small = all(token.text.islower() for token in written) or all(token.text.isupper() for token in written)
        english = any(self._is_english(token.text) for token in written)
        acronyms = (
            one for one in written if 1 < len(one.text) <= LONGEST_ACRONYM and one.text.isupper() and one.text.isalpha()
        )
        found = set() if small else {token.start for token in acronyms}
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
        """Return whether a name is the place of the asker: in Musterstadt, Gemeinde Musterdorf."""
        return before.text.lower() in BEFORE_PLACES and not self.is_noun(token.joined.lower())

    def _is_english(self, text: str) -> bool:
        return len(text) >= SHORTEST_ENGLISH and text in self._english and not self._lexicon.knows(text)

    def _is_small_noun(self, token: WordToken) -> bool:
        word = token.joined.lower()
        if not word.isalpha():
            return False
        if len(word) <= LONGEST_SMALL_ACRONYM:
            return len(word) > 1 and word not in self._german
        return self.is_noun(word) and word not in self._lexicon.verbs

    def _may_be_noun(self, token: WordToken) -> bool:
        """Return whether the first word, which is often capitalised anyway, is a noun or a name."""
        word = token.joined.lower()
        if not word.isalpha() or word in self._lexicon.verbs:
            return False
        if self.is_noun(word):
            return True
        return not self._is_adjective(word) and not _PARTICIPLE.fullmatch(word)

    def is_noun(self, word: str) -> bool:
        """Return whether a lower-case word is a noun in any form."""
        return any(word.endswith(one) and word.removesuffix(one) in self._lexicon.nouns for one in NOUN_ENDINGS)

    def _is_adjective(self, word: str) -> bool:
        bases = (word, *(word.removesuffix(ending) for ending in ADJECTIVE_ENDINGS))
        return any(base in self._lexicon.modifiers for base in bases)


class GermanAnalyser:
    """Turns text into index terms. One instance per process; it caches results."""

    def __init__(self, lexicon: Lexicon, decompounder: Decompounder, stemmer: GermanStemmer) -> None:
        self._lexicon = lexicon
        self._decompounder = decompounder
        self._stemmer = stemmer
        self._stop_words = read_words("stop_words.txt")
        self._fillers = _fillers()
        self._optional = read_words("optional_words.txt")
        self._people = read_words("people_words.txt")
        self._subjects = Subjects(lexicon)
        self._written = lru_cache(maxsize=MOST_WRITTEN)(self._as_written)
        self._remembered = lru_cache(maxsize=CACHE_SIZE)(self._analyse)
        self._named = lru_cache(maxsize=MOST_NAMED)(self._names)

    def word(self, text: str, *, split: bool = True) -> Word:
        """Return the terms of one written word; `split` says whether to look for parts."""
        return self._remembered(text.lower(), split and len(text) >= MINIMUM)

    def occurrences(self, text: str) -> list[Occurrence]:
        """Return the words of a text for the index, without stop words and with capitalised words split."""
        return [occurrence for token in tokens(text) for occurrence in self._of_token(token)]

    def counted(self, text: str) -> Iterator[tuple[WrittenWord, int]]:
        """Yield each written word of a text once, with how often it stands there."""
        return ((self._written(word), count) for word, count in counted(text).items())

    def beginnings(self, terms: Iterable[str]) -> frozenset[str]:
        """Return the first letters of terms: a `folded` word without any of them needs no (slower) analysis."""
        return frozenset("" if term in self._stemmer.by_hand else term[:BEGINNING] for term in terms)

    def query_tokens(self, text: str) -> list[WordToken]:
        """Return the tokens of a query that the index may hold, and negations; all tokens if there are none."""
        written = tokens(clean(text))
        kept = [token for token in written if not self._is_empty(token.text) or token.text.lower() in NEGATIONS]
        return kept or written

    def is_filler(self, token: WordToken) -> bool:
        """Return whether a word only shapes a question: it says nothing about the subject if other words do."""
        return token.text.lower() in self._fillers

    def is_optional(self, token: WordToken) -> bool:
        """Return whether a word names what the asker wants to do or know, not the subject."""
        return token.text.lower() in self._optional

    def is_verb(self, token: WordToken) -> bool:
        """Return whether a word, in its written case, is a verb: melden is one, Daten is not."""
        return token.text in self._lexicon.verbs

    def is_counted(self, tokens: Sequence[WordToken], place: int) -> bool:
        """Return whether a token says how many people there are, as a number or the word beside one."""
        near = tokens[max(0, place - 1) : place + 2]
        here = tokens[place]
        people = [token for token in near if token.text.lower() in self._people]
        return bool(people) and (here.is_number or (here in people and any(token.is_number for token in near)))

    def is_spelled(self, word: str) -> bool:
        """Return whether the dictionary has a word as written."""
        return self._lexicon.knows(word.lower())

    def subjects(self, text: str) -> frozenset[int]:
        """Return the start positions of the words in a query that name its subject."""
        return self._subjects.of(tokens(clean(text)))

    def query_word(self, token: WordToken) -> Word:
        """Return the terms of a query token, split in any case; pieces of a hyphenated one and theirs are its parts."""
        if not token.pieces:
            return self.word(token.joined)
        whole = self.word(token.joined)
        several = [self.word(piece) for piece in token.pieces if not self._is_empty(piece)]
        pieces = tuple(one.term for one in several)
        parts = (*whole.parts, *pieces, *(part for one in several for part in one.parts))
        return Word(whole.term, tuple(dict.fromkeys(parts)), pieces or whole.atoms)

    def part_names(self, tokens: Sequence[WordToken]) -> Mapping[str, str]:
        """Return term -> written form for the parts of a word given as one or more query tokens."""
        return self._named(tuple(piece for token in tokens for piece in token.pieces or (token.text,)))

    def _names(self, pieces: tuple[str, ...]) -> Mapping[str, str]:
        bases = {base: base.capitalize() for piece in pieces for base in self._decompounder.split(piece.lower())}
        names = {self._stemmer.term(base): written for base, written in bases.items()}
        return names | ({self.word(piece).term: piece for piece in pieces} if len(pieces) > 1 else {})

    def derived(self, token: WordToken) -> tuple[str, str] | None:
        """Return the term and written form of the noun or verb related to this word: Warnung for warnen."""
        word = self._lexicon.derived(token.text.lower())
        return (self._stemmer.term(word), word.capitalize() if word.endswith("ung") else word) if word else None

    def halves(self, word: str) -> list[tuple[str, str, bool]]:
        """Return the cuts of a word in two with one half a word, longest first, and whether that is the second."""
        lower, found = word.lower(), []
        if len(lower) > LONGEST_MENDED:
            return []
        for place in range(SHORTEST_HALF, len(lower) - SHORTEST_HALF + 1):
            before, after = lower[:place], lower[place:]
            first, second = (
                self._subjects.is_noun(one) or bool(self._decompounder.split(one)) for one in (before, after)
            )
            if first != second:
                found.append((before, after, second))
        return sorted(found, key=lambda one: -len(one[1] if one[2] else one[0]))

    def _of_token(self, token: WordToken) -> Iterator[Occurrence]:
        for piece in token.pieces or (token.joined,):
            if not self._is_empty(piece):
                yield Occurrence(self.word(piece, split=piece[0].isupper()), token)
        if token.pieces:
            yield Occurrence(self.word(token.joined, split=False), token)

    def _as_written(self, text: str) -> WrittenWord:
        token = token_of(text)
        words = [found.word for found in self._of_token(token)]
        return WrittenWord(
            token.text if words else "",
            tuple(word.term for word in words),
            tuple(part for word in words for part in word.parts),
        )

    def _is_empty(self, text: str) -> bool:
        return text.lower() in self._stop_words or (len(text) == 1 and not text.isdigit())

    def _analyse(self, word: str, split: bool) -> Word:
        term = self._stemmer.term(word)
        bases, smallest = self._decompounder.parted(word) if split else ((), ())
        if split and not bases and (restored := _restore_umlauts(word)) != word:
            bases, smallest = self._decompounder.parted(restored)
        single = word.removesuffix("s")
        if (
            single[-1:] in _VOWELS
            and word not in self._lexicon.nouns
            and (single in bases or single in self._lexicon.nouns)
        ):
            # Snowball leaves the s of a plural after a vowel: Kitas, Stadtnavis.
            term = self._stemmer.term(single)
        parts = tuple(sorted({self._stemmer.term(base) for base in bases} - {term}))
        atoms = tuple(self._stemmer.term(base) for base in smallest) if parts else ()
        return Word(term, parts, atoms)


def _fillers() -> frozenset[str]:
    english = frozenset(word for word in stopwords("en") if len(word) >= SHORTEST_ENGLISH)
    return frozenset(stopwords("de") | english | read_words("question_words.txt")) - read_words("subject_words.txt")


def _restore_umlauts(word: str) -> str:
    # For words typed on a keyboard without umlauts: Maengelmelder.
    for typed, umlaut in _TYPED_UMLAUTS:
        word = word.replace(typed, umlaut)
    return word


def build_analyser(lexicon: Lexicon) -> GermanAnalyser:
    """Return the analyser for a lexicon, with the word lists of this package."""
    decompounder = Decompounder(lexicon, read_mapping("exceptions.txt"))
    return GermanAnalyser(lexicon, decompounder, GermanStemmer(read_mapping("stems.txt")))


@cache
def load_analyser() -> GermanAnalyser:
    """Return the analyser for the installed dictionary; neither changes while a process runs."""
    return build_analyser(load_lexicon())


def fingerprint(contents: str) -> str:
    """Return a hash of everything that decides the terms of such contents; an index with another one is stale."""
    digest = hashlib.sha256(f"{CHAIN} {version('simplemma')} {version('PyStemmer')} {contents}".encode())
    for name in WORD_LISTS:
        digest.update(read_text(name).encode())
    return digest.hexdigest()[:16]
