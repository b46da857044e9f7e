# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The order of the hits."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

from app.search.port import Sort
from app.search.whoosh_engine.snapshot import Snapshot


def order(
    snapshot: Snapshot, documents: Iterable[int], scores: Mapping[int, float], sort: Sort, first: int
) -> list[int]:
    """The `first` documents in the wanted order. Equal ones: newer first, then by uid, so that pages are stable."""
    if sort is Sort.TITLE:
        return heapq.nsmallest(first, documents, key=lambda one: (snapshot.head(one).title_key, snapshot.head(one).uid))

    def key(document: int) -> tuple[float, float, str]:
        head = snapshot.head(document)
        rank = head.confirmed if sort is Sort.CONFIRMED else 0.0
        if sort is Sort.RELEVANCE:
            rank = round(scores.get(document, 0.0), 6)
        return -rank, -head.published, head.uid

    return heapq.nsmallest(first, documents, key=key)
