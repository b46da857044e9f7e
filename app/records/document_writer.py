"""Writes record files: changed fields into an existing text, or a new file from values.

ruamel keeps comments, order and quotes. Its own rules for plain words are switched off, so that everything unchanged
stays the same byte for byte, and the result is parsed again strictly before it is returned.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from io import StringIO
from typing import Any, Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, PlainScalarString

from app.records.document import Document, FrontMatterError, decode, parse, resolve_plain, split
from app.records.json_value import JsonValue, thaw


class _Removed:
    """Marks a field to be removed."""


REMOVED: Final = _Removed()

Changes = Mapping[str, "JsonValue | _Removed"]


# ruamel writes YAML 1.2, the strict reader is YAML 1.1; this is what both read as plain text, in lists too.
_PLAIN = re.compile(r"[^\W_][^\n:#\[\]{},&*!?|>'\"%@`\\]*")


class _AllText(VersionedResolver):
    """Reads each plain word as text."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Return the tag of a node; for words always that of text."""
        if kind is ScalarNode:
            return self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)


def write_back(raw: bytes | str, changes: Changes, *, body: str | None = None) -> str:
    """Return the file's text with `changes` (top-level field to new value or REMOVED) and, if given, a new body.

    Comments, order, quotes and line breaks of everything else are kept. New fields come last. Raises FrontMatterError:
    a record file cannot contain the old text or the new values.
    """
    text = decode(raw)
    header, old_body = split(text)
    present = parse(text)
    expected = {key: value for key, value in {**present.front, **changes}.items() if value is not REMOVED}
    if changes:
        header = _rewritten(header, present, changes)
    new_text = f"---\n{header}---\n{old_body if body is None else body}"
    if parse(new_text).front != expected:
        raise FrontMatterError("cannot_write_back", 1)
    return new_text


def _rewritten(header: str, present: Document, changes: Changes) -> str:
    offset, entries = _list_offset(header), _entries(header, present)
    if not entries:
        return _changed(header, changes, offset)
    kept = {key: text for key, text in entries.items() if changes.get(key) is not REMOVED}
    edited = {key: _changed(kept[key], {key: changes[key]}, offset) for key in kept.keys() & changes.keys()}
    new = {key: value for key, value in changes.items() if key not in entries and value is not REMOVED}
    return "".join({**kept, **edited}.values()) + (_changed("", new, offset) if new else "")


def _entries(header: str, present: Document) -> dict[str, str]:
    """Return the lines of each entry ("": before the first), because writing the whole header anew takes 10 ms."""
    if not present.front:
        return {}
    rows = header.split("\n")
    starts = [present.lines[key] - 2 for key in present.front]
    before = rows[: starts[0]]
    if any(rows[start][0] in " {?-" for start in starts) or any(row.lstrip(" ")[:1] not in {"", "#"} for row in before):
        return {}
    ends = [*starts[1:], len(rows) - 1]
    entries = {"": "".join(f"{row}\n" for row in before)}
    for key, start, end in zip(present.front, starts, ends, strict=True):
        entries[key] = "".join(f"{row}\n" for row in rows[start:end])
    return entries


def _changed(rows: str, changes: Changes, offset: int) -> str:
    yaml = _round_trip(offset)
    try:
        tree = yaml.load(rows) or CommentedMap()
    except YAMLError as error:
        # The strict reader accepts a tab inside a plain word, ruamel does not.
        raise FrontMatterError("cannot_write_back", 1) from error
    for key, value in changes.items():
        if isinstance(value, _Removed):
            tree.pop(key, None)
        else:
            _set(tree, key, value)
    out = StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def _set(tree: CommentedMap, key: str, value: JsonValue) -> None:
    """Replace only what differs, so that a changed item of a list does not touch its neighbours."""
    old = tree.get(key)
    if isinstance(old, CommentedMap) and isinstance(value, Mapping):
        for gone in [name for name in old if name not in value]:
            del old[gone]
        for name, item in value.items():
            _set(old, name, item)
    elif isinstance(old, CommentedSeq) and isinstance(value, Sequence) and not isinstance(value, str) and value:
        _set_items(old, value)
    elif key not in tree or _plain(old) != value:
        tree[key] = _node(value, like=old)


def _set_items(old: CommentedSeq, new: Sequence[JsonValue]) -> None:
    del old[len(new) :]
    for index, item in enumerate(new):
        if index >= len(old):
            old.append(_node(item))
        elif isinstance(old[index], CommentedMap) and isinstance(item, Mapping):
            _set({"": old[index]}, "", item)  # type: ignore[arg-type]  # any mapping serves; the item is changed in place
        elif _plain(old[index]) != item:
            old[index] = _node(item, like=old[index])


def _plain(node: Any) -> Any:
    """Return the value that the strict reader gives an untouched node."""
    if isinstance(node, CommentedMap):
        return {key: _plain(item) for key, item in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(item) for item in node]
    if isinstance(node, PlainScalarString) or type(node) is str:
        return resolve_plain(str(node), 1)
    return str(node) if isinstance(node, str) else node


def _node(value: JsonValue, like: Any = None) -> Any:
    """Return a node for `value` from which the strict reader gets it back."""
    if isinstance(value, Mapping):
        return CommentedMap({key: _node(item) for key, item in value.items()})
    if isinstance(value, str):
        return _text(value, like)
    if isinstance(value, Sequence):
        return _list(value)
    return PlainScalarString(json.dumps(value))


def _list(value: Sequence[JsonValue]) -> CommentedSeq:
    sequence = CommentedSeq([_node(item) for item in value])
    if all(not isinstance(item, Mapping | list | tuple) for item in value):
        sequence.fa.set_flow_style()
    return sequence


def _text(value: str, like: Any) -> Any:
    if "\n" in value.rstrip("\n") and value.endswith("\n") and not value[0].isspace() and not value.startswith("#"):
        return LiteralScalarString(value)
    if isinstance(like, DoubleQuotedScalarString) or "\n" in value or not _stays_text(value):
        return DoubleQuotedScalarString(value)
    return value


def _stays_text(value: str) -> bool:
    if not _PLAIN.fullmatch(value) or value != value.strip():
        return False
    try:
        return resolve_plain(value, 1) == value
    except FrontMatterError:
        return False


def _round_trip(offset: int) -> YAML:
    yaml = YAML()
    yaml.Resolver = _AllText
    yaml.preserve_quotes = True
    yaml.width = 2**20
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    return yaml


def _list_offset(header: str) -> int:
    """Return the indentation of the first list below its key, to keep the file's own style."""
    after_key = False
    for line in header.split("\n"):
        if after_key and line.lstrip(" ").startswith("- "):
            return min(len(line) - len(line.lstrip(" ")), 6)
        if not line.lstrip(" ").startswith("#"):
            after_key = not line.startswith((" ", "-")) and line.endswith(":")
    return 2


_START = "---\nschema: none\n---\n"


def write_document(front: Mapping[str, JsonValue], body: str) -> bytes:
    """Return a file that `parse` reads as these values; `schema` comes first. Raises FrontMatterError."""
    plain = cast("dict[str, JsonValue]", thaw(front))
    try:
        text = write_back(_START, plain, body=body)
    except FrontMatterError:
        # Values of a form that nobody writes by hand are written as JSON, which is valid YAML.
        text = _as_json(plain, body)
    return text.encode()


def _as_json(front: Mapping[str, JsonValue], body: str) -> str:
    to_json = partial(json.dumps, ensure_ascii=False)
    lines = "".join(f"{to_json(key)}: {to_json(value)}\n" for key, value in front.items())
    text = f"---\n{lines}---\n{body}"
    found = parse(text)
    if found.front != front or found.body != body:
        raise FrontMatterError("cannot_write_back", 1)
    return text
