"""Marks in a text the words by which it was found. Never produces markup."""

from collections.abc import Collection
from typing import NamedTuple

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import WordToken, clean, tokens_with


class Piece(NamedTuple):
    """A piece of text and whether it is one of the words searched for."""

    text: str
    is_match: bool


class Highlighter:
    """Marks the words of a text by which a query matched."""

    def __init__(self, analyser: GermanAnalyser) -> None:
        self._analyser = analyser

    def mark(self, text: str, terms: Collection[str]) -> tuple[Piece, ...]:
        """Return the whole text in pieces; joined they give the text again (in composed Unicode form)."""
        text, wanted = clean(text), frozenset(terms)
        pieces = []
        position = 0
        for token in tokens_with(text, self._analyser.beginnings(wanted)):
            if self._is_match(token, wanted):
                pieces.append(Piece(text[position : token.start], is_match=False))
                pieces.append(Piece(text[token.start : token.end], is_match=True))
                position = token.end
        pieces.append(Piece(text[position:], is_match=False))
        return tuple(piece for piece in pieces if piece.text)

    def _is_match(self, token: WordToken, wanted: frozenset[str]) -> bool:
        written = [(piece, piece[0].isupper()) for piece in token.pieces or (token.text,)]
        words = [self._analyser.word(piece, split=split) for piece, split in written]
        if token.pieces:
            words.append(self._analyser.word(token.joined, split=False))
        return any(word.term in wanted or not wanted.isdisjoint(word.parts) for word in words)
