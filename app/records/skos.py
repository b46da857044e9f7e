"""Vocabularies in the words of SKOS; every term has an address of its own."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from app.records.graph import Graph, thing, word
from app.records.vocabulary import TOPICS, Concept, Vocabulary

PREFIXES = {"dct": "http://purl.org/dc/terms/", "skos": "http://www.w3.org/2004/02/skos/core#"}
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
"""Of all vocabularies, as their schema has it."""


class Terms:
    """Describes terms whose addresses lie below `base`: base/<vocabulary>/<term>."""

    def __init__(self, base: str) -> None:
        self.graph = Graph(PREFIXES)
        self._base = base

    def whole(self, vocabulary: Vocabulary) -> Graph:
        """Return a vocabulary with all its terms."""
        self._scheme(vocabulary, vocabulary.concepts)
        for concept in vocabulary.concepts:
            self._concept(vocabulary, concept)
        return self.graph

    def one(self, vocabulary: Vocabulary, concept: Concept) -> Graph:
        """Return one term, and of the vocabulary what it is called."""
        self._scheme(vocabulary, (concept,))
        self._concept(vocabulary, concept)
        return self.graph

    def _scheme(self, vocabulary: Vocabulary, concepts: Iterable[Concept]) -> None:
        graph, it = self.graph, self._address(vocabulary.id)
        graph.a(it, "skos:ConceptScheme")
        graph.add(it, "dct:title", *(word(text, lang) for lang, text in vocabulary.title.items()))
        graph.add(it, "dct:license", NamedNode(LICENCE))
        graph.add(
            it, "skos:hasTopConcept", *(self._address(vocabulary.id, one.id) for one in concepts if not one.broader)
        )

    def _concept(self, vocabulary: Vocabulary, concept: Concept) -> None:
        graph, it, scheme = self.graph, self._address(vocabulary.id, concept.id), self._address(vocabulary.id)
        narrower, related = vocabulary.narrower(concept.id), vocabulary.related(concept.id)
        graph.a(it, "skos:Concept")
        graph.add(it, "skos:inScheme", scheme)
        graph.add(it, "skos:topConceptOf", None if concept.broader else scheme)
        graph.add(it, "skos:prefLabel", *(word(text, lang) for lang, text in concept.pref.items()))
        graph.add(it, "skos:altLabel", *(word(text, lang) for lang, texts in concept.alt.items() for text in texts))
        graph.add(it, "skos:scopeNote", *(word(text, lang) for lang, text in concept.note.items()))
        graph.add(it, "skos:broader", *(self._address(vocabulary.id, one) for one in concept.broader))
        graph.add(it, "skos:narrower", *(self._address(vocabulary.id, one.id) for one in narrower))
        graph.add(it, "skos:related", *(self._address(vocabulary.id, one.id) for one in related))
        graph.add(it, "skos:broadMatch", self._address(TOPICS, concept.topic) if concept.topic else None)
        # How near the other term is, the vocabulary does not say.
        graph.add(it, "skos:mappingRelation", *map(thing, concept.match))

    def _address(self, *names: str) -> NamedNode:
        return NamedNode("/".join((self._base, *names)))
