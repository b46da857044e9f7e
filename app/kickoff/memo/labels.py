# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values of records in words, for the document."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.schema import SchemaSet
from app.content.vocabulary import Vocabulary
from app.kickoff.memo.wording import Words
from app.reuse.facets import ANSWERS, BUILDS_ON, PRODUCT
from app.search.document import ORIGIN

_SHARED = {"art": "kind", "land": "state", "groesse": "size_class", "gemeindetyp": "place_kind"}
_NAMED = frozenset({*_SHARED, PRODUCT, BUILDS_ON, ANSWERS, ORIGIN})
_TOPICS = "topics"


class MemoLabels:
    """Asks the schemas and vocabularies; what they do not know comes back as it is."""

    def __init__(self, schemas: SchemaSet, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._schemas = schemas
        self._vocabularies = vocabularies
        self._fields = {spec.facet: spec for kind in schemas.kinds for spec in kind.fields if spec.facet}

    def value(self, name: str, value: str, lang: str) -> str:
        """Return a value of a shared type or field of the schemas ("state", "outcome") in words."""
        return self._schemas.label(name, value, lang)

    def topic(self, topic: str, lang: str) -> str:
        """Return the name of a field of action."""
        vocabulary = self._vocabularies.get(_TOPICS)
        return vocabulary.label(topic, lang) if vocabulary else topic

    def filter_name(self, key: str, words: Words) -> str:
        """Return the name of a search filter."""
        if key in _NAMED:
            return words(f"filter.{key}")
        spec = self._fields.get(key)
        return spec.label(words.lang) if spec else key

    def filter_value(self, key: str, value: str, lang: str) -> str:
        """Return the value of a search filter in words."""
        spec = self._fields.get(key)
        if key in _SHARED or spec is None:
            return self.value(_SHARED.get(key, key), value, lang)
        vocabulary = self._vocabularies.get(spec.vocabulary or "")
        if vocabulary:
            return vocabulary.label(value, lang)
        # Numbers travel as text in addresses.
        return spec.value_label(int(value) if value.isdecimal() and len(value) < 10 else value, lang)
