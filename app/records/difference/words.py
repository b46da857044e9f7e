"""Two texts word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from app.records.difference.result import TextPiece

_CHUNK = re.compile(r"\S+(?:(?<=\d)[^\S\n](?:[%‰€$£]|\d{3}(?!\d))\S*|(?<=\d\.)[^\S\n]\w+[^\S\n]\d{4}\S*)*|\s+")
"""What stands between two spaces; a number with its unit and a date with its month are one ("1.200,50 €", "12 000")."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_DIGIT = re.compile(r"\d")
_LONGEST_LINES = 3000
_LONGEST_WORDS = 1200
"""Beyond these the comparison would take seconds, and nobody reads such a difference word by word."""


def compare_texts(old: str, new: str) -> tuple[tuple[TextPiece, ...], tuple[TextPiece, ...]]:
    """Return both texts in pieces, first by line, then by word within what changed; an empty text has none."""
    if old == new:
        return _pieces([(old, False)]), _pieces([(new, False)])
    pairs = list(_by_line(old.splitlines(keepends=True), new.splitlines(keepends=True)))
    return (
        _pieces([piece for left, _ in pairs for piece in left]),
        _pieces([piece for _, right in pairs for piece in right]),
    )


_Piece = tuple[str, bool]
_Pair = tuple[list[_Piece], list[_Piece]]


def _by_line(old: list[str], new: list[str]) -> Iterator[_Pair]:
    if max(len(old), len(new)) > _LONGEST_LINES:
        yield [("".join(old), True)], [("".join(new), True)]
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "replace":
            yield _by_word(_words(left), _words(right))
        else:
            yield [(left, tag != "equal")], [(right, tag != "equal")]


def _words(text: str) -> list[str]:
    """Return a text in words; what holds a digit stays whole, as a sign within or beside it would change the number."""
    found = _CHUNK.findall(text)
    return [word for chunk in found for word in ([chunk] if _DIGIT.search(chunk) else _WORD.findall(chunk))]


def _by_word(old: list[str], new: list[str]) -> _Pair:
    if max(len(old), len(new)) > _LONGEST_WORDS:
        return [("".join(old), True)], [("".join(new), True)]
    left: list[_Piece] = []
    right: list[_Piece] = []
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (tag, i1, i2, j1, j2) in enumerate(opcodes):
        # A lone space between two changed words belongs to the change.
        changed = tag != "equal" or (0 < number < len(opcodes) - 1 and "".join(old[i1:i2]).isspace())
        left.append(("".join(old[i1:i2]), changed))
        right.append(("".join(new[j1:j2]), changed))
    return left, right


def _pieces(pieces: list[_Piece]) -> tuple[TextPiece, ...]:
    """Join neighbours of the same sort."""
    joined: list[_Piece] = []
    for text, changed in pieces:
        if text and joined and joined[-1][1] == changed:
            joined[-1] = (joined[-1][0] + text, changed)
        elif text:
            joined.append((text, changed))
    return tuple(TextPiece(text=text, changed=changed) for text, changed in joined)
