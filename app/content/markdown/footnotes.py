# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`[^key]` as a raised number that leads to the source."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

from app.content.markdown.context import Context

_KEY = r"\[\^([a-z0-9-]{1,40})\]"
_RUN = rf"{_KEY}(?:[ ]?{_KEY}){{0,19}}"


class FootnoteProcessor(InlineProcessor):
    """Turns a run of footnotes into one `<sup>` with a link per source; unknown keys stay text."""

    def __init__(self, md: Markdown, context: Context) -> None:
        super().__init__(_RUN, md)
        self._wording = context.wording
        self._numbers = {source.key: number for number, source in enumerate(context.sources, 1)}
        self._titles = {source.key: source.title for source in context.sources}

    def handleMatch(  # type: ignore[override]  # noqa: N802  # Python-Markdown names the hook.
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the element and the span of text that it replaces."""
        del data
        keys = re.findall(_KEY, m[0])
        if any(key not in self._numbers for key in keys):
            return None, None, None
        return self._element(list(dict.fromkeys(keys))), m.start(0), m.end(0)

    def _element(self, keys: list[str]) -> Element:
        sup = Element("sup", {"class": "source-refs"})
        for key in keys:
            link = SubElement(sup, "a", {"href": f"#quelle-{key}"})
            number = str(self._numbers[key])
            link.set("aria-label", self._wording.source.format(number=number, title=self._titles[key]))
            link.text = number
            link.tail = "" if key == keys[-1] else ", "
        return sup
