"""What a page consists of. Every format draws the same blocks, so no format can leave something out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from babel.dates import get_month_names

_MONTHS = "|".join(name for lang in ("de", "en") for name in get_month_names("wide", locale=lang).values())
_UNITS = r"%|€|Mi[ol]\w*\.?|Mrd\.|Euro|EUR|Prozent|Einw\.|inhab\.|Uhr|Monate?n?|Jahre?n?|Tage?n?|months?|years?|days?"
WHOLE = re.compile(
    rf"((?:\d\d?\.?[ \u00a0])?(?:{_MONTHS})[ \u00a0]\d{{4}}\b|\d[\d.,]*(?:[ \u00a0](?:{_UNITS})(?!\w))+)"
)
"""A date, or a number with its unit: nobody reads one of which a part stands in the next line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of text, never markup; line feeds in it are line breaks, and dates and numbers hold together.

    `href` is a web address (http or https) or empty, `lang` the language of the text where it differs from the
    page's.
    """

    text: str
    href: str = ""
    lang: str = ""

    def __post_init__(self) -> None:
        """Put spaces that do not break into dates, and between a number and its unit."""
        if not self.href:
            object.__setattr__(self, "text", WHOLE.sub(lambda found: found[0].replace(" ", "\u00a0"), self.text))


Text: TypeAlias = tuple[Span, ...]
"""A line of text; an empty one is space to write on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 2 or 3 (level 1 is the title); `number`, if any, counts after DIN 5008, without full stop."""

    level: int
    number: str
    text: Span


class TextRole(StrEnum):
    """What a paragraph is: the memo's text, what leads to a table or names it, a remark, a citation, or the last words.

    All but the memo's own text are never parted from what comes next.
    """

    BODY = "body"
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
    """Terms and their values, one a line."""

    rows: tuple[tuple[str, Text], ...]


_FEW_COLUMNS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table with a row of headings; `widths` are shares of the whole and add up to 100.

    An empty cell is space to write on. `together` keeps all rows on one sheet.
    """

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Text, ...], ...]
    together: bool = False

    @property
    def is_dense(self) -> bool:
        """Whether it has so many columns that its text has to be smaller."""
        return len(self.columns) > _FEW_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Lines to be filled in by hand, each with what belongs there."""

    lines: tuple[str, ...]


Block: TypeAlias = Heading | Paragraph | Facts | Grid | Items | Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole document; `running` stands at the top of each further sheet, `page` and `of` beside the numbers.

    `code` is an address that also stands in the text: on paper it becomes a QR code beside the title.
    """

    lang: str
    title: str
    subtitle: str
    running: str
    page: str
    of: str
    blocks: tuple[Block, ...]
    code: str = ""
