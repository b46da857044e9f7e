# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page as tagged PDF (PDF/UA-1, ISO 14289-1)."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.kickoff.memo.errors import ExportUnavailable
from app.kickoff.memo.export.html import to_html
from app.kickoff.memo.export.kind import ExportKind
from app.kickoff.memo.page import Page

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
"""What WeasyPrint needs of Debian and Ubuntu; the font is for what Fira Sans lacks or where it is missing."""

_ENGINE = "app.kickoff.memo.export.weasyprint_engine"
_STYLES = Path(__file__).with_name("page.css")
_FACES = (("Regular", 400, "normal"), ("Bold", 700, "normal"))


class PdfPrinter:
    """Prints one document at a time: the work is pure computing, and memory stays bounded."""

    def __init__(self, fonts: Path) -> None:
        """Embed Fira Sans from the folder `fonts` where it is there, else what the system has."""
        self._fonts = {
            f"font:{name}": fonts / f"FiraSans-{name}.woff2"
            for name, *_ in _FACES
            if (fonts / f"FiraSans-{name}.woff2").is_file()
        }
        self._lock = threading.Lock()

    def __call__(self, page: Page, at: datetime) -> bytes:
        """Return the document; raises ExportUnavailable where libraries of the system are missing."""
        write = _engine()
        with self._lock:
            return write(to_html(page), self._styles(page), self._fonts, at)

    def _styles(self, page: Page) -> str:
        faces = (
            f'@font-face {{ font-family: "Fira Sans"; src: url("font:{name}"); '
            f"font-weight: {weight}; font-style: {style} }}"
            for name, weight, style in _FACES
            if f"font:{name}" in self._fonts
        )
        # Both words come from our own wording, never from a reader.
        number = f'content: "{page.page} " counter(page) " {page.of} " counter(pages)'
        foot = f'@page {{ @bottom-right {{ {number}; font: 9pt "Fira Sans", "Liberation Sans", sans-serif }} }}'
        return "\n".join([*faces, _STYLES.read_text(encoding="utf-8"), foot])


def _engine() -> Callable[[str, str, dict[str, Path], datetime], bytes]:
    """Load WeasyPrint on first use: it takes a third of a second, and looks for libraries that may be missing."""
    try:
        module: Any = importlib.import_module(_ENGINE)
    except (ImportError, OSError) as error:
        raise ExportUnavailable(ExportKind.PDF, PACKAGES) from error
    return module.write_pdf  # type: ignore[no-any-return]  # loaded by name, so its types are unknown here
