# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How old a record may get: a pure rule on its `review_by`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

DUE_DAYS = 60
"""So many days before `review_by` its authors are reminded."""
ARCHIVE_DAYS = 730
"""So many days after it, a record that nobody confirmed counts as archived: it stays readable, and says so."""


class Freshness(StrEnum):
    """Whether somebody has looked at a record lately."""

    CURRENT = "current"
    DUE = "due"
    OVERDUE = "overdue"
    ARCHIVED = "archived"


def freshness(review_by: str, today: date) -> Freshness:
    """Return how a record stands whose next look is due by `review_by` (YYYY-MM-DD)."""
    late = days_late(review_by, today)
    if late > ARCHIVE_DAYS:
        return Freshness.ARCHIVED
    if late > 0:
        return Freshness.OVERDUE
    return Freshness.DUE if late >= -DUE_DAYS else Freshness.CURRENT


def days_late(review_by: str, today: date) -> int:
    """Return how many days ago `review_by` was; negative before it."""
    return (today - date.fromisoformat(review_by)).days
