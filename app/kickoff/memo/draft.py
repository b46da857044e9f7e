"""What every section of the document is written from, and the pieces they share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from babel import dates, numbers

from app.documents.blocks import Paragraph, Span, Text, TextRole
from app.kickoff.memo.memo import PinnedRecord, ReuseMemo
from app.kickoff.memo.wording import MemoLabels, Words
from app.records.five_lines import LineWords
from app.records.sentences import pieces

_DAY = {"de": "d.\u00a0MMMM\u00a0y", "en": "d\u00a0MMMM\u00a0y"}
_CLOCK = {"de": "HH:mm'\u00a0Uhr'", "en": "HH:mm"}
_EUROS = {"de": "#,##0\u00a0¤", "en": "¤#,##0"}


class Formats:
    """Writes values in one language ("de", "en") and time zone."""

    def __init__(self, lang: str, zone: tzinfo) -> None:
        self._lang = lang
        self._zone = zone

    def day(self, moment: datetime) -> str:
        return dates.format_date(moment.astimezone(self._zone).date(), _DAY[self._lang], locale=self._lang)

    def moment(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{self.day(moment)}, {dates.format_datetime(local, _CLOCK[self._lang], locale=self._lang)}"

    def partial(self, text: str) -> str:
        """Return a day, month or year of a source ("2024-09-01", "2024-09", "2024") in words, others as they are."""
        try:
            found = date.fromisoformat({10: text, 7: f"{text}-01"}.get(len(text), ""))
        except ValueError:
            return text
        return dates.format_date(found, _DAY[self._lang] if len(text) == 10 else "MMMM\u00a0y", locale=self._lang)

    def number(self, value: float) -> str:
        """Return a number with at most two decimals."""
        return numbers.format_decimal(value, "#,##0.##", locale=self._lang)

    def euros(self, value: int) -> str:
        """Return a full amount of euros."""
        return numbers.format_currency(value, "EUR", _EUROS[self._lang], locale=self._lang, currency_digits=False)


_BETWEEN_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoDocument:
    """A memo, and how its document words and formats it."""

    memo: ReuseMemo
    words: Words
    formats: Formats
    labels: MemoLabels

    @property
    def lines(self) -> LineWords:
        """The words for cost, duration, size and contact."""
        return self.labels.lines(self.lang)

    def counted(self, code: str, number: float) -> str:
        """Return a number of months or posts with its unit."""
        if number == 1:
            return self.words(f"{code}.one")
        return self.words(f"{code}.value", number=self.formats.number(number))

    @property
    def lang(self) -> str:
        return self.words.lang

    def own(self, text: str) -> Text:
        """Return what the asker wrote, or that it is open."""
        return (Span(text=text, lang=self._other(self.memo.lang)),) if text else self.say("open")

    def say(self, code: str, **values: object) -> Text:
        return (Span(text=self.words(code, **values)),)

    def note(self, code: str, role: TextRole = TextRole.NOTE) -> Paragraph:
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

    def quoting(self, text: str, lang: str, *said: str) -> Text:
        """Return words of the document in which `said` are in the language `lang`."""
        if not self._other(lang):
            return plain(text)
        return tuple(self.foreign(words, lang if own else self.lang) for words, own in pieces(text, said))

    def version(self, record: PinnedRecord) -> Text:
        return self.say("version.value", version=record.ver, day=self.formats.day(record.at))

    def _other(self, lang: str) -> str:
        return "" if lang == self.lang else lang


def link(address: str) -> Text:
    """Return an address that is shown and leads there."""
    return (Span(text=address, href=address),)


def plain(text: str) -> Text:
    """Return a text as it is."""
    return (Span(text=text),)
