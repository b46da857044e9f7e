"""Values that templates display."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from app.records.record import Record, Translation
from app.records.sentences import pieces
from app.shared.wording import translator
from app.web.shell.language import current_language


class Note(str):
    """A note beside a statement; `said` lists the parts of it that are the record's own words, in the language `lang`.

    Where languages cannot be marked up, such as in plain text, it is an ordinary string.
    """

    __slots__ = ("lang", "said")

    lang: str
    said: tuple[str, ...]

    def __new__(cls, text: str, said: tuple[str, ...], lang: str) -> Self:
        """Create a note; if `said` is the whole text, all of it is the record's own."""
        note = super().__new__(cls, text)
        note.said, note.lang = said, lang
        return note


def spoken(note: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a note, each with its language, "" for that of the interface."""
    if not isinstance(note, Note):
        yield note, ""
        return
    yield from ((words, note.lang if own else "") for words, own in pieces(note, note.said))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMark:
    """A source of a claim: its key, its number in the list of sources, its title and the title's language."""

    key: str
    number: int
    title: str
    lang: str

    def label(self, others: Sequence[SourceMark] = ()) -> str:
        """Return text for screen readers on this and `others` of a claim, with their numbers as they are shown.

        All of it is in the language of this title: an attribute can have only one.
        """
        numbers = ", ".join(str(one.number) for one in (self, *others))
        titles = "; ".join(one.title for one in (self, *others))
        return translator(self.lang).gettext("Source %(number)s: %(title)s", number=numbers, title=titles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One statement: its text, link, limitations and sources.

    `lang` is set if the text is the record's own, not the interface's. `website` is the site of the organisation named,
    besides `href` to its page here.
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
    """A field of a record with all its statements."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text with a link; `current` marks the page the reader is on.

    `site` is the other node that the label comes from, "" for this one.
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
    """Return title and summary in English if the reader uses the English site and the record needs and has them."""
    if current_language() != "en" or record.lang.startswith("en"):
        return None
    return next((item for item in record.translations if item.lang == "en"), None)


def titled(record: Record) -> Titled:
    """Return the title of a record on this page, for links to it."""
    english = in_english(record)
    return Titled(english.title, english.lang) if english else Titled(record.title, record.lang)


def named(record: Record) -> Note:
    """Return the title as a note, for places that may also contain words of the site, such as breadcrumbs."""
    title = titled(record)
    return Note(title.text, (title.text,), title.lang)
