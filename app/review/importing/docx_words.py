# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of a DOCX paragraph: with emphasis and links as Markdown, or bare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docx.opc.rel import Relationships
from docx.oxml.ns import qn

from app.review.importing.escaping import escaped, link, plain, strong

_BREAKS = frozenset(qn(name) for name in ("w:br", "w:cr", "w:tab"))
_SKIPPED = frozenset(qn(name) for name in ("w:pPr", "w:rPr", "w:del", "w:moveFrom", "w:drawing", "w:pict"))
_BOX = qn("w:txbxContent")
# Word writes a text box twice, the second time for older programs.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DEEPEST = 20


class Words:
    """Reads paragraphs of one document; footnotes follow the word they belong to in brackets."""

    def __init__(self, relations: Relationships, footnotes: Mapping[str, Any]) -> None:
        self._relations = relations
        self._footnotes = footnotes

    def bare(self, paragraph: Any) -> str:
        """Return the words without emphasis and notes."""
        return "".join(text for text, _ in self._runs(paragraph, 0))

    def marked(self, paragraph: Any) -> str:
        """Return the words as one line of Markdown."""
        return "".join(self._spans(paragraph, 0)).strip()

    def boxes(self, paragraph: Any) -> Iterator[str]:
        """Yield the paragraphs of text boxes that hang on this one."""
        for box in paragraph.iter(_BOX):
            if not any(holder.tag == _FALLBACK for holder in box.iterancestors()):
                yield from (text for text in (self.marked(inner) for inner in box.iter(qn("w:p"))) if text)

    def _spans(self, holder: Any, depth: int) -> Iterator[str]:
        pending, mark = "", ""
        for child in holder.iterchildren() if depth < _DEEPEST else ():
            if child.tag == qn("w:r"):
                text, note, its_mark = self._run(child), self._note(child), _emphasis(child)
                if its_mark != mark:
                    yield strong(pending, mark)
                    pending, mark = "", its_mark
                pending += text
                if note:
                    yield strong(pending, mark)
                    yield f" ({note})"
                    pending = ""
            elif child.tag not in _SKIPPED:
                yield strong(pending, mark)
                pending = ""
                yield self._nested(child, depth)
        yield strong(pending, mark)

    def _nested(self, child: Any, depth: int) -> str:
        words = "".join(self._spans(child, depth + 1))
        if child.tag != qn("w:hyperlink"):
            return words
        relation = self._relations.get(child.get(qn("r:id")) or "")
        return link(words, relation.target_ref) if relation is not None and relation.is_external else words

    def _runs(self, holder: Any, depth: int) -> Iterator[tuple[str, Any]]:
        for child in holder.iterchildren() if depth < _DEEPEST else ():
            if child.tag == qn("w:r"):
                yield _text(child), child
            elif child.tag not in _SKIPPED:
                yield from self._runs(child, depth + 1)

    def _run(self, run: Any) -> str:
        return escaped(_text(run))

    def _note(self, run: Any) -> str:
        reference = run.find(qn("w:footnoteReference"))
        note = self._footnotes.get(str(reference.get(qn("w:id")))) if reference is not None else None
        if note is None:
            return ""
        return escaped(plain(" ".join("".join(found.text or "" for found in note.iter(qn("w:t"))).split())))


def _text(run: Any) -> str:
    parts = (
        (child.text or "") if child.tag == qn("w:t") else ("-" if child.tag == qn("w:noBreakHyphen") else " ")
        for child in run.iterchildren()
        if child.tag == qn("w:t") or child.tag in _BREAKS or child.tag == qn("w:noBreakHyphen")
    )
    return "".join(parts)


def _emphasis(run: Any) -> str:
    properties = run.find(qn("w:rPr"))
    bold, italic = _is_on(properties, "w:b"), _is_on(properties, "w:i")
    return "**" if bold else "*" if italic else ""


def _is_on(properties: Any, name: str) -> bool:
    found = properties.find(qn(name)) if properties is not None else None
    return found is not None and found.get(qn("w:val")) not in ("0", "false", "off", "none")
