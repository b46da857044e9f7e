# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cuts text into words and remembers where they stand and how they were written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
LONGEST = 64
"""Longer runs of letters are no words; they are cut here so that nobody can fill the index with them."""


@dataclass(frozen=True, slots=True)
class Token:
    """A written word, its place in the text and, for hyphenated words, its pieces."""

    text: str
    start: int
    end: int
    pieces: tuple[str, ...] = ()

    @property
    def joined(self) -> str:
        """The word without its hyphens: Dorf-App as DorfApp."""
        return "".join(self.pieces) if self.pieces else self.text


def clean(text: str) -> str:
    """The text in composed form, without invisible characters such as soft hyphens."""
    return unicodedata.normalize("NFC", text).translate(_INVISIBLE)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in their order. Pass the text through `clean` first."""
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) > LONGEST:
            word = word[:LONGEST].rstrip("-\u2010\u2011")
        pieces = tuple(_HYPHEN.split(word)) if not word.isalnum() else ()
        yield Token(word, match.start(), match.start() + len(word), pieces)
