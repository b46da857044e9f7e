# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a memo to a file in one of the formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path

from app.kickoff.memo.blocks import Block, Page
from app.kickoff.memo.composition import compose, parts
from app.kickoff.memo.draft import Formats, MemoDocument
from app.kickoff.memo.errors import MemoInvalid
from app.kickoff.memo.export.markdown import to_markdown
from app.kickoff.memo.export.pdf import PdfPrinter
from app.kickoff.memo.format import MemoFormat
from app.kickoff.memo.memo import ReuseMemo
from app.kickoff.memo.wording import MemoLabels, Words


class ExportKind(StrEnum):
    """A format; the value is the ending of the file's name."""

    ODT = "odt"
    PDF = "pdf"
    DOCX = "docx"
    MARKDOWN = "md"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    ExportKind.ODT: "application/vnd.oasis.opendocument.text",
    ExportKind.PDF: "application/pdf",
    ExportKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportKind.MARKDOWN: "text/markdown; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file to be saved; its name holds nothing that the asker wrote."""

    name: str
    media_type: str
    content: bytes


class MemoExports:
    """Draws memos; safe for several threads."""

    def __init__(self, form: MemoFormat, labels: MemoLabels, zone: tzinfo, fonts: Path) -> None:
        """Word values by `labels`, show times in `zone`; `fonts` is a folder with Fira Sans, which may be missing."""
        self._form = form
        self._labels = labels
        self._zone = zone
        self._printers: Mapping[ExportKind, Callable[[Page, datetime], bytes]] = {
            ExportKind.ODT: _odt,
            ExportKind.DOCX: _docx,
            ExportKind.PDF: PdfPrinter(fonts),
            ExportKind.MARKDOWN: to_markdown,
        }

    def export(self, memo: ReuseMemo, kind: ExportKind, lang: str) -> Exported:
        """Return the document with labels in `lang` ("de", "en").

        Raises MemoInvalid for a memo that breaks its schema and ExportUnavailable.
        """
        problems = self._form.problems(memo)
        if problems:
            raise MemoInvalid(problems)
        words = Words(lang)
        day = memo.at.astimezone(self._zone).date()
        return Exported(
            name=f"{words('file_name')}-{day.isoformat()}.{kind}",
            media_type=kind.media_type,
            content=self._printers[kind](self.page(memo, lang), memo.at),
        )

    def page(self, memo: ReuseMemo, lang: str) -> Page:
        return compose(self._draft(memo, lang))

    def parts(self, memo: ReuseMemo, lang: str) -> Mapping[str, tuple[Block, ...]]:
        """Return the blocks of each section by its code."""
        return parts(self._draft(memo, lang))

    def _draft(self, memo: ReuseMemo, lang: str) -> MemoDocument:
        words = Words(lang)
        return MemoDocument(memo=memo, words=words, formats=Formats(words.lang, self._zone), labels=self._labels)


# The two libraries take a tenth of a second to load, which every start of the program would pay for.


def _odt(page: Page, at: datetime) -> bytes:
    from app.kickoff.memo.export.odt import to_odt  # noqa: PLC0415 - see above

    return to_odt(page, at)


def _docx(page: Page, at: datetime) -> bytes:
    from app.kickoff.memo.export.docx import to_docx  # noqa: PLC0415 - see above

    return to_docx(page, at)
