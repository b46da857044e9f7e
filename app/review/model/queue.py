# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits, why, for whom and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.review.model.proposal import Proposal
from app.review.model.workflow import ProposalState


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which proposals to list; empty means all. `topics` and `regions` (states such as "HE") match any of theirs."""

    states: frozenset[ProposalState] = frozenset()
    kinds: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One line of the queue. `age` is how long it has been in its state; `waits_for` is "author", "curator" or ""."""

    proposal: Proposal
    age: timedelta
    waits_for: str
    open_remarks: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueRecord:
    """A published record whose `review_by` has passed `days` ago.

    `topics`, `states` and `organisations` say who looks after it.
    """

    kind: str
    slug: str
    record_id: str
    title: str
    review_by: str
    days: int
    topics: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
