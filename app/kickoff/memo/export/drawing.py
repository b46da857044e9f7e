# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Draws a page as a file. Whoever draws for strangers does it in a process of its own (`app.confinement`)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.kickoff.memo.blocks import Page


def draw(ending: str, page: Page, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the page as a file with this ending ("odt", "docx", "pdf"), made at `at`.

    `fonts` is a folder with Fira Sans, which may be missing; unpacked ones are kept in `cache`. Raises
    ExportUnavailable.
    """
    # Each format has a library that takes a tenth to a third of a second to load.
    match ending:
        case "odt":
            from app.kickoff.memo.export.odt import to_odt  # noqa: PLC0415 - see above

            return to_odt(page, at)
        case "docx":
            from app.kickoff.memo.export.docx import to_docx  # noqa: PLC0415 - see above

            return to_docx(page, at)
        case _:
            from app.kickoff.memo.export.pdf import to_pdf  # noqa: PLC0415 - see above

            return to_pdf(page, at, fonts, cache)
