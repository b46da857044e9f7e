# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page as an Office Open XML text (ISO/IEC 29500)."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Cm, Pt

from app.kickoff.memo.export.docx_sheet import set_up
from app.kickoff.memo.export.docx_tables import add_facts, add_grid
from app.kickoff.memo.export.docx_text import write
from app.kickoff.memo.page import Block, Facts, Grid, Heading, Items, Page, Paragraph, Role, Signature, Span

_LIST = "List Bullet"
_ROLES = {
    Role.BODY: "Normal",
    Role.NOTE: "Note",
    Role.LABEL: "Label",
    Role.CITATION: "Citation",
    Role.CLOSING: "Closing",
}


def to_docx(page: Page, at: datetime) -> bytes:
    """Return the document, dated `at`."""
    document = docx.Document()
    set_up(document, page, at)
    document.add_heading(page.title, 1)
    document.add_paragraph(page.subtitle, "Subtitle")
    for block in page.blocks:
        _add(document, block)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading():
            heading = document.add_heading("", block.level)
            write(heading, (Span(text=f"{block.number}  "), block.text))
        case Paragraph():
            write(document.add_paragraph(style=_ROLES[block.role]), block.text)
        case Facts():
            add_facts(document, block)
        case Grid():
            add_grid(document, block)
        case Items():
            for item in block.items:
                write(document.add_paragraph(style=_LIST), item)
        case Signature():
            _sign(document, block)


def _sign(document: Document, signature: Signature) -> None:
    # One paragraph, so that no office program parts the two lines.
    paragraph = document.add_paragraph("\t".join(f"{line} \t" for line in signature.lines))
    layout = paragraph.paragraph_format
    layout.space_before = Pt(45)
    layout.keep_together = True
    layout.tab_stops.add_tab_stop(Cm(7.5), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
    layout.tab_stops.add_tab_stop(Cm(8.3))
    layout.tab_stops.add_tab_stop(Cm(16.5), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
