"""From the bytes of an `index.md` to front matter and body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.records.document import front_matter
from app.records.document.characters import FrontMatterError, decode
from app.records.json_value import JsonValue

HEADER_LIMIT = 64 * 1024
"""Bytes of UTF-8 between the two `---` lines."""
BODY_LIMIT = 128 * 1024
"""Bytes of UTF-8 after the second `---` line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A record file: `front` as plain JSON values, `body` as Markdown, `lines` from dotted field path to line."""

    front: Mapping[str, JsonValue]
    body: str
    lines: Mapping[str, int] = field(default_factory=dict)
    body_line: int = 1

    def line(self, path: str) -> int:
        """Return the line of the field or, where it is missing, of the nearest field around it (1: the header)."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)


def parse(raw: bytes | str) -> Document:
    """Read one record file.

    Raises FrontMatterError: encoding, size, delimiters or YAML are not as `docs/content-format.md` says.
    """
    text = decode(raw)
    header, body = split(text)
    front, lines = front_matter.load(header, first_line=2)
    return Document(front=front, body=body, lines=lines, body_line=header.count("\n") + 3)


def decode_body(raw: bytes | str) -> str:
    """Return the text of a Markdown file without front matter; raises FrontMatterError as `parse` does."""
    text = decode(raw)
    _refuse_size("body_too_large", text, BODY_LIMIT, 1)
    return text


def split(text: str) -> tuple[str, str]:
    """Return header (with its last line feed) and body of a decoded text, both within their limits."""
    if not text.startswith("---\n"):
        raise FrontMatterError("header_missing", 1)
    end = text.find("\n---\n", 3)
    if end < 0 and text.endswith("\n---"):
        end = len(text) - 4
    if end < 0:
        raise FrontMatterError("header_open", 1)
    header, body = text[4 : end + 1], text[end + 5 :]
    _refuse_size("header_too_large", header, HEADER_LIMIT, 2)
    _refuse_size("body_too_large", body, BODY_LIMIT, header.count("\n") + 3)
    return header, body


def _refuse_size(code: str, part: str, limit: int, line: int) -> None:
    if len(part) > limit or len(part.encode()) > limit:
        raise FrontMatterError(code, line, limit=str(limit // 1024))
