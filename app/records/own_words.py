"""Tells the words of a record from those of the interface that they stand among: each may be in its own language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


def pieces(text: str, said: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, each with whether it is one of `said`, the record's own words in it."""
    # Most are said as a whole, and each would need a pattern of its own, which takes longest.
    found = [text] if text in said or not said else re.split(_pattern(said), text)
    yield from ((piece, piece in said) for piece in found if piece)


def _pattern(said: Sequence[str]) -> str:
    longest_first = sorted(said, key=len, reverse=True)
    return rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)"
