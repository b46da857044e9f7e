# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the `index.md` of a record from fields and sections, keeping the notation of what did not change."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.document import REMOVED, parse, write_back
from app.content.json_value import JsonValue, thaw
from app.content.schema import KindSchema
from app.content.sections import outline

_EMPTY = "---\nschema: {schema}\n---\n"


def compose(kind: KindSchema, front: Mapping[str, JsonValue], sections: Mapping[str, str], like: bytes | None) -> bytes:
    """Return the file; `like` is the version it was made from, whose comments, order and headings stay.

    Values that are empty are left out. Raises FrontMatterError where a value cannot stand in a record.
    """
    wanted = {key: thaw(value) for key, value in front.items() if not is_empty(value)}
    text = like.decode() if like else _EMPTY.format(schema=wanted.get("schema", f"{kind.name}/1"))
    present = parse(text)
    changes = {
        **{key: value for key, value in wanted.items() if present.front.get(key) != value},
        **{key: REMOVED for key in present.front if key not in wanted},
    }
    if not present.front.keys() - changes.keys() and like is None:
        changes["schema"] = wanted.get("schema", f"{kind.name}/1")
    body = compose_body(kind, sections, present.body)
    ordered = sorted(changes, key=lambda key: _place(kind, key))
    return write_back(text, {key: changes[key] for key in ordered}, body=body).encode()


def compose_body(kind: KindSchema, sections: Mapping[str, str], like: str = "", lang: str = "de") -> str:
    """Return the body with the sections that are not empty in the order of the schema; headings of `like` stay."""
    titles = {section.id: section.title for section in outline(like).sections}
    before = {section.id: section.markdown for section in outline(like).sections}
    known = [spec.id for spec in kind.sections]
    order = [*known, *(name for name in sections if name not in known)]
    kept = {name: _normal(sections[name]) for name in order if _normal(sections.get(name, ""))}
    if kept == {name: _normal(text) for name, text in before.items()} and list(kept) == list(before):
        return like
    labels = {spec.id: spec.label(lang) for spec in kind.sections}
    parts = [f"## {titles.get(name) or labels.get(name, name)} {{#{name}}}\n\n{kept[name]}\n" for name in kept]
    return "\n".join(parts)


def sections_of(body: str) -> dict[str, str]:
    """Return the Markdown of each section by id."""
    return {section.id: section.markdown for section in outline(body).sections}


def is_empty(value: JsonValue) -> bool:
    """Tell whether a form field was left blank."""
    return value is None or (isinstance(value, (str, list, tuple, dict)) and not value)


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def _place(kind: KindSchema, key: str) -> tuple[int, str]:
    spec = kind.by_key.get(key)
    return (spec.order if spec else 1000, key)
