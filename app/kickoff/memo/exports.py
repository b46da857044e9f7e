"""From a memo to a file in one of the formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo

from app.documents.blocks import Block, Page, SlidesKind
from app.documents.writing.exports import ExportKind, PageExports
from app.kickoff.memo.composition import compose, parts
from app.kickoff.memo.draft import Formats, MemoDocument
from app.kickoff.memo.format import MAX_BYTES, MemoFormat, refused
from app.kickoff.memo.memo import ReuseMemo
from app.kickoff.memo.wording import MemoLabels, Words
from app.kickoff.slides.memo import memo_deck
from app.kickoff.slides.words import SlideWords
from app.shared.confinement import Exhausted


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file to be saved; its name holds nothing that the asker wrote."""

    name: str
    media_type: str
    content: bytes


class MemoExports:
    """Words memos as pages, and draws these."""

    def __init__(self, form: MemoFormat, labels: MemoLabels, zone: tzinfo, pages: PageExports) -> None:
        """Word values by `labels`, and show times in `zone`."""
        self._form = form
        self._labels = labels
        self._zone = zone
        self._pages = pages

    def refuse(self, kind: ExportKind | SlidesKind, asker: str) -> None:
        """Raise Busy where `export` would do so at once: worth asking before a memo is read."""
        if kind is not ExportKind.MARKDOWN:
            self._pages.refuse(asker)

    def export(self, memo: ReuseMemo, kind: ExportKind, lang: str, asker: str = "") -> Exported:
        """Return the document with labels in `lang` ("de", "en"), for whoever is known by `asker`.

        Raises MemoInvalid for a memo that breaks its schema or is too large, ExportUnavailable, and Busy while others
        draw theirs or the machine is too busy.
        """
        self._form.to_json(memo)
        words = Words(lang)
        day = memo.at.astimezone(self._zone).date()
        with _refused_if_too_much():
            content = self._pages.drawn(kind, self.page(memo, lang), memo.at, asker)
        return Exported(
            name=f"{words('file_name')}-{day.isoformat()}.{kind}", media_type=kind.media_type, content=content
        )

    def slides(self, memo: ReuseMemo, kind: SlidesKind, lang: str, asker: str = "") -> Exported:
        """Return the memo as slides for those who decide; raises as `export` does."""
        self._form.to_json(memo)
        words = Words(lang)
        day = memo.at.astimezone(self._zone).date()
        with _refused_if_too_much():
            content = self._pages.slides(kind, memo_deck(self._draft(memo, lang)), memo.at, asker)
        return Exported(
            name=f"{words('file_name')}-{day.isoformat()}-{SlideWords(lang)('file_name')}.{kind}",
            media_type=kind.media_type,
            content=content,
        )

    def page(self, memo: ReuseMemo, lang: str) -> Page:
        return compose(self._draft(memo, lang))

    def parts(self, memo: ReuseMemo, lang: str) -> Mapping[str, tuple[Block, ...]]:
        """Return the blocks of each section by its code."""
        return parts(self._draft(memo, lang))

    def _draft(self, memo: ReuseMemo, lang: str) -> MemoDocument:
        words = Words(lang)
        return MemoDocument(memo=memo, words=words, formats=Formats(words.lang, self._zone), labels=self._labels)


@contextmanager
def _refused_if_too_much() -> Iterator[None]:
    """Refuse a memo that takes too much to draw: it was sent, and whoever sent it can shorten it."""
    try:
        yield
    except Exhausted as error:
        raise refused("too_large", limit=str(MAX_BYTES)) from error
