# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The order of the hits. Equal ones: newer first, then by uid, so that pages are stable."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence

from app.search.port import Sort
from app.search.whoosh_engine.scoring import DECIMALS
from app.search.whoosh_engine.snapshot import Snapshot


def by_relevance(snapshot: Snapshot, scores: Mapping[int, float], first: int) -> list[int]:
    """The `first` documents with the highest scores."""
    return _highest(snapshot, list(scores), lambda document: round(scores[document], DECIMALS), first)


def order(snapshot: Snapshot, documents: Sequence[int], sort: Sort, first: int) -> list[int]:
    """The `first` documents in an order that no words decide; by relevance that is newest first."""
    if sort is Sort.TITLE:
        return heapq.nsmallest(first, documents, key=lambda one: (snapshot.head(one).title_key, snapshot.head(one).uid))
    if sort is Sort.CONFIRMED:
        return _highest(snapshot, documents, lambda document: snapshot.head(document).confirmed, first)
    return _highest(snapshot, documents, lambda document: snapshot.head(document).published, first)


def _highest(snapshot: Snapshot, documents: Sequence[int], rank: Callable[[int], float], first: int) -> list[int]:
    def key(document: int) -> tuple[float, float, str]:
        head = snapshot.head(document)
        return -rank(document), -head.published, head.uid

    return sorted(_foremost(documents, rank, first), key=key)[:first]


def _foremost(documents: Sequence[int], rank: Callable[[int], float], first: int) -> Sequence[int]:
    """Those that can be among the `first`: what ranks below so many others need not be compared any further."""
    if len(documents) <= first:
        return documents
    ranks = [rank(document) for document in documents]
    last = heapq.nlargest(first, ranks)[-1]
    return [document for document, value in zip(documents, ranks, strict=True) if value >= last]
