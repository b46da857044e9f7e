"""Schema violations as codes with parameters, so that one module can word them for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from app.records.json_value import JsonValue, thaw
from app.records.schema.specification import FieldSpec, KindSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One violation: dotted path of the field, code of the rule, and the parameters of the wording."""

    path: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


def violations(validator: Draft202012Validator, front: Mapping[str, JsonValue], kind: KindSchema) -> list[FieldError]:
    """Return each violation once, in a fixed order; if a field fails two rules with one code, only the narrower one."""
    found: dict[tuple[str, str], FieldError] = {}
    for error in validator.iter_errors(front if type(front) is dict else thaw(front)):
        path = ".".join(str(part) for part in error.instance_path)
        found |= {(one.path, one.code): one for one in _worded(error, path, kind)}
    return [found[key] for key in sorted(found)]


def _worded(error: ValidationError, path: str, kind: KindSchema) -> Iterator[FieldError]:
    name = error.kind.name
    if name in ("required", "dependentRequired"):
        yield FieldError(path=_join(path, str(error.kind.value)), code="required")
    elif name in ("additionalProperties", "unevaluatedProperties"):
        yield from _unknown_fields(error, path, kind)
    elif name in ("oneOf", "const", "enum"):
        yield _not_allowed(error, path, kind)
    elif name == "pattern":
        yield _pattern(error, path, kind)
    elif name == "anyOf":
        yield FieldError(path=path, code="one_of_them", params={"names": _one_of(error, path, kind)})
    elif name == "uniqueItems":
        yield FieldError(path=path, code="duplicate_item")
    elif name in _LIMITS:
        found = error.instance
        size = len(found) if isinstance(found, str | list | dict) else found
        yield FieldError(path=path, code=_LIMITS[name], params={"limit": str(error.kind.value), "actual": str(size)})
    else:
        yield _other(error, path)


def _other(error: ValidationError, path: str) -> FieldError:
    if error.kind.name == "type":
        params = {"expected": ", ".join(error.kind.value), "value": _short(error.instance)}
        return FieldError(path=path, code="type", params=params)
    return FieldError(path=path, code="schema", params={"rule": error.kind.name, "detail": error.message[:200]})


def _unknown_fields(error: ValidationError, path: str, kind: KindSchema) -> Iterator[FieldError]:
    # A field with a wrong value counts as unevaluated too, but is reported by its own error.
    known = kind.by_key if not path else {}
    for name in error.kind.value:
        if name not in known:
            yield FieldError(path=_join(path, name), code="unknown_field", params={"known": _names(path, kind)})


def _names(path: str, kind: KindSchema) -> str:
    if not path:
        return ", ".join(sorted(kind.by_key))
    spec = kind.field(path)
    holder = (spec.items or spec) if spec else None
    return ", ".join(sorted(p.key for p in holder.properties)) if holder else ""


def _not_allowed(error: ValidationError, path: str, kind: KindSchema) -> FieldError:
    spec = kind.field(path)
    allowed = ", ".join(str(choice.value) for choice in _choices(spec)) or error.message[:200]
    return FieldError(path=path, code="not_allowed", params={"value": _short(error.instance), "allowed": allowed})


def _pattern(error: ValidationError, path: str, kind: KindSchema) -> FieldError:
    spec = kind.field(path)
    # The last part of a path into a list is a number; then the pattern is that of the list's items.
    inner = spec.items if spec and spec.items and path.rpartition(".")[2].isdigit() else spec
    params = {"pattern": str(error.kind.value), "value": _short(error.instance), "shape": (inner and inner.shape) or ""}
    return FieldError(path=path, code="pattern", params=params)


def _one_of(error: ValidationError, path: str, kind: KindSchema) -> str:
    """Return the alternative entries of which one is required, each with its label."""
    spec = kind.field(path)
    branches = error.kind.context if isinstance(error.kind, ValidationErrorKind.AnyOf) else []
    inside = (inner.kind for branch in branches for inner in branch)
    names = [str(one.value) for one in inside if isinstance(one, ValidationErrorKind.Required)]
    parts = ((name, spec.part(name) if spec else None) for name in names)
    return ", ".join(f"{part.label('de')} ({name})" if part else name for name, part in parts)


def _choices(spec: FieldSpec | None) -> tuple[Any, ...]:
    if spec is None:
        return ()
    return spec.choices or (spec.items.choices if spec.items else ())


_LIMITS = {
    "maxLength": "too_long",
    "minLength": "too_short",
    "maxItems": "too_many_items",
    "minItems": "too_few_items",
    "minProperties": "too_few_items",
    "minimum": "too_small",
    "maximum": "too_large",
}
"""Maps keywords of JSON Schema to codes."""


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
