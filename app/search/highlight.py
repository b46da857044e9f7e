# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cuts the passage of a text that shows why it was found. Never produces markup."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import WordToken, clean, tokens_with

LENGTH = 240
"""Letters of a snippet, about three lines."""
LEAD = 60
"""Letters shown before the first match."""
ELLIPSIS = "…"


class Piece(NamedTuple):
    """A stretch of text and whether it is one of the words searched for."""

    text: str
    is_match: bool


class Highlighter:
    """Marks the words of a text that a query matched by."""

    def __init__(self, analyser: GermanAnalyser) -> None:
        self._analyser = analyser

    def mark(self, text: str, terms: Collection[str]) -> tuple[Piece, ...]:
        """The whole text in pieces; joined they are the text again (in composed form)."""
        text = clean(text)
        return _pieces(text, self._matches(text, terms), 0, len(text))

    def snippet(self, text: str, terms: Collection[str], length: int = LENGTH) -> tuple[Piece, ...]:
        """The passage of about `length` letters with most different matches, cut between words."""
        text = clean(text)
        matches = self._matches(text, terms)
        start, end = _window(text, matches, length)
        pieces = list(_pieces(text, matches, start, end))
        if start > 0:
            pieces.insert(0, Piece(ELLIPSIS, is_match=False))
        if end < len(text):
            pieces.append(Piece(ELLIPSIS, is_match=False))
        return tuple(pieces)

    def _matches(self, text: str, terms: Collection[str]) -> list[WordToken]:
        wanted = frozenset(terms)
        beginnings = self._analyser.beginnings(wanted)
        return [token for token in tokens_with(text, beginnings) if self._is_match(token, wanted)]

    def _is_match(self, token: WordToken, wanted: frozenset[str]) -> bool:
        written = [(piece, piece[0].isupper()) for piece in token.pieces or (token.text,)]
        words = [self._analyser.word(piece, split=split) for piece, split in written]
        if token.pieces:
            words.append(self._analyser.word(token.joined, split=False))
        return any(word.term in wanted or not wanted.isdisjoint(word.parts) for word in words)


def _window(text: str, matches: list[WordToken], length: int) -> tuple[int, int]:
    if len(text) <= length:
        return 0, len(text)
    best, most = 0, 0
    for first in matches:
        begin = max(0, first.start - LEAD)
        inside = {match.text.lower() for match in matches if begin <= match.start and match.end <= begin + length}
        if len(inside) > most:
            best, most = begin, len(inside)
    start = _next_word(text, best) if best else 0
    end = min(len(text), best + length)
    return start, end if end == len(text) else _word_end(text, end, start)


def _next_word(text: str, position: int) -> int:
    blank = text.find(" ", position, position + LEAD)
    return blank + 1 if blank >= 0 else position


def _word_end(text: str, position: int, start: int) -> int:
    blank = text.rfind(" ", start, position)
    return blank if blank > start else position


def _pieces(text: str, matches: list[WordToken], start: int, end: int) -> tuple[Piece, ...]:
    pieces = []
    position = start
    for match in matches:
        if match.start < start or match.end > end:
            continue
        pieces.append(Piece(text[position : match.start], is_match=False))
        pieces.append(Piece(text[match.start : match.end], is_match=True))
        position = match.end
    pieces.append(Piece(text[position:end], is_match=False))
    return tuple(piece for piece in pieces if piece.text)
