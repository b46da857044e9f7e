"""All schemas of one folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry

from app.records.json_value import JsonScalar, JsonValue
from app.records.schema.loader import ReferenceResolver, field_spec, kind_schema
from app.records.schema.specification import Choice, FieldSpec, KindSchema
from app.records.schema.validation import FieldError, violations
from app.shared.errors import NotFound

_VOCABULARY = "vocabulary"
_WITHDRAWN = "withdrawn"


class SchemaError(NotFound):
    """The schemas do not know this kind of record, or a folder holds no schemas."""

    name: str

    message = (
        "nothing is known of %(name)s. If that is a folder of the program, it was installed as a copy: with the "
        "program's own folder as the current one, call .venv/bin/pip install -e ."
    )


class SchemaSet:
    """Kinds of records with their fields, and the validators; made once per process by `load`, and never changed."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        by_file = {name.rpartition("/")[2]: document for name, document in documents.items()}
        resolver = ReferenceResolver(by_file)
        registry = Registry([(name, dict(document)) for name, document in documents.items()])
        kinds = [kind_schema(d, resolver) for d in by_file.values() if "x-kind" in d]
        self._kinds = {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.name)}
        self._plurals = {kind.plural: kind for kind in self._kinds.values()}
        self._validators = {
            name.removesuffix(".schema.json"): Draft202012Validator(dict(document), registry=registry)
            for name, document in by_file.items()
        }
        self._others = {name: _as_kind(by_file[f"{name}.schema.json"], resolver) for name in (_VOCABULARY, _WITHDRAWN)}
        self._labels = dict(_labelled(self._kinds.values(), by_file["common.schema.json"], resolver))
        for spec in self._others[_WITHDRAWN].fields:
            self._labels |= dict(_choices_of(spec, f"{_WITHDRAWN}.{spec.key}"))

    @classmethod
    def load(cls, folder: Path) -> SchemaSet:
        """Read all `*.schema.json` of a folder; raises SchemaError where it holds none."""
        files = sorted(folder.glob("*.schema.json"))
        if not files:
            raise SchemaError(str(folder))
        return _made_of(tuple(file.read_text(encoding="utf-8") for file in files))

    @property
    def kinds(self) -> tuple[KindSchema, ...]:
        """All kinds of records, by name."""
        return tuple(self._kinds.values())

    @property
    def listed(self) -> frozenset[str]:
        """The names of the kinds that stand in lists, feeds and searches."""
        return frozenset(kind.name for kind in self._kinds.values() if kind.listed)

    def kind(self, name: str) -> KindSchema:
        """Return the kind with this name ("case-study")."""
        if name not in self._kinds:
            raise SchemaError(name)
        return self._kinds[name]

    def kind_of_folder(self, plural: str) -> KindSchema:
        """Return the kind whose records stand in this folder ("case-studies")."""
        if plural not in self._plurals:
            raise SchemaError(plural)
        return self._plurals[plural]

    def validate(self, front: Mapping[str, JsonValue]) -> list[FieldError]:
        """Return every violation of the schema that the front matter's `kind` names; an unknown kind is one."""
        name = front.get("kind")
        if not isinstance(name, str) or name not in self._kinds:
            allowed = ", ".join(self._kinds)
            return [FieldError(path="kind", code="not_allowed", params={"value": str(name), "allowed": allowed})]
        return violations(self._validators[name], front, self._kinds[name])

    def validate_withdrawn(self, front: Mapping[str, JsonValue]) -> list[FieldError]:
        """Return every violation of the schema for the note of a withdrawn record."""
        return violations(self._validators[_WITHDRAWN], front, self._others[_WITHDRAWN])

    def validate_vocabulary(self, front: Mapping[str, JsonValue]) -> list[FieldError]:
        """Return every violation of the vocabulary schema."""
        return violations(self._validators[_VOCABULARY], front, self._others[_VOCABULARY])

    def label(self, name: str, value: JsonScalar, lang: str) -> str:
        """Return a value in words; `name` is a field ("outcome", "withdrawn.reason") or a shared type ("state").

        An unknown name or value comes back as it is.
        """
        choices = self._labels.get(name, {})
        choice = choices.get(value)
        return choice.label(lang) if choice else str(value)

    def choices(self, name: str) -> tuple[Choice, ...]:
        """Return the allowed values of a field or shared type, in the order of the schema."""
        return tuple(self._labels.get(name, {}).values())


@lru_cache(maxsize=4)
def _made_of(texts: tuple[str, ...]) -> SchemaSet:
    # By what the files say, so that a folder that changes is read anew.
    documents = [json.loads(text) for text in texts]
    return SchemaSet({document["$id"]: document for document in documents})


def _as_kind(document: Mapping[str, Any], resolver: ReferenceResolver) -> KindSchema:
    defaults = {"x-kind": "", "x-plural": "", "x-route": "", "x-body": ()}
    return kind_schema({**defaults, **document}, resolver)


def _labelled(
    kinds: Any, common: Mapping[str, Any], resolver: ReferenceResolver
) -> Iterator[tuple[str, dict[JsonScalar, Choice]]]:
    kinds = tuple(kinds)
    for name, schema in common["$defs"].items():
        spec = field_spec(name, schema, common, resolver, required=False)
        yield from _choices_of(spec, _snake(name))
    for kind in kinds:
        for spec in kind.fields:
            yield from _choices_of(spec, spec.key)
    yield "kind", {kind.name: Choice(value=kind.name, labels=kind.labels) for kind in kinds}


def _choices_of(spec: FieldSpec, path: str) -> Iterator[tuple[str, dict[JsonScalar, Choice]]]:
    if spec.choices:
        yield path, {choice.value: choice for choice in spec.choices}
    for inner in spec.properties:
        yield from _choices_of(inner, f"{path}.{inner.key}")
    if spec.items:
        yield from _choices_of(spec.items, path)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
