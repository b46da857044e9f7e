"""Plans a query: turns the typed text into the terms that every engine looks up."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from app.search.analysis.analyser import NEGATIONS, GermanAnalyser, Word
from app.search.analysis.words import WordToken
from app.search.synonyms import NARROWER, RELATED, SAME, Expansion, Synonyms
from app.search.terms import is_topic

MAX_WORDS = 32
"""Words after this number are ignored; nobody needs them, and each costs time."""


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
"""A single part, used only if it names a concept: Starkregen for Starkregenwarnung."""
TYPO_BOOST = 0.4
APART_BOOST = 0.5
"""Words of a label that may occur far apart, if the concept also has a one-word name: „Schäden“ and „melden“."""
LACKING_BOOST = 0.3
"""The thing itself if the query says that it is lacking: Personal for „kein Personal“."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that together match a word of the query; `boost` is their weight relative to a direct match (0 to 1).

    `label` is how they are written if that differs from the typed text, for a synonym in the language `lang`. A `loose`
    alternative may be about something else and is ignored when the rarity of the word is computed.
    """

    terms: tuple[str, ...]
    boost: float
    via: MatchVia
    label: str = ""
    lang: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One word of the query, or several that name one concept, with all alternatives that match it.

    `is_subject`: it names the subject of the query, not what to do with it. `is_optional`: it counts little beside the
    others and may be missing. `parts` are those of a compound at every level: term -> written form.
    """

    text: str
    alternatives: tuple[Alternative, ...]
    is_subject: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    is_optional: bool = False

    def names(self, worth: float) -> frozenset[tuple[str, ...]]:
        """Return the terms of its concept's labels and of alternatives of at least `worth`; none without a concept."""
        others = {
            one.terms
            for one in self.alternatives
            if one.via is MatchVia.SYNONYM and one.boost >= worth and not any(map(is_topic, one.terms))
        }
        return frozenset({self.alternatives[0].terms, *others}) if others else frozenset()


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """The groups of a query; a plan without groups matches everything."""

    groups: tuple[Group, ...]


class QueryPlanner:
    """Plans queries with the analysis chain and the current synonyms."""

    def __init__(self, analyser: GermanAnalyser, synonyms: Callable[[], Synonyms]) -> None:
        """`synonyms` is called for each query, because the vocabulary is content and may change."""
        self._analyser = analyser
        self._synonyms = synonyms
        self._planned = lru_cache(maxsize=1000)(self._plan)

    def plan(self, text: str) -> QueryPlan:
        """Return the plan for a text as typed; each hit's title is compared with the question, so plans are kept."""
        return self._planned(text, self._synonyms())

    def _plan(self, text: str, synonyms: Synonyms) -> QueryPlan:
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
        """Return the text, preceded by the German one-word name of the thing if the text describes it by an action.

        The language model reads „Bürger melden Schäden“ as people registering and something broken; it understands
        „Mängelmelder: Bürger melden Schäden“.
        """
        apart = (group for group in self.plan(text).groups if group.alternatives[0].boost == APART_BOOST)
        for one in (one for group in apart for one in group.alternatives):
            if one.via is MatchVia.SYNONYM and one.lang == "de" and not one.loose:
                return f"{one.label}: {text}"
        return text

    def same_terms(self, question: str, text: str, *, whole: bool = False) -> bool:
        """Return whether a text names every vocabulary concept that a question is about, by any of its labels.

        A narrower concept counts as well. If the text has to name the `whole` question, only its own words count, not
        their other labels, and the words of the question itself do. Otherwise false for one that names no concept.
        """
        worth, planned = SAME if whole else NARROWER, self.plan(question).groups
        groups = [group for group in planned if (not group.is_optional if whole else group.names(worth))]
        told = self.plan(text).groups
        own = frozenset(group.alternatives[0].terms for group in told)
        named = own if whole else frozenset(name for group in told for name in group.names(SAME))
        about = groups if whole else [group for group in groups if group.is_subject] or groups
        typed = [frozenset({group.alternatives[0].terms} if whole else ()) for group in about]
        return bool(about) and all((group.names(worth) | own) & named for group, own in zip(about, typed, strict=True))

    def labels(self) -> frozenset[str]:
        """Return all labels of the vocabularies, for suggestions."""
        return self._synonyms().labels

    def is_spelled(self, word: str) -> bool:
        """Return whether the dictionary has a word as written, so that it is no typing error."""
        return self._analyser.is_spelled(word)

    def halves(self, word: str) -> list[tuple[str, str, bool]]:
        """Return the cuts of a word in two with one half a word, longest first, and whether that is the second."""
        return self._analyser.halves(word)

    def correct(self, word: str) -> str | None:
        """Return the label closest to a misspelt word, or None."""
        return self._synonyms().speller.correct(word)

    def _longest_label(self, tokens: list[WordToken], words: list[Word], synonyms: Synonyms) -> tuple[int, Word | None]:
        """Return how many words name one concept, and the compound of two words if that is one of its labels."""
        for length in range(min(synonyms.longest, len(words)), 1, -1):
            # Labels match in any order, but a negation belongs to the words after it: Personal, aber keine Software.
            if words[length - 1].term not in NEGATIONS and synonyms.expand([word.term for word in words[:length]]):
                return length, None
        if len(words) > 1:
            together = self._analyser.word(tokens[0].joined + tokens[1].joined)
            if synonyms.expand([together.term]):
                return 2, together
        return 1, None

    def _group(self, tokens: list[WordToken], words: list[Word], synonyms: Synonyms, text: str) -> Group:
        """Return the group for these `tokens` of `text`."""
        terms = tuple(word.term for word in words)
        expansions = synonyms.expand(terms, text)
        others = [_other_name(one) for one in expansions]
        # „Schäden“ and „melden“ may occur far apart in a text about other things; a one-word name of the thing is
        # reliable.
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
        # If records write it as one word, show it as one word.
        typed = ("" if len(words) == 1 else " ").join(token.text for token in tokens)
        return Group(typed, tuple(alternatives), parts=parts)

    def _parts(self, tokens: list[WordToken], word: Word) -> Mapping[str, str]:
        names = self._analyser.part_names(tokens) if word.parts else {}
        return {part: names.get(part, part) for part in word.parts}


def _needed(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups that must match; if all are optional, return all of them."""
    found = tuple(groups)
    return tuple(replace(one, is_optional=False) for one in found) if all(one.is_optional for one in found) else found


def _without_negation(tokens: Iterable[WordToken], words: Iterable[Word]) -> Alternative:
    """Return the thing said to be lacking as an alternative: a record about staff may say that there is none."""
    told = [(word.term, token.text) for token, word in zip(tokens, words, strict=True) if word.term not in NEGATIONS]
    label = " ".join(written for _, written in told)
    return Alternative(tuple(term for term, _ in told), LACKING_BOOST, MatchVia.RELATED, label, loose=True)


def _other_name(other: Expansion, boost: float = 1.0) -> Alternative:
    via = MatchVia.SYNONYM if other.weight > RELATED else MatchVia.RELATED
    # Several words may occur far apart in a text: city and app in one about a bus.
    loose = boost < 1 or via is MatchVia.RELATED or len(other.terms) > 1
    return Alternative(other.terms, boost * other.weight, via, other.label, other.lang, loose)


def _named_parts(parts: Mapping[str, str], synonyms: Synonyms) -> Iterator[Alternative]:
    """Yield the parts that name a concept, with its other labels, for a compound that names none itself."""
    for part, written in parts.items():
        others = [other for other in synonyms.expand((part,)) if not other.names_a_field]
        if others:
            yield Alternative((part,), NAMED_PART_BOOST, MatchVia.PARTS, written, loose=True)
        for other in others:
            yield replace(_other_name(other, NAMED_PART_BOOST), via=MatchVia.PARTS)
