"""What matters of a record on one picture, as messengers and other sites show it: one drawing, as SVG and as PNG."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from app.records.five_lines import ShortLine
from app.web.records.kept import drawn_once
from app.web.records.page import RecordPage
from app.web.shell.access import services
from app.web.shell.links import node_title
from app.web.shell.shown import in_english, titled

WIDTH, HEIGHT = 1200, 630
"""What other sites ask for (`og:image`)."""
CARD_TYPES = {"png": "png", "svg": "svg+xml"}
SHOWN = ("outcome", "cost", "duration", "size")
_TITLE, _FIGURE, _TEXT = 46, 27, 70
"""So many letters fit into a line of the title, of a figure and of the summary."""
_FEW = 2
"""With fewer figures there is room for the summary."""
_COLOURS = {"success": "#007155", "partial": "#006b8c", "no_effect": "#454b6b", "stopped": "#925400"}
_OTHER = "#2044aa"


_SIZES, _ROOM = {"title": 47, "figure": 34}, {"title": 1060, "figure": 520}
"""Pixels of letters, and of a line for them; one with many wide letters is written smaller."""
_LETTER = 0.566
"""Width of a usual bold letter of Fira Sans, as part of its size."""
_WIDTHS = {**dict.fromkeys("MW", 1.6), **dict.fromkeys("mw…", 1.45), **dict.fromkeys("filjrt.,:;!()' ", 0.55)}
_CAPITAL = 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A line of the record: where it stands on the picture, its label, and its words in one line or two with size."""

    x: int
    y: int
    label: str
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The picture; `outcome` is its code, `colour` that of the outcome."""

    title: tuple[tuple[str, int], ...]
    place: str
    site: str
    outcome: str
    colour: str
    figures: tuple[Figure, ...]
    summary: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT


def card_of(page: RecordPage) -> Card:
    """Return what the picture of a record shows."""
    record = page.record
    title = textwrap.wrap(titled(record).text, _TITLE, max_lines=3, placeholder=" …")
    told = [line for line in page.text.lines if line.code in SHOWN and line.is_known]
    outcome = str(record.data.get("outcome") or "")
    english = in_english(record)
    summary = english.summary if english else record.summary
    return Card(
        title=_sized(title, "title"),
        place=textwrap.shorten(page.text.place, 78, placeholder=" …"),
        site=textwrap.shorten(node_title(page.entry.origin), 60, placeholder=" …"),
        outcome=outcome,
        colour=_COLOURS.get(outcome, _OTHER),
        figures=tuple(_figure(number, line) for number, line in enumerate(told)),
        summary=tuple(textwrap.wrap(summary, _TEXT, max_lines=4, placeholder=" …")) if len(told) < _FEW else (),
    )


def _figure(number: int, line: ShortLine) -> Figure:
    words = textwrap.wrap(line.text, _FIGURE, max_lines=2, placeholder=" …")
    return Figure(
        x=70 + 550 * (number % 2), y=318 + 122 * (number // 2), label=line.label, lines=_sized(words, "figure")
    )


def _sized(lines: Sequence[str], sort: str) -> tuple[tuple[str, int], ...]:
    return tuple((line, min(_SIZES[sort], int(_ROOM[sort] / (_LETTER * _wide(line))))) for line in lines)


def _wide(line: str) -> float:
    """Return how many usual letters a line is as wide as, one at least."""
    return max(1.0, sum(_WIDTHS.get(letter, _CAPITAL if letter.isupper() else 1.0) for letter in line))


def as_svg(page: RecordPage) -> str:
    """Return the picture as its drawing."""
    return render_template("records/card.svg", card=card_of(page))


def as_png(page: RecordPage) -> bytes:
    """Return the picture; raises ExportUnavailable, and Busy while others draw theirs."""
    sheets = services().sheets
    return drawn_once("picture.png", page, lambda whose: sheets.picture(as_svg(page), (WIDTH, HEIGHT), whose))
