"""Plans a query: from the text that a reader typed to the terms that every engine looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.search.analysis.analyser import NEGATIONS, GermanAnalyser, Word
from app.search.analysis.words import WordToken
from app.search.synonyms import NARROWER, RELATED, SAME, Expansion, Synonyms
from app.search.terms import is_topic

MAX_WORDS = 32
"""Further words of a query are ignored; nobody needs them, and each costs time."""


class MatchVia(StrEnum):
    """How an alternative was derived from the typed word."""

    WORD = "word"
    DERIVED = "derived"
    PARTS = "parts"
    SYNONYM = "synonym"
    RELATED = "related"
    TYPO = "typo"


DERIVED_BOOST = 0.85
PARTS_BOOST = 0.5
NAMED_PART_BOOST = 0.4
"""One part alone, and only where it names a concept: Starkregen for Starkregenwarnung."""
TYPO_BOOST = 0.4
APART_BOOST = 0.5
"""Words of a label that may stand far apart, where the thing has a name of one word: „Schäden“ and „melden“."""
LACKING_BOOST = 0.3
"""The word alone where it is said to be missing: Personal for „kein Personal“."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that together stand for a word of the query, worth `boost` (0 to 1) of a direct match.

    `label` is how they are written where that is not what was typed, of a synonym in the language `lang`. What is
    `loose` may be about something else, and does not tell how rare the word is.
    """

    terms: tuple[str, ...]
    boost: float
    via: MatchVia
    label: str = ""
    lang: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One word of the query, or several that name one concept, and all that may stand for it.

    `is_subject`: it is what the query is about, and not what is to be done with it. `is_optional`: it counts little
    beside the others, and may be missing. `parts` are those of a compound at every level, by their terms as written.
    """

    text: str
    alternatives: tuple[Alternative, ...]
    is_subject: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    is_optional: bool = False

    def names(self, worth: float) -> frozenset[tuple[str, ...]]:
        """Return the terms of all labels of the concept that it names, and of those that are `worth` so much to it.

        There is none where it names no concept, but words alone or a field of action.
        """
        others = {
            one.terms
            for one in self.alternatives
            if one.via is MatchVia.SYNONYM and one.boost >= worth and not any(map(is_topic, one.terms))
        }
        return frozenset({self.alternatives[0].terms, *others}) if others else frozenset()


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """The groups of a query; without any group everything matches."""

    groups: tuple[Group, ...]


class QueryPlanner:
    """Plans queries over the analysis chain and the synonyms of the moment."""

    def __init__(self, analyser: GermanAnalyser, synonyms: Callable[[], Synonyms]) -> None:
        """`synonyms` is asked for each query, because the vocabulary is content and may change."""
        self._analyser = analyser
        self._synonyms = synonyms

    def plan(self, text: str) -> QueryPlan:
        """Return the plan for a text as typed."""
        synonyms = self._synonyms()
        tokens = self._analyser.query_tokens(text)[:MAX_WORDS]
        words = [self._analyser.query_word(token) for token in tokens]
        subjects = self._analyser.subjects(text)
        groups: dict[tuple[str, ...], Group] = {}
        fillers: dict[tuple[str, ...], Group] = {}
        start = 0
        while start < len(words):
            # A label may contain a word that is a filler elsewhere: zu wenig Personal.
            length, together = self._longest_label(tokens[start:], words[start:], synonyms)
            span = slice(start, start + length)
            terms = tuple(word.term for word in words[span])
            shapes = self._analyser.is_filler(tokens[start]) or self._analyser.is_counted(tokens, start)
            kept = fillers if length == 1 and shapes else groups
            group = self._group(tokens[span], [together] if together else words[span], synonyms, text)
            is_optional = length == 1 and self._analyser.is_optional(tokens[start])
            is_subject = not is_optional and any(token.start in subjects for token in tokens[span])
            kept.setdefault(terms, replace(group, is_subject=is_subject, is_optional=is_optional))
            start += length
        return QueryPlan(_needed(groups.values()) or _needed(fillers.values()))

    def in_one_word(self, text: str) -> str:
        """Return the text, preceded by the German name of the thing if it describes that by what people do with it.

        Of „Bürger melden Schäden“ a model reads that people register and that something broke, of „Mängelmelder: Bürger
        melden Schäden“ what is meant.
        """
        apart = (group for group in self.plan(text).groups if group.alternatives[0].boost == APART_BOOST)
        for one in (one for group in apart for one in group.alternatives):
            if one.via is MatchVia.SYNONYM and one.lang == "de" and not one.loose:
                return f"{one.label}: {text}"
        return text

    def same_terms(self, question: str, text: str) -> bool:
        """Tell whether a text names every vocabulary concept that a question is about, by any of its labels.

        A narrower concept counts as well. False for a question that names no concept.
        """
        groups = [group for group in self.plan(question).groups if group.names(NARROWER)]
        named = frozenset(name for group in self.plan(text).groups for name in group.names(SAME))
        about = [group for group in groups if group.is_subject] or groups
        return bool(about) and all(group.names(NARROWER) & named for group in about)

    def labels(self) -> frozenset[str]:
        """All labels of the vocabularies, for suggestions."""
        return self._synonyms().labels

    def is_spelled(self, word: str) -> bool:
        """Tell whether the dictionary has a word as it is written; then another one was not meant."""
        return self._analyser.is_spelled(word)

    def halves(self, word: str) -> list[tuple[str, str, bool]]:
        """A word cut in two where one half is a word by itself, the longest one first, and whether it is the second."""
        return self._analyser.halves(word)

    def correct(self, word: str) -> str | None:
        """Return the label closest to a misspelt word, or None."""
        return self._synonyms().speller.correct(word)

    def _longest_label(self, tokens: list[WordToken], words: list[Word], synonyms: Synonyms) -> tuple[int, Word | None]:
        """How many words name one concept; with the word that two of them make where it is one of its labels."""
        for length in range(min(synonyms.longest, len(words)), 1, -1):
            # Labels are found in any order, but a negation belongs to what follows: Personal, aber keine Software.
            if words[length - 1].term not in NEGATIONS and synonyms.expand([word.term for word in words[:length]]):
                return length, None
        if len(words) > 1:
            together = self._analyser.word(tokens[0].joined + tokens[1].joined)
            if synonyms.expand([together.term]):
                return 2, together
        return 1, None

    def _group(self, tokens: list[WordToken], words: list[Word], synonyms: Synonyms, text: str) -> Group:
        """What the `tokens` of a `text` stand for."""
        terms = tuple(word.term for word in words)
        expansions = synonyms.expand(terms, text)
        others = [_other_name(one) for one in expansions]
        # „Schäden“ and „melden“ may stand far apart in a text about other things; where the thing has a name of one
        # word, that one tells what is meant.
        loose = len(words) > 1 and synonyms.may_stand_apart(terms) and not all(one.loose for one in others)
        is_lacking = len(words) > 1 and not NEGATIONS.isdisjoint(terms)
        typed_boost = APART_BOOST if loose else 1.0
        own = Alternative(terms, typed_boost, MatchVia.WORD, loose=loose)
        alternatives = [_without_negation(tokens, words) if is_lacking else own]
        parts = self._parts(tokens, words[0]) if len(words) == 1 else {}
        if len(words) == 1 and words[0].atoms:
            label = ", ".join(dict.fromkeys(parts.get(atom, atom) for atom in words[0].atoms))
            alternatives.append(Alternative(words[0].atoms, PARTS_BOOST, MatchVia.PARTS, label, loose=True))
        if len(tokens) == 1 and (derived := self._analyser.derived(tokens[0])):
            term, written = derived
            alternatives.append(Alternative((term,), DERIVED_BOOST, MatchVia.DERIVED, written))
        alternatives += others
        if len(words) == 1 and not expansions:
            alternatives += _named_parts(parts, synonyms)
        # What is one word in the records is told as one.
        typed = ("" if len(words) == 1 else " ").join(token.text for token in tokens)
        return Group(typed, tuple(alternatives), parts=parts)

    def _parts(self, tokens: list[WordToken], word: Word) -> Mapping[str, str]:
        names = self._analyser.part_names(tokens) if word.parts else {}
        return {part: names.get(part, part) for part in word.parts}


def _needed(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups of a query; where all are optional, none is."""
    found = tuple(groups)
    return tuple(replace(one, is_optional=False) for one in found) if all(one.is_optional for one in found) else found


def _without_negation(tokens: Iterable[WordToken], words: Iterable[Word]) -> Alternative:
    """Return what is said to be missing: whoever tells of staff may tell that there is none."""
    told = [(word.term, token.text) for token, word in zip(tokens, words, strict=True) if word.term not in NEGATIONS]
    label = " ".join(written for _, written in told)
    return Alternative(tuple(term for term, _ in told), LACKING_BOOST, MatchVia.RELATED, label, loose=True)


def _other_name(other: Expansion, boost: float = 1.0) -> Alternative:
    via = MatchVia.SYNONYM if other.weight > RELATED else MatchVia.RELATED
    # Several words may stand far apart in a text: city and app in one about a bus.
    loose = boost < 1 or via is MatchVia.RELATED or len(other.terms) > 1
    return Alternative(other.terms, boost * other.weight, via, other.label, other.lang, loose)


def _named_parts(parts: Mapping[str, str], synonyms: Synonyms) -> Iterator[Alternative]:
    """Yield the parts of a compound without a concept of its own that name one, and what else those are called."""
    for part, written in parts.items():
        others = [other for other in synonyms.expand((part,)) if not other.names_a_field]
        if others:
            yield Alternative((part,), NAMED_PART_BOOST, MatchVia.PARTS, written, loose=True)
        for other in others:
            yield replace(_other_name(other, NAMED_PART_BOOST), via=MatchVia.PARTS)
