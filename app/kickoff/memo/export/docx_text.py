# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts in Office Open XML."""

from __future__ import annotations

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from app.kickoff.memo.page import Text

LINK = "Hyperlink"
"""Name of the character style for addresses."""


def write(paragraph: Paragraph, text: Text) -> None:
    """Add the text to the end of a paragraph; line feeds become line breaks."""
    for span in text:
        run = paragraph.add_run(span.text)
        if span.lang:
            _set_language(run, span.lang)
        if span.href:
            _link(paragraph, run, span.href)


def _link(paragraph: Paragraph, run: Run, address: str) -> None:
    """Put a run of a paragraph into a link, for which the library has no call."""
    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run.style = LINK
    link.append(run._r)  # noqa: SLF001 - the library's own way to the element
    paragraph._p.append(link)  # noqa: SLF001 - the library's own way to the element


def _set_language(run: Run, lang: str) -> None:
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), lang)
    run._r.get_or_add_rPr().append(mark)  # noqa: SLF001 - the library's own way to the element
