# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells the words of a record from those of the interface that they stand among: each may be in its own language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


def pieces(text: str, said: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, each with whether it is one of `said`, the record's own words in it."""
    longest_first = sorted(said, key=len, reverse=True)
    pattern = rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)"
    yield from ((piece, piece in said) for piece in (re.split(pattern, text) if said else [text]) if piece)
