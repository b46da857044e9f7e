"""Synonyms come from the labels of the vocabularies. `plan` looks them up by terms and adds them to a query."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.records.vocabulary import Concept
from app.search.analysis.analyser import NEGATIONS, GermanAnalyser
from app.search.analysis.words import clean, folded, tokens
from app.search.spelling import Speller
from app.search.terms import is_topic, topic_term

SAME = 0.8
"""Weight of another label of the same concept, in any language."""
NARROWER = 0.5
RELATED = 0.3
LONGEST_LABEL = 5
"""Words; longer labels are headings that nobody types."""
_END = "ende"
FIELDS_OF_ACTION = "topics"
"""The vocabulary whose alternative labels name parts of a field, not synonyms of it."""


def phrase_of(text: str) -> str:
    """Return the words of a text in lower case, separated by one space."""
    return " ".join(token.text.lower() for token in tokens(clean(text.replace("-", " "))))


@dataclass(frozen=True, slots=True)
class Expansion:
    """Another way to say it: a label, its terms, and the weight of a match by it (0 to 1)."""

    label: str
    terms: tuple[str, ...]
    weight: float
    lang: str
    phrase: str = ""
    """The words of a label that means more than its single term: „nach der Förderung“ is not Förderung. Otherwise
    empty."""

    @property
    def names_a_field(self) -> bool:
        """Whether it is not a synonym but a field of action that the thing belongs to."""
        return any(is_topic(term) for term in self.terms)


class Synonyms:
    """Looks up synonyms of a word or a sequence of words."""

    def __init__(self, vocabularies: Mapping[str, Iterable[Concept]], analyser: GermanAnalyser) -> None:
        """Read the concepts of each vocabulary by its name; identifiers need only be unique inside one."""
        self._analyser = analyser
        self._expansions: dict[tuple[str, ...], dict[tuple[str, ...], Expansion]] = defaultdict(dict)
        self._phrases: dict[tuple[str, ...], dict[str, dict[tuple[str, ...], Expansion]]] = defaultdict(dict)
        self._apart: set[tuple[str, ...]] = set()
        names: set[str] = set()
        for name, concepts in vocabularies.items():
            if name == FIELDS_OF_ACTION:
                self._add_fields(concepts, names)
            else:
                self._add({concept.id: concept for concept in concepts}, names)
        self.labels = frozenset(names)
        self.longest = max(map(len, self._expansions), default=1)
        self.speller = Speller({label: 1 for label in names if " " not in label})

    def expand(self, terms: Sequence[str], text: str = "") -> tuple[Expansion, ...]:
        """Return other labels of the concepts that terms name, best first; a wider one only if `text` has it."""
        key = tuple(sorted(terms))
        found = dict(self._expansions.get(key, {}))
        said = phrase_of(text) if key in self._phrases else ""
        for phrase, others in self._phrases.get(key, {}).items():
            if f" {phrase} " in f" {said} ":
                found = others | found
        return tuple(sorted(found.values(), key=lambda one: (-one.weight, one.label)))

    def may_stand_apart(self, terms: Sequence[str]) -> bool:
        """Return whether these terms name an action on a thing: many texts on other topics contain both words."""
        return tuple(sorted(terms)) in self._apart

    def _add(self, concepts: Mapping[str, Concept], names: set[str]) -> None:
        labels = {key: self._labels(concept) for key, concept in concepts.items()}
        neighbours = {key: dict.fromkeys(concept.related, RELATED) for key, concept in concepts.items()}
        for key, concept in concepts.items():
            for broader in concept.broader:
                if broader in neighbours:
                    neighbours[broader][concept.id] = NARROWER
            for own in labels[key]:
                names.add(own.label)
                self._link(own, labels[key], SAME)
        for key, others in neighbours.items():
            for other, weight in others.items():
                for own in labels[key]:
                    self._link(own, labels.get(other, ()), weight)

    def _add_fields(self, concepts: Iterable[Concept], names: set[str]) -> None:
        # Luftqualität and Hochwasser belong to one field, so its labels are no synonyms of each other. They lead to the
        # field: its own label with full weight, labels of its parts and single words with little.
        for concept in concepts:
            field = {
                lang: Expansion(label, (topic_term(concept.id),), SAME, lang) for lang, label in concept.pref.items()
            }
            for own in self._labels(concept):
                names.add(own.label)
                is_preferred = own.label in concept.pref.values()
                self._link(own, [field[own.lang]], SAME if is_preferred else RELATED)
                for term in own.terms if is_preferred else ():
                    self._link(replace(own, terms=(term,)), [field[own.lang]], RELATED)

    def _labels(self, concept: Concept) -> tuple[Expansion, ...]:
        written = [(label, lang) for lang, label in concept.pref.items()]
        written += [(label, lang) for lang, labels in concept.alt.items() for label in labels]
        found = (self._label(label, lang) for label, lang in written)
        return tuple(one for one in found if 0 < len(one.terms) <= LONGEST_LABEL)

    def _label(self, label: str, lang: str) -> Expansion:
        tokens = self._analyser.query_tokens(label)
        terms = tuple(self._analyser.query_word(token).term for token in tokens)
        # Use the case of the vocabulary: in „offene daten“ the reader means no verb.
        if len(terms) > 1 and any(self._analyser.is_verb(token) for token in tokens):
            self._apart.add(tuple(sorted(terms)))
        return Expansion(label, terms, SAME, lang, phrase_of(label) if self._says_more(label, terms) else "")

    def _says_more(self, label: str, terms: tuple[str, ...]) -> bool:
        """Return whether a label of several words was reduced to one term, or lost its last part."""
        if len(terms) != 1:
            return False
        # The stemmer takes this ending for an inflection: Projektende gets the term of Projekt, Förderende that of
        # fördern.
        front = label.removesuffix(_END)
        is_cut = (
            front != label and folded(front) == terms[0] and any(map(self._analyser.is_spelled, (front, front + "n")))
        )
        return is_cut or " " in label

    def _link(self, own: Expansion, others: Iterable[Expansion], weight: float) -> None:
        key = tuple(sorted(own.terms))
        expansions = self._phrases[key].setdefault(own.phrase, {}) if own.phrase else self._expansions[key]
        for other in others:
            if other.phrase:
                # Land does not mean „auf dem Land“, not even if typed alone.
                continue
            if not NEGATIONS.isdisjoint(other.terms):
                # Readers type this label, but no record can be found by it: kein Personal.
                continue
            known = expansions.get(other.terms)
            if other.terms != own.terms and (known is None or known.weight < weight):
                expansions[other.terms] = other if other.weight == weight else replace(other, weight=weight)
