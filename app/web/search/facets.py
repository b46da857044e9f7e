# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Filters of a search in words, each with the address that adds or removes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.content.schema import FieldSpec, SchemaSet
from app.content.vocabulary import Vocabulary
from app.reuse.facets import ANSWERS, BUILDS_ON, PRODUCT
from app.search.document import HERE, ORIGIN
from app.search.port import Facet
from app.web.reuse.products import LABELS
from app.web.shell.shown import Link
from app.web.shell.wording import _

Filters = Mapping[str, tuple[str, ...]]
Address = Callable[[Filters], str]
SHOWN_AT_ONCE = 8
NAMED = frozenset({BUILDS_ON, ANSWERS})
"""Facets whose values are names of other records."""

DERIVED = {"art": "kind", "land": "state", "groesse": "size_class", "gemeindetyp": "place_kind"}
"""Facets that are worked out from several fields, and the shared type that words their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFacet:
    """A filter with the values that split the hits; `more` are the rarer ones."""

    key: str
    label: str
    values: tuple[Link, ...]
    more: tuple[Link, ...]


class FacetWords:
    """Words the keys and values of facets."""

    def __init__(
        self,
        schemas: SchemaSet,
        vocabularies: Mapping[str, Vocabulary],
        lang: str,
        keys: Sequence[str],
        *,
        title: Callable[[str], str] = str,
        node: Callable[[str], str] = str,
    ) -> None:
        """Word facets in `lang`; `keys` are all facets in the order in which to show them.

        `title` gives the title of the record named "solution/<slug>", `node` what the node of an origin is called.
        """
        self._node = node
        self._title = title
        self._schemas = schemas
        self._order = {key: place for place, key in enumerate(keys)}
        self._vocabularies = vocabularies
        self._lang = lang
        self._fields = {spec.facet: spec for kind in schemas.kinds for spec in kind.fields if spec.facet}

    def label(self, key: str) -> str:
        """Return the name of a facet."""
        derived = {
            "art": _("Kind of entry"),
            "land": _("State"),
            "groesse": _("Size of the municipality"),
            "gemeindetyp": _("Kind of municipality"),
            PRODUCT: _("Documented as a product"),
            BUILDS_ON: _("Uses or applies"),
            ANSWERS: _("Answers the question"),
            ORIGIN: _("Origin"),
        }
        spec = self._fields.get(key)
        return derived.get(key) or (spec.label(self._lang) if spec else key)

    def value(self, key: str, value: str) -> str:
        """Return a value of a facet in words; an unknown one as it is."""
        if key == PRODUCT:
            return LABELS[value]() if value in LABELS else value
        if key in NAMED:
            return self._title(value)
        if key == ORIGIN:
            return self._node("" if value == HERE else value)
        if key in DERIVED:
            return self._schemas.label(DERIVED[key], value, self._lang)
        spec = self._fields.get(key)
        if spec is None:
            return value
        if spec.vocabulary is not None and spec.vocabulary in self._vocabularies:
            return self._vocabularies[spec.vocabulary].label(value, self._lang)
        return _choice(spec, value, self._lang)

    def facets(self, facets: Sequence[Facet], filters: Filters, address: Address) -> tuple[ShownFacet, ...]:
        """Return the facets with the address of each value; choosing a chosen value removes it.

        What a record builds on or answers is told by its title, of which there are too many to choose from.
        """
        shown = [facet for facet in facets if facet.key not in NAMED or filters.get(facet.key)]
        in_order = sorted(shown, key=lambda facet: self._order.get(facet.key, len(self._order)))
        return tuple(self._facet(facet, filters, address) for facet in in_order)

    def chosen(self, filters: Filters, address: Address) -> tuple[Link, ...]:
        """Return the filters in force, each with the address without it."""
        return tuple(
            Link(
                label=_("%(facet)s: %(value)s", facet=self.label(key), value=self.value(key, value)),
                href=address(without(filters, key, value)),
            )
            for key, values in filters.items()
            for value in values
        )

    def _facet(self, facet: Facet, filters: Filters, address: Address) -> ShownFacet:
        links = tuple(
            Link(
                label=self.value(facet.key, found.value),
                href=address((without if found.selected else including)(filters, facet.key, found.value)),
                count=found.count,
                current=found.selected,
            )
            for found in facet.values
        )
        return ShownFacet(
            key=facet.key, label=self.label(facet.key), values=links[:SHOWN_AT_ONCE], more=links[SHOWN_AT_ONCE:]
        )


def including(filters: Filters, key: str, value: str) -> Filters:
    """Return the filters with one more value."""
    return {**filters, key: (*filters.get(key, ()), value)}


def without(filters: Filters, key: str, value: str) -> Filters:
    """Return the filters without a value."""
    left = tuple(other for other in filters.get(key, ()) if other != value)
    others = {name: values for name, values in filters.items() if name != key}
    return {**others, key: left} if left else others


def _choice(spec: FieldSpec, value: str, lang: str) -> str:
    choices = spec.choices or (spec.items.choices if spec.items else ())
    return next((choice.label(lang) for choice in choices if str(choice.value) == value), value)
