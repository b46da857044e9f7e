# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Offers for an empty text what its author wrote elsewhere already, so that nobody has to write it twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.content.checks.language.sentences import plain, whole_sentences
from app.content.schema import FieldSpec, KindSchema
from app.review.model.submission import WrittenText

SUGGEST = "vorschlagen:"
"""What the value of a button begins with that asks for it; the name of the field follows."""

_ITEM = re.compile(r"^[ \t]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]+", re.MULTILINE)
_END = (".", "!", "?")


def wanted(button: str, kind: KindSchema) -> FieldSpec | None:
    """Return the field for which a button asks, None if it asks for none."""
    spec = kind.by_key.get(button.removeprefix(SUGGEST)) if button.startswith(SUGGEST) else None
    return spec if spec and spec.suggest else None


def with_suggestion(spec: FieldSpec, text: WrittenText) -> WrittenText:
    """Return the text with the field filled, if it was empty and there is something to take."""
    found = suggestion(spec, text)
    if text.front.get(spec.key) or not found:
        return text
    return WrittenText(front={**text.front, spec.key: found}, sections=text.sections)


def suggestion(spec: FieldSpec, text: WrittenText) -> str:
    """Return the first sentence of each section that the schema names, then of the last one as many as have room."""
    told = [list(_sentences(text.sections.get(section, ""))) for section in spec.suggest]
    told = [sentences for sentences in told if sentences]
    order = [*(sentences[0] for sentences in told), *(told[-1][1:] if told else ())]
    found = ""
    for sentence in order:
        longer = f"{found} {sentence}".strip()
        if spec.max_length and len(longer) > spec.max_length:
            break
        found = longer
    return found


def _sentences(markdown: str) -> Iterator[str]:
    for block in _ITEM.sub("\n", markdown).split("\n"):
        for sentence in whole_sentences(plain(block)):
            yield sentence if sentence.endswith(_END) else f"{sentence}."
