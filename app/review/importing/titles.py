# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the title of a report to that of a record: without the word that it is a report."""

from __future__ import annotations

import re

LONGEST = 100

_FORM = re.compile(
    r"(?:\w*bericht|(?:beschluss|mitteilungs|rats)?vorlage|dokumentation|final report|report)"
    r"(?: (?:zum|zur|über|on)(?: (?:das|den|die|the))?)?(?: (?:projekt|vorhaben|project))?\s*[:–-]?\s+",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"\.(?:docx?|odt|pdf|rtf)\b|^microsoft |^dokument ?\d*$|^untitled", re.IGNORECASE)


def record_title(report: str) -> str:
    """Return what a record about the same matter may be called, "" where the title says nothing about the matter."""
    words = " ".join(report.split())
    if _FILE_NAME.search(words):
        return ""
    found = _FORM.match(words)
    bare = words[found.end() :] if found else words
    return bare[:1].upper() + bare[1:] if bare and len(bare) <= LONGEST else ""
