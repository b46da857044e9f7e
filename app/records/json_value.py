"""The values that a record may contain: JSON that RFC 8785 can represent."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

JsonScalar: TypeAlias = "str | int | float | bool | None"
JsonValue: TypeAlias = "JsonScalar | Sequence[JsonValue] | Mapping[str, JsonValue]"

OBJECT = (dict, MappingProxyType)
LIST = (list, tuple)
"""The concrete types for `isinstance` checks, ten times faster than those for Mapping and Sequence."""

LARGEST_INTEGER = 2**53 - 1
"""Larger integers lose digits in other programs' JSON, so they are refused on input."""


def freeze(value: JsonValue) -> JsonValue:
    """Return the same value with lists as tuples and objects as read-only mappings."""
    if isinstance(value, OBJECT):
        return MappingProxyType({key: freeze(item) for key, item in value.items()})
    if isinstance(value, LIST):
        return tuple(freeze(item) for item in value)
    return value


def thaw(value: JsonValue) -> JsonValue:
    """Return the same value as plain dicts and lists, ready for a JSON writer."""
    if isinstance(value, OBJECT):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, LIST):
        return [thaw(item) for item in value]
    return value


def walk(value: JsonValue, path: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Yield each value inside with its dotted path ("lessons.0.statement"), parents first."""
    waiting: list[tuple[str, JsonValue]] = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        inner = value.items() if isinstance(value, OBJECT) else enumerate(value) if isinstance(value, LIST) else ()
        waiting += reversed([(f"{path}.{key}" if path else str(key), item) for key, item in inner])
