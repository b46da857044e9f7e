"""Filters of a search in words, each with the URL that adds or removes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from app.records.schema import FieldSpec, SchemaSet
from app.reuse.facets import ANSWERS, BUILDS_ON, PRODUCT, WAY, WITHOUT_TENDER
from app.reuse.productisation import CRITERION_NAMES
from app.search.document import COLLECTED, HERE, ORIGIN, PLACE, REFERS_TO
from app.search.query import Facet
from app.shared.wording import N_
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks, node_title
from app.web.shell.shown import Link
from app.web.shell.wording import _

Filters = Mapping[str, tuple[str, ...]]
Address = Callable[[Filters], str]
TOPIC = "thema"
NAMED = frozenset({BUILDS_ON, ANSWERS, REFERS_TO, COLLECTED})
"""Facets whose values are names of other records."""

MAX_FACETS = 5
ASKED_FOR = ("ergebnis", "art", "groesse", "land", ORIGIN, TOPIC)
"""Facets that readers narrow by most, first."""
DERIVED = {"art": "kind", "land": "state", "groesse": "size_class", "gemeindetyp": "place_kind"}
"""Facets computed from several fields, and the shared type with the labels of their values."""


@cache
def _fields(schemas: SchemaSet) -> Mapping[str, FieldSpec]:
    return {str(spec.facet): spec for kind in schemas.kinds for _path, spec in kind.facets()}


_LABELS: Mapping[str, str] = {
    "art": N_("Kind of entry"),
    "land": N_("State"),
    PLACE: N_("Place"),
    "groesse": N_("Size of the municipality"),
    "gemeindetyp": N_("Kind of municipality"),
    PRODUCT: N_("Documented as a product"),
    WAY: N_("Way to obtain it"),
    BUILDS_ON: N_("Uses or applies"),
    ANSWERS: N_("Answers the question"),
    REFERS_TO: N_("Refers to"),
    COLLECTED: N_("Collection"),
    ORIGIN: N_("Origin"),
}


def facet_label(key: str) -> str:
    """Return the name of a facet."""
    spec = _fields(services().schemas).get(key)
    return _(_LABELS[key]) if key in _LABELS else spec.label(current_language()) if spec else key


def facet_value(key: str, value: str) -> str:
    """Return a value of a facet in words; an unknown one unchanged."""
    return _wording(key)(value)


def _wording(key: str) -> Callable[[str], str]:
    """Return the function that words the values of a facet."""
    node, lang = services(), current_language()
    spec = _fields(node.schemas).get(key)
    if key == PRODUCT:
        return lambda value: _(CRITERION_NAMES[value]) if value in CRITERION_NAMES else value
    if key == WAY:
        return lambda value: _("without a tender of your own") if value == WITHOUT_TENDER else value
    if key in NAMED:
        return SiteLinks().title
    if key == ORIGIN:
        return lambda value: node_title("" if value == HERE else value)
    if key in DERIVED:
        return lambda value: node.schemas.label(DERIVED[key], value, lang)
    if spec is None:
        return str
    if spec.vocabulary is not None and spec.vocabulary in node.vocabularies:
        vocabulary = node.vocabularies[spec.vocabulary]
        return lambda value: vocabulary.label(value, lang)
    words = {
        str(choice.value): choice.label(lang) for choice in spec.choices or (spec.items.choices if spec.items else ())
    }
    return lambda value: words.get(value, value)


def facet_choices(
    found: Sequence[Facet], filters: Filters, address: Address, total: int
) -> list[tuple[Facet, tuple[Link, ...]]]:
    """Return at most `MAX_FACETS` facets with the URL of each value; choosing a selected value removes it.

    Those in force come first. Left out are values that all `total` hits have, facets without any other, and those whose
    values are record names: there are too many titles to choose from.
    """
    order = {key: place for place, key in enumerate(dict.fromkeys((*ASKED_FOR, *services().search.facet_keys())))}
    shown = [splitting for facet in found if (splitting := _splitting(facet, total)).values]
    shown.sort(key=lambda facet: (not filters.get(facet.key), order.get(facet.key, len(order))))
    return [(facet, _links(facet, filters, address)) for facet in shown[:MAX_FACETS]]


def _splitting(facet: Facet, total: int) -> Facet:
    """Return a facet with the values that narrow the hits."""
    if any(value.selected for value in facet.values):
        return facet
    values = () if facet.key in NAMED else facet.values
    return replace(facet, values=tuple(value for value in values if value.count < total))


def _links(facet: Facet, filters: Filters, address: Address) -> tuple[Link, ...]:
    words = _wording(facet.key)
    return tuple(
        Link(
            label=words(found.value),
            href=address((without if found.selected else including)(filters, facet.key, found.value)),
            count=found.count,
            current=found.selected,
        )
        for found in facet.values
    )


def chosen_filters(filters: Filters, address: Address) -> tuple[Link, ...]:
    """Return the active filters, each with the URL without it."""
    return tuple(
        Link(
            label=_("%(facet)s: %(value)s", facet=facet_label(key), value=facet_value(key, value)),
            href=address(without(filters, key, value)),
        )
        for key, values in filters.items()
        for value in values
    )


def including(filters: Filters, key: str, value: str) -> Filters:
    """Return the filters with one more value."""
    return {**filters, key: (*filters.get(key, ()), value)}


def without(filters: Filters, key: str, value: str) -> Filters:
    """Return the filters without a value."""
    left = tuple(other for other in filters.get(key, ()) if other != value)
    others = {name: values for name, values in filters.items() if name != key}
    return {**others, key: left} if left else others
