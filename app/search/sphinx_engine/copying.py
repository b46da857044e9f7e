# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which copies of a record the servers show: told when they are written, and kept beside each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.search.answering.heads import Head
from app.search.copies import Copy, StandingBack
from app.search.port import IndexDocument
from app.search.sphinx_engine.layout import everything, listed, number
from app.search.sphinx_engine.rows import head_of
from app.search.sphinx_engine.servers import HeldTable

MOST = 100_000
"""Copies of what one commit changes."""


def copy_of(document: IndexDocument | Head) -> Copy:
    """Return a document as one of several copies."""
    return Copy(document.origin, document.id, document.digest, document.wording)


def hidden(copies: Mapping[int, Copy], standing_back: StandingBack) -> set[int]:
    """Return the numbers of those that no search shows."""
    back = standing_back(copies.values())
    return {place for place, copy in copies.items() if copy in back}


def other_copies(shards: Sequence[HeldTable], gone: set[int], here: Iterable[Copy]) -> dict[int, Copy]:
    """Return what stays of all that shares its identifier or its text with what goes or comes, by its number.

    What comes goes first, so its number is among those that are `gone`.
    """
    found = _read(shards, "id", gone)
    seen: set[int] = set()
    named = _names([*here, *found.values()])
    while named - seen:
        new, seen = named - seen, seen | named
        found |= _read(shards, "record", new) | _read(shards, "wording", new)
        named = _names(found.values())
    return {place: copy for place, copy in found.items() if place not in gone}


def _names(copies: Iterable[Copy]) -> set[int]:
    return {number(name) for copy in copies for name in (copy.id, copy.wording) if name}


def _read(shards: Sequence[HeldTable], column: str, numbers: Collection[int]) -> dict[int, Copy]:
    if not numbers:
        return {}
    where = f"WHERE {column} IN ({listed(numbers)}) {everything(MOST)}"
    rows = (row for held in shards for row in held.server.ask(f"SELECT id, head FROM {held.table} {where}"))
    return {int(place): copy_of(head_of(head)) for place, head in rows}
