"""The tables of fields of `docs/reference/content-format.md`, made from the schemas.

    python -m tools.content_format

writes the page anew. A test fails when the page and the schemas do not agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.records.schema.schema_set import SchemaSet
from app.records.schema.specification import FieldSpec, KindSchema

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "content-format.md"

_HEAD = """# Tables of fields

Made from `schemas/*.schema.json` by `python -m tools.content_format`; change the schemas, not this page.
How to write a record: [content format](../content-format.md).
"""

_REQUIREMENT = {"required": "yes", "recommended": "recommended", "optional": "–"}


def page(schemas: SchemaSet) -> str:
    """Return the page as Markdown: common fields first, then those of each kind and its sections."""
    kinds = schemas.kinds
    common = {spec.key for spec in kinds[0].fields}.intersection(*({f.key for f in kind.fields} for kind in kinds[1:]))
    shared = [spec for spec in kinds[0].fields if spec.key in common and _same(spec.key, kinds)]
    names = {spec.key for spec in shared}
    parts = [_HEAD, "## Fields of every kind\n", *_table(shared)]
    for kind in kinds:
        parts += [f"\n## {kind.label('en')} (`{kind.name}`, folder `{kind.plural}`)\n", f"{kind.help('en')}\n"]
        parts += _table([spec for spec in kind.fields if spec.key not in names])
        parts += ["\nSections of the text:\n", *_sections(kind)]
    return "\n".join(parts) + "\n"


def _same(key: str, kinds: tuple[KindSchema, ...]) -> bool:
    """Tell whether all kinds mean the same by a field; what is required of one only stands with that kind."""
    specs = [kind.by_key[key] for kind in kinds]
    return len({(spec.requirement, spec.type, spec.label("en")) for spec in specs}) == 1


def _table(specs: list[FieldSpec]) -> Iterator[str]:
    yield "| Field | Name | Value | Required | What goes in |"
    yield "|---|---|---|---|---|"
    for spec in specs:
        yield from _rows(spec, spec.key)


def _rows(spec: FieldSpec, path: str) -> Iterator[str]:
    name = f"{spec.label('de')} / {spec.label('en')}"
    yield f"| `{path}` | {name} | {_value(spec)} | {_required(spec)} | {spec.help('en') or ' '} |"
    holder = spec.items if spec.items and spec.items.properties else spec
    mark = "[]." if holder is not spec else "."
    for part in holder.properties:
        yield from _rows(part, f"{path}{mark}{part.key}")


def _required(spec: FieldSpec) -> str:
    if spec.unless:
        return "yes, unless " + " or ".join(f"`{name}`" for name in spec.unless)
    return _REQUIREMENT[spec.requirement]


def _value(spec: FieldSpec) -> str:
    if spec.choices:
        return "one of " + ", ".join(f"`{choice.value}`" for choice in spec.choices)
    if spec.vocabulary:
        keys = "list of keys" if spec.type == "array" else "key"
        return f"{keys} from `vocabulary/{spec.vocabulary}.yaml`{_count(spec)}"
    if spec.items is not None:
        inner = "groups" if spec.items.properties else _plural(spec.items)
        return f"list of {inner}{_count(spec)}"
    return _scalar(spec)


def _plural(spec: FieldSpec) -> str:
    if spec.choices:
        return "values " + ", ".join(f"`{choice.value}`" for choice in spec.choices)
    return {"sourceKey": "source keys", "slug": "keys", "state": "states"}.get(spec.shape or "", "texts")


def _scalar(spec: FieldSpec) -> str:
    shapes = {
        "date": "date `YYYY-MM-DD`",
        "partialDate": "`YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `unknown`",
        "url": "web address",
        "uuid": "UUID",
        "sourceKey": "key",
        "slug": "key",
        "fileName": "file name",
    }
    named = shapes.get(spec.shape or "")
    if named or spec.type != "string":
        return named or {"object": "group", "boolean": "`true` or `false`"}.get(spec.type, spec.type)
    return f"text, at most {spec.max_length} characters" if spec.max_length else "text"


def _count(spec: FieldSpec) -> str:
    if spec.min_items and spec.max_items:
        return f", {spec.min_items} to {spec.max_items}"
    return f", at most {spec.max_items}" if spec.max_items else ""


def _sections(kind: KindSchema) -> Iterator[str]:
    yield "| Heading | Required | Each paragraph names a source | What goes in |"
    yield "|---|---|---|---|"
    for spec in kind.sections:
        required, claims = ("yes" if asked else "–" for asked in (spec.required, spec.claims))
        yield f"| `## {spec.label('de')} {{#{spec.id}}}` | {required} | {claims} | {spec.help('en')} |"


if __name__ == "__main__":
    PAGE.write_text(page(SchemaSet.load(Path("schemas"))), encoding="utf-8")
