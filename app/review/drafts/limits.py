"""How much a draft may hold."""

from __future__ import annotations

import json
from collections.abc import Iterable

from app.documents.limits import FILE_LIMIT
from app.records.document import BODY_LIMIT, HEADER_LIMIT
from app.records.paths import INDEX_FILE, alike, is_file_name, is_of_device
from app.review.errors import DraftTooLarge, FileNameRefused
from app.review.models import DraftContent, DraftFile

DRAFTS = 50
"""Drafts that one person may have at once."""
FILES = 20
"""Files of one draft."""
ALL_FILES = 40 * 1024 * 1024
"""Bytes in all files of one draft."""
TEXT = 2 * (HEADER_LIMIT + BODY_LIMIT)
"""Bytes of what was typed: more than a record may hold, so that nobody loses words over a limit while writing."""


def check_text(content: DraftContent) -> None:
    """Raise DraftTooLarge when far more was typed than any record can hold."""
    size = len(json.dumps(content.entries(), ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > TEXT:
        raise DraftTooLarge("text", size=size, limit=TEXT)


def check_file(name: str, data: bytes, others: Iterable[DraftFile]) -> None:
    """Raise FileNameRefused or DraftTooLarge when a file must not be attached."""
    others = tuple(others)
    if not is_file_name(name) or is_of_device(name) or name == INDEX_FILE:
        raise FileNameRefused(name)
    if alike((INDEX_FILE, *(file.name for file in others), name))[-1:] == (name,):
        raise FileNameRefused(name)
    if len(data) > FILE_LIMIT:
        raise DraftTooLarge("file", size=len(data), limit=FILE_LIMIT)
    kept = [file for file in others if file.name != name]
    if len(kept) + 1 > FILES:
        raise DraftTooLarge("files", size=len(kept) + 1, limit=FILES)
    total = sum(file.size for file in kept) + len(data)
    if total > ALL_FILES:
        raise DraftTooLarge("file", size=total, limit=ALL_FILES)


def check_count(count: int) -> None:
    """Raise DraftTooLarge when a person has as many drafts as allowed."""
    if count >= DRAFTS:
        raise DraftTooLarge("drafts", size=count, limit=DRAFTS)
