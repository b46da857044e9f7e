"""What slides consist of. Both formats draw the same values, so neither can leave something out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from app.documents.blocks import Span, Text
from app.documents.kinds import media_type


class SlidesKind(StrEnum):
    """A format; the value is the ending of the file's name."""

    PDF = "pdf"
    ODP = "odp"

    @property
    def media_type(self) -> str:
        return media_type(self)


class Scale(StrEnum):
    """How large the text of a sheet is: the fewer words, the larger."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One statement: in front what it is ("Empfehlung"), behind it what limits it and the numbers of its sources."""

    text: Text
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as its source tells it, what it is, and behind it date and source."""

    value: str
    label: Span
    note: str = ""


_TYPE = {Scale.LARGE: (52, 1.06, 0.28), Scale.MEDIUM: (66, 0.84, 0.28), Scale.SMALL: (84, 0.66, 0.18)}
"""Letters of a line, its height and the space between two statements in centimetres."""
_ROOM, _FIGURES, _TITLE = 8.9, 3.2, 2.8
"""Centimetres between heading and foot, and what figures and the title of the whole take of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A sheet; `sources` stand small at its foot, beside them where to read on, unless it is not about that."""

    title: str
    points: tuple[Point, ...] = ()
    figures: tuple[Figure, ...] = ()
    sources: tuple[Text, ...] = ()
    is_first: bool = False
    leads_on: bool = True

    @property
    def scale(self) -> Scale:
        """How large the points can be written."""
        return next((scale for scale in _TYPE if self._height(scale) <= self._room), Scale.SMALL)

    def fitted(self) -> Slide:
        """Return the sheet without the longest statements where it has more than fit: a full sheet is not read."""
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
    """All sheets. `address` is where to read on from those that lead on; "" for nowhere.

    It is a QR code too, which `code` describes. `mark` stands before it where it is only that of one source. `page` and
    `of` stand beside the numbers of the sheets, `sources` above those of a sheet.
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
