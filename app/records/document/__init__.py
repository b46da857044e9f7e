"""A record file as text: strict front matter and body, read and written back."""

from __future__ import annotations

from app.records.document.characters import FrontMatterError
from app.records.document.parser import BODY_LIMIT, HEADER_LIMIT, Document, decode_body, parse
from app.records.document.writer import REMOVED, write_back, write_document

__all__ = [
    "BODY_LIMIT",
    "HEADER_LIMIT",
    "REMOVED",
    "Document",
    "FrontMatterError",
    "decode_body",
    "parse",
    "write_back",
    "write_document",
]
