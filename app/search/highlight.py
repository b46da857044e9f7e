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
        text = clean(text)
        pieces = []
        position = 0
        for match in self._matches(text, terms):
            pieces.append(Piece(text[position : match.start], is_match=False))
            pieces.append(Piece(text[match.start : match.end], is_match=True))
            position = match.end
        pieces.append(Piece(text[position:], is_match=False))
        return tuple(piece for piece in pieces if piece.text)

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
