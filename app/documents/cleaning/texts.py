"""Plain text (TXT, CSV, Markdown): readable everywhere, with nothing in it that cannot be seen."""

from __future__ import annotations

import re

_BOM = "\ufeff"
# Besides control characters: marks that can show another text than the one that is stored (CVE-2021-42574), and line
# ends that only some programs know.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def is_text(data: bytes) -> bool:
    """Tell whether a file is text: UTF-8, or Windows' Western code page, without control characters."""
    text = _read(data, "utf-8")
    if text is None:
        text = _read(data, "cp1252")
    return bool(text) and text is not None and _UNSEEN.search(text) is None


def clean_text(data: bytes, *, is_table: bool = False) -> bytes:
    """Return the text as UTF-8; what is UTF-8 already stays byte for byte, formulas of a table included.

    A table in Windows' code page gets a byte order mark, without which spreadsheets would take it for that again.
    """
    if _read(data, "utf-8") is not None:
        return data
    return f"{_BOM if is_table else ''}{_read(data, 'cp1252')}".encode()


def _read(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
