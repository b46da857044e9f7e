"""The building blocks of pages and slides, shared by readers of reports and writers of all formats."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from babel.dates import get_month_names

from app.documents.kinds import media_type

_MONTHS = "|".join(name for lang in ("de", "en") for name in get_month_names("wide", locale=lang).values())
_UNITS = r"%|€|Mi[ol]\w*\.?|Mrd\.|Euro|EUR|Prozent|Einw\.|inhab\.|Uhr|Monate?n?|Jahre?n?|Tage?n?|months?|years?|days?"
WHOLE = re.compile(
    rf"((?:\d\d?\.?[ \u00a0])?(?:{_MONTHS})[ \u00a0]\d{{4}}\b"
    rf"|(?<![\d.,])[.,]*+\d[\d.,]*+(?:[ \u00a0](?:{_UNITS})(?!\w))+)"
)
"""Matches a date, or a number with its unit, which must not be broken across lines.

The time it takes is linear in the length of the text, even for one long row of digits.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of text, never markup; line feeds in it are line breaks, and dates and numbers are kept together.

    `href` is a web address (http or https) or empty, `lang` the language of the text if it differs from the page's.
    `mark` is the Markdown mark of what a report sets in bold ("**") or italics ("*"); spans of pages have none.
    """

    text: str
    href: str = ""
    lang: str = ""
    mark: str = ""

    def __post_init__(self) -> None:
        """Put non-breaking spaces into dates and between a number and its unit."""
        if not self.href:
            object.__setattr__(self, "text", WHOLE.sub(lambda found: found[0].replace(" ", "\u00a0"), self.text))


Text: TypeAlias = tuple[Span, ...]
"""A line of text; an empty one is blank space to write on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; `number`, if any, follows DIN 5008, without full stop. Level 1 of a page is its title."""

    level: int
    text: Span
    number: str = ""


class TextRole(StrEnum):
    """The role of a paragraph. All roles but texts are kept on one page with the block that follows."""

    BODY = "body"
    SMALL = "small"
    LEAD = "lead"
    NOTE = "note"
    LABEL = "label"
    CITATION = "citation"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph."""

    text: Text
    role: TextRole = TextRole.BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Terms and their values, one per line."""

    rows: tuple[tuple[str, Text], ...]


_FEW_COLUMNS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table with a row of headings; `widths` are percentages and add up to 100.

    An empty cell is blank space to write on. `together` keeps all rows on one page. A table of a report has neither
    `columns` nor `widths`, its first row is its head, and a `guessed` one was inferred from the positions of words.
    """

    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[Text, ...], ...]
    together: bool = False
    guessed: bool = False

    @property
    def is_dense(self) -> bool:
        """Whether it has so many columns that its text must be smaller."""
        return len(self.columns) > _FEW_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list. For items of a report, `level` is the depth of nesting (from 0), and `ordered` means numbered."""

    items: tuple[Text, ...]
    level: int = 0
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Lines to be filled in by hand, each with its label."""

    lines: tuple[str, ...]


Block: TypeAlias = Heading | Paragraph | Facts | Grid | Items | Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The document. `running` is printed atop later pages, `code` is an address of its text, drawn as a QR code."""

    lang: str
    title: str
    subtitle: str
    running: str
    page: str
    of: str
    blocks: tuple[Block, ...]
    code: str = ""


class SlidesKind(StrEnum):
    """A file format of slides; the value is the file extension."""

    PDF = "pdf"
    ODP = "odp"

    @property
    def media_type(self) -> str:
        return media_type(self)


class Scale(StrEnum):
    """Text size of a slide; the fewer words, the larger."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One statement; `label` says what it is ("Empfehlung"), `note` its limits and the numbers of its sources."""

    text: Text
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as its source gives it; `label` says what it is, `note` its date and source."""

    value: str
    label: Span
    note: str = ""


_TYPE = {Scale.LARGE: (52, 1.06, 0.28), Scale.MEDIUM: (66, 0.84, 0.28), Scale.SMALL: (84, 0.66, 0.18)}
"""By scale: letters per line, height of a line, and space between two statements, both in centimetres."""
_ROOM, _FIGURES, _TITLE = 8.9, 3.2, 2.8
"""Height in centimetres between header and footer, and how much of it figures and the title take up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A slide. `sources` are printed small at its foot, with the address of the deck beside them if `leads_on`."""

    title: str
    points: tuple[Point, ...] = ()
    figures: tuple[Figure, ...] = ()
    sources: tuple[Text, ...] = ()
    is_first: bool = False
    leads_on: bool = True

    @property
    def scale(self) -> Scale:
        """The largest text size at which all points fit."""
        return next((scale for scale in _TYPE if self._height(scale) <= self._room), Scale.SMALL)

    def fitted(self) -> Slide:
        """Return the slide without its longest points if not all of them fit, because nobody reads a crowded slide."""
        if len(self.points) < 2 or self._height(Scale.SMALL) <= self._room:
            return self
        longest = max(self.points, key=_length)
        return replace(self, points=tuple(one for one in self.points if one is not longest)).fitted()

    @property
    def _room(self) -> float:
        return _ROOM - _FIGURES * bool(self.figures) - _TITLE * self.is_first

    def _height(self, scale: Scale) -> float:
        letters, line, gap = _TYPE[scale]
        return sum(-(-_length(point) // letters) * line + gap for point in self.points)


def _length(point: Point) -> int:
    return sum(len(span.text) for span in point.text) + len(point.label) + len(point.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A slide deck.

    `address` is where to read more, printed with a QR code on slides with `leads_on`; "" prints neither. `code` is the
    text alternative of the QR code, `mark` the text before the address. `page` and `of` are the words around slide
    numbers ("Page 1 of 5"), `sources` is the heading above the sources of a slide.
    """

    lang: str
    title: Span
    subtitle: str
    address: str
    code: str
    page: str
    of: str
    slides: tuple[Slide, ...]
    sources: str
    mark: str = ""
