"""Writes the `index.md` of a record, keeping the notation of what did not change."""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from app.records.document import REMOVED, parse, write_back
from app.records.json_value import JsonValue, thaw
from app.records.record import Record
from app.records.schema import KindSchema
from app.records.structure import WITHDRAWN_SCHEMA, outline

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


def compose_body(kind: KindSchema, sections: Mapping[str, str], like: str = "") -> str:
    """Return the body with the sections that are not empty in the order of the schema; headings of `like` stay."""
    present = outline(like).sections
    titles = {section.id: section.title for section in present}
    before = {section.id: section.markdown for section in present}
    known = [spec.id for spec in kind.sections]
    order = [*known, *(name for name in sections if name not in known)]
    kept = {name: _normal(sections[name]) for name in order if _normal(sections.get(name, ""))}
    if kept == {name: _normal(text) for name, text in before.items()} and list(kept) == list(before):
        return like
    labels = {spec.id: spec.label("de") for spec in kind.sections}
    parts = [f"## {titles.get(name) or labels.get(name, name)} {{#{name}}}\n\n{kept[name]}\n" for name in kept]
    return "\n".join(parts)


def is_empty(value: JsonValue) -> bool:
    """Tell whether a form field was left blank."""
    return value is None or (isinstance(value, (str, list, tuple, dict)) and not value)


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def _place(kind: KindSchema, key: str) -> tuple[int, str]:
    spec = kind.by_key.get(key)
    return (spec.order if spec else 1000, key)


REVIEW_MONTHS = 12
"""After so many months somebody should look whether a record still holds."""


def completed(
    kind: KindSchema, front: Mapping[str, JsonValue], base: Record | None, today: date
) -> dict[str, JsonValue]:
    """Return the front matter with everything that an author need not know about.

    Identifier, kind and authorship of a published record stay what they are, whatever was sent. A record of which the
    text changed counts as looked at today.
    """
    given = {key: value for key, value in front.items() if not is_empty(value)}
    defaults: dict[str, JsonValue] = {spec.key: spec.default for spec in kind.fields if spec.default is not None}
    usual = {"lang": "de", "license": "CC-BY-4.0", "compiled_by": "municipality"}
    usual |= {"last_confirmed": today.isoformat(), "review_by": review_date(today).isoformat()}
    known = {key: base.data[key] for key in usual if key in base.data} if base else {}
    record_id = base.id if base else str(given.get("id") or uuid.uuid4())
    schema = given.get("schema", base.schema if base else f"{kind.name}/1")
    return {**defaults, **usual, **known, **given, "id": record_id, "kind": kind.name, "schema": schema}


def review_date(today: date) -> date:
    """Return when somebody should look again, the last day of the month where it has no such day."""
    month = today.month - 1 + REVIEW_MONTHS
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


PERSONAL_DATA = "personal-data"
"""The reason after which a text is not only not shown, but forgotten wherever it can be."""
_NAMELESS = frozenset({"legal", PERSONAL_DATA})
"""Reasons for which not even the title may stay."""


def tombstone(record: Record, reason: str, note: str, successor: str | None) -> bytes:
    """Return the file; raises FrontMatterError where `note` holds what no record may hold."""
    front: dict[str, JsonValue] = {"id": record.id, "kind": record.kind, "reason": reason}
    if reason not in _NAMELESS:
        front |= {"title": record.title, "topics": list(record.topics)}
    front |= {"note": note.strip()} if note.strip() else {}
    front |= {"successor": successor} if successor else {}
    return write_back(f"---\nschema: {WITHDRAWN_SCHEMA}\n---\n", front).encode()
