# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Head, text and list of files together have to fit into one statement, or no other node takes the record."""

from __future__ import annotations

from collections.abc import Iterator

from app.content.checks.subject import Subject
from app.content.digest import CONTENT_LIMIT, canonical_content
from app.content.paths import INDEX_FILE
from app.content.problem import Problem
from app.content.record import StoredFile

_ANY_HASH = "0" * 64


def size(subject: Subject) -> Iterator[Problem]:
    """Yield a problem when the record is too large to be handed on; quotation marks and line ends count twice."""
    names = (name for name in subject.files if name != INDEX_FILE)
    files = [StoredFile(name=name, size=subject.files[name], sha256=_ANY_HASH) for name in names]
    if len(canonical_content(subject.front, subject.draft.document.body, files)) > CONTENT_LIMIT:
        yield subject.error("record_too_large", "", limit=str(CONTENT_LIMIT // 1024))
