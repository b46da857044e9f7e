# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a started query may go on."""

from __future__ import annotations

from collections.abc import Iterable

from app.search.whoosh_engine.segments import documents_of
from app.search.whoosh_engine.snapshot import Snapshot

SHORTEST_PREFIX = 2
MOST_TITLES = 3


def suggest(snapshot: Snapshot, labels: Iterable[str], prefix: str, limit: int) -> tuple[str, ...]:
    """Labels of the vocabulary first, then words that go on from the last one typed, then titles."""
    typed = " ".join(prefix.split())
    folded = typed.lower()
    if len(folded) < SHORTEST_PREFIX or limit < 1:
        return ()
    found: dict[str, str] = {}
    for text in (*_labels(labels, folded), *_words(snapshot, typed), *_titles(snapshot, folded)):
        if text.lower() != folded:
            found.setdefault(text.lower(), text)
    return tuple(found.values())[:limit]


def _labels(labels: Iterable[str], folded: str) -> list[str]:
    return sorted((label for label in labels if label.lower().startswith(folded)), key=lambda one: (len(one), one))[:4]


def _words(snapshot: Snapshot, typed: str) -> list[str]:
    before, _, last = typed.rpartition(" ")
    if len(last) < SHORTEST_PREFIX:
        return []
    folded = last.lower()
    fitting = [(count, word) for word, count in snapshot.head_words.items() if word.lower().startswith(folded)]
    ranked = sorted(fitting, key=lambda pair: (-pair[0], pair[1]))
    return [f"{before} {word}".strip() for _, word in ranked]


def _titles(snapshot: Snapshot, folded: str) -> list[str]:
    titles = (snapshot.head(document).title for document in documents_of(snapshot.live))
    fitting = (title for title in titles if title.lower().startswith(folded) or f" {folded}" in title.lower())
    return sorted(fitting)[:MOST_TITLES]
