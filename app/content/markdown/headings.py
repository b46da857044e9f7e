# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Headings and tables as a page needs them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from app.content.markdown.context import Context

_HEADING = re.compile(r"h([1-6])")
_LOWEST = 6
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class HeadingProcessor(Treeprocessor):
    """Moves headings below those of the page and gives them ids."""

    def __init__(self, md: Markdown, context: Context) -> None:
        super().__init__(md)
        self._prefix = context.id_prefix
        self._top = context.top_level

    def run(self, root: Element) -> None:
        """Change the tree in place; the highest heading of the text gets the level `top_level`."""
        headings = [
            (element, int(found[1])) for element in root.iter() if (found := _HEADING.fullmatch(str(element.tag)))
        ]
        highest = min((level for _, level in headings), default=1)
        taken: Counter[str] = Counter()
        for element, level in headings:
            element.tag = f"h{min(self._top + level - highest, _LOWEST)}"
            name = slug("".join(element.itertext()))
            taken[name] += 1
            element.set("id", f"{self._prefix}{name}" if taken[name] == 1 else f"{self._prefix}{name}-{taken[name]}")


class TableProcessor(Treeprocessor):
    """Lets wide tables scroll by keyboard too, names them, and marks the cells that head a column."""

    def __init__(self, md: Markdown, context: Context) -> None:
        super().__init__(md)
        self._wording = context.wording

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.tag == "table":
                    parent[index] = self._wrapped(child)

    def _wrapped(self, table: Element) -> Element:
        for cell in table.iter():
            if cell.tag in ("th", "td"):
                _mark(cell)
        columns = ", ".join(filter(None, ("".join(cell.itertext()).strip() for cell in table.iter("th"))))
        box = Element("div", {"class": "table-scroll", "role": "region", "tabindex": "0"})
        box.set("aria-label", self._wording.table.format(columns=columns))
        box.append(table)
        box.tail, table.tail = table.tail, None
        return box


def _mark(cell: Element) -> None:
    align = cell.attrib.pop("align", None)
    if align in ("right", "center"):
        cell.set("class", f"align-{align}")
    if cell.tag == "th":
        cell.set("scope", "col")


def slug(text: str) -> str:
    """Return the text as an id: lowercase letters, digits and single hyphens, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-") or "abschnitt"
