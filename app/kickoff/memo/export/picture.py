# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A drawing (SVG) as a picture (PNG); for strangers it is made in a process of its own (`app.confinement`)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from app.kickoff.memo.export.pdf import engine, faces


def to_png(svg: str, size: tuple[int, int], fonts: Path, cache: Path) -> bytes:
    """Return a drawing of this size in pixels, with the fonts of `to_pdf`; raises ExportUnavailable."""
    import pypdfium2  # noqa: PLC0415 - takes a tenth of a second, and only who draws needs it

    named, there = faces(fonts)
    written = engine().write_drawing(svg, size, named, there, cache)
    document = pypdfium2.PdfDocument(written)
    try:
        page = document[0]
        picture = page.render(scale=size[0] / page.get_size()[0]).to_pil().convert("P", palette=1, colors=64)
    finally:
        document.close()
    found = BytesIO()
    picture.save(found, "PNG", optimize=True)
    return found.getvalue()
