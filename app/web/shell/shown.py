"""The values that templates print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

from app.records.record import Record, Translation
from app.records.sentences import pieces
from app.shared.wording import translator
from app.web.shell.language import current_language


class Note(str):
    """Words beside a statement; `said` are those of them that are the record's own, in the language `lang`.

    Where nothing can be marked, such as in a table of mere text, it is that text.
    """

    __slots__ = ("lang", "said")

    lang: str
    said: tuple[str, ...]

    def __new__(cls, text: str, said: tuple[str, ...], lang: str) -> Self:
        """Make the note; it is the record's own as a whole where `said` is all of it."""
        note = super().__new__(cls, text)
        note.said, note.lang = said, lang
        return note


def spoken(note: str) -> Iterator[tuple[str, str]]:
    """Yield a note in pieces, each with its language, "" for that of the interface."""
    if not isinstance(note, Note):
        yield note, ""
        return
    yield from ((words, note.lang if own else "") for words, own in pieces(note, note.said))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMark:
    """A source of a claim: its key, its number in the list of sources, its title and the language of that."""

    key: str
    number: int
    title: str
    lang: str

    @property
    def label(self) -> str:
        """What the mark is called for ears, all in the language of the title: an attribute is read by one voice."""
        return translator(self.lang).gettext("Source %(number)s: %(title)s", number=self.number, title=self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One statement: its words, where they lead, what limits them and who says so.

    `lang` is set where the words are the record's own and not the interface's. `website` is that of whom they name,
    beside a page of this site.
    """

    text: str
    label: str = ""
    href: str = ""
    external: bool = False
    website: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[SourceMark, ...] = ()
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A field of a record with everything that stands in it."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words and where they lead; `current` marks the page the reader is on.

    `site` is the other site whose word the label is, "" for words of this one.
    """

    label: str
    href: str
    count: int = 0
    current: bool = False
    lang: str = ""
    site: str = ""


class Titled(NamedTuple):
    """A title and its language."""

    text: str
    lang: str


def in_english(record: Record) -> Translation | None:
    """Return title and summary in English for those who read the site so; None for records in English or without it."""
    if current_language() != "en" or record.lang.startswith("en"):
        return None
    return next((item for item in record.translations if item.lang == "en"), None)


def titled(record: Record) -> Titled:
    """Return what a record is called on this page, where its name leads to it."""
    english = in_english(record)
    return Titled(english.title, english.lang) if english else Titled(record.title, record.lang)


def named(record: Record) -> Note:
    """Return the same where words of the site may stand as well, such as in the way to a page."""
    title = titled(record)
    return Note(title.text, (title.text,), title.lang)
