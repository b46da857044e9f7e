# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many pictures and files of another node are here, in words for those who look after this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g

from app.federation.harvest.files.values import FileCounts
from app.web.access import services
from app.web.formats import byte_size
from app.web.network.reasons import why_file_missing
from app.web.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesLine:
    """What is here, what is missing ("" for nothing), and why, each reason with the number of files."""

    held: str
    missing: str = ""
    reasons: tuple[str, ...] = ()


def files_line(origin: str) -> FilesLine | None:
    """Return the files of one node; None where its records have none."""
    counts = _counts().get(origin)
    if counts is None or not (counts.held or counts.missing):
        return None
    held = ngettext("%(num)s file (%(size)s)", "%(num)s files (%(size)s)", counts.held, size=byte_size(counts.size))
    if not counts.missing:
        return FilesLine(held=held)
    missing = ngettext("%(num)s file is missing", "%(num)s files are missing", counts.missing)
    return FilesLine(held=held, missing=missing, reasons=_reasons(counts.reasons))


def _reasons(counted: Mapping[str, int]) -> tuple[str, ...]:
    if not counted:
        return (_("They come with one of the next looks."),)
    return tuple(f"{why_file_missing(code)} ({number})" for code, number in sorted(counted.items()))


def _counts() -> Mapping[str, FileCounts]:
    """Return the counts of all nodes, asked for once in a request."""
    if "file_counts" not in g:
        g.file_counts = services().harvest.files.overview.by_origin()
    found: Mapping[str, FileCounts] = g.file_counts
    return found
