# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The nodes as a small drawing: this one on top, partners below it, and below each what it made known.

It says nothing that does not stand in the table as well, and every sign in it is a word.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from app.web.network.nodes import NodeLine
from app.web.wording import _

WIDTH, INDENT = 340, 22
HEIGHT, GAP = 50, 14
LETTERS = 36
MOST = 12
"""Nodes drawn; the table has all of them."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node: its place, and two lines of text. `works` is False for one that cannot be reached."""

    x: int
    y: int
    width: int
    name: str
    note: str
    works: bool

    @property
    def middle(self) -> int:
        """The height of its centre."""
        return self.y + HEIGHT // 2


@dataclass(frozen=True, slots=True)
class Picture:
    """`lines` are paths from a box to the one above it, each with whether that node can be reached."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[tuple[str, bool], ...]
    words: str
    left_out: int


def draw(site: str, own: str, nodes: Sequence[NodeLine]) -> Picture:
    """Return the drawing of this site, whose records are `own` in words, with the nodes around it."""
    top = Box(2, 2, WIDTH - 4, _fitting(site, 0), own, True)
    boxes, lines, above = [top], [], {"": top}
    for line in nodes[:MOST]:
        parent = above.get(line.through, top)
        box = _box(line, parent, boxes[-1].y + HEIGHT + GAP)
        lines.append((_path(parent, box), line.works))
        boxes.append(box)
        above[line.origin] = box
    return Picture(
        width=WIDTH,
        height=boxes[-1].y + HEIGHT + 2,
        boxes=tuple(boxes),
        lines=tuple(lines),
        words="; ".join(f"{line.name}: {line.records_in_words}, {line.fresh}" for line in nodes[:MOST]),
        left_out=max(0, len(nodes) - MOST),
    )


def _box(line: NodeLine, parent: Box, y: int) -> Box:
    x = parent.x + INDENT
    note = line.records_in_words if line.works else _("%(records)s, not reached", records=line.records_in_words)
    return Box(x, y, WIDTH - 2 - x, _fitting(line.name, x // 8), note, line.works)


def _path(parent: Box, box: Box) -> str:
    x = parent.x + INDENT // 2
    return f"M{box.x} {box.middle}H{x}V{parent.y + HEIGHT}"


def _fitting(text: str, less: int) -> str:
    return textwrap.shorten(text, LETTERS - less, placeholder=" …") if " " in text else text[: LETTERS - less]
