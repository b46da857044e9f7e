# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The facets of a record: those the schema marks with `x-facet`, and three that follow from its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.content.json_value import JsonValue
from app.content.record import Record
from app.content.schema import FieldSpec, SchemaSet

STATE, SIZE_CLASS, PLACE_KIND = "land", "groesse", "gemeindetyp"
FIRST = ("art", "thema", STATE, SIZE_CLASS, PLACE_KIND)


def facet_keys(schemas: SchemaSet) -> tuple[str, ...]:
    """All facets, the most asked for first; a key is the name of the URL parameter."""
    marked = (spec.facet for kind in schemas.kinds for spec in kind.fields if spec.facet)
    return tuple(dict.fromkeys([*FIRST, *marked]))


def facet_values(record: Record, schemas: SchemaSet) -> Mapping[str, tuple[str, ...]]:
    """Facet -> values of a record; facets without a value are left out."""
    found = {str(spec.facet): _values(record.data.get(spec.key)) for spec in _marked(record, schemas)}
    places = record.municipalities
    found[STATE] = tuple(dict.fromkeys(place.state for place in places))
    found[SIZE_CLASS] = tuple(dict.fromkeys(place.size_class for place in places if place.size_class))
    found[PLACE_KIND] = tuple(dict.fromkeys(place.kind for place in places))
    return {key: values for key, values in found.items() if values}


def facet_labels(record: Record, schemas: SchemaSet, languages: Iterable[str]) -> Iterator[str]:
    """The values of the facets in words, so that `eingestellt` finds what was stopped."""
    for spec in _marked(record, schemas):
        for value in _scalars(record.data.get(spec.key)):
            yield from (spec.value_label(value, lang) for lang in languages if spec.vocabulary is None)


def _marked(record: Record, schemas: SchemaSet) -> Iterator[FieldSpec]:
    return (spec for spec in schemas.kind(record.kind).fields if spec.facet)


def _values(value: JsonValue) -> tuple[str, ...]:
    return tuple(str(one) for one in _scalars(value))


def _scalars(value: JsonValue) -> tuple[str | int, ...]:
    several = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(one for one in several if isinstance(one, (str, int)) and not isinstance(one, bool))
