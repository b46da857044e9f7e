# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every section is written from, and the pieces they share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.kickoff.memo.find import PinnedRecord
from app.kickoff.memo.labels import MemoLabels
from app.kickoff.memo.memo import ReuseMemo
from app.kickoff.memo.page.blocks import Paragraph, Role, Span, Text
from app.kickoff.memo.page.formats import Formats
from app.kickoff.memo.wording import Words

_BETWEEN_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A memo, and how its document words and formats it."""

    memo: ReuseMemo
    words: Words
    formats: Formats
    labels: MemoLabels

    @property
    def lang(self) -> str:
        """The language of the document."""
        return self.words.lang

    def own(self, text: str) -> Text:
        """Return what the asker wrote, or that it is open."""
        return (Span(text=text, lang=self._other(self.memo.lang)),) if text else self.say("open")

    def say(self, code: str, **values: object) -> Text:
        """Return a text of the document itself."""
        return (Span(text=self.words(code, **values)),)

    def note(self, code: str, role: Role = Role.NOTE) -> Paragraph:
        """Return a remark of the document itself."""
        return Paragraph(text=self.say(code), role=role)

    def paragraphs(self, text: str) -> Iterator[Paragraph]:
        """Yield the paragraphs that the asker wrote, or one that says they are open."""
        for part in _BETWEEN_PARAGRAPHS.split(text):
            yield Paragraph(text=self.own(part))

    def title(self, record: PinnedRecord) -> Span:
        """Return a record's title in the language of the record."""
        return self.foreign(record.title, record.lang)

    def of(self, record: PinnedRecord, text: str) -> Text:
        """Return a text of a record in the language of the record."""
        return (self.foreign(text, record.lang),)

    def foreign(self, text: str, lang: str) -> Span:
        """Return a text in the language `lang`, which is marked where it is not the document's."""
        return Span(text=text, lang=self._other(lang))

    def version(self, record: PinnedRecord) -> Text:
        """Return which version was read."""
        return self.say("version.value", version=record.ver, day=self.formats.day(record.at))

    def _other(self, lang: str) -> str:
        return "" if lang == self.lang else lang


def link(address: str) -> Text:
    """Return an address that is shown and leads there."""
    return (Span(text=address, href=address),)


def plain(text: str) -> Text:
    """Return a text as it is."""
    return (Span(text=text),)
