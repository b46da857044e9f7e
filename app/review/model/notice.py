# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person is told, on the site and by e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened.

    Of a record that somebody should look at again, `REVIEW_DUE` goes to those who may say that it still holds, and
    `REVIEW_WANTED` to the others who wrote it.
    """

    SUBMITTED = "submitted"
    COMMENTED = "commented"
    CHANGES_REQUESTED = "changes_requested"
    REVISED = "revised"
    TAKEN_OVER = "taken_over"
    APPROVED = "approved"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given_back"
    RECORD_WITHDRAWN = "record_withdrawn"
    REVIEW_DUE = "review_due"
    REVIEW_WANTED = "review_wanted"
    ANSWERED = "answered"
    RESPONDED = "responded"
    RESPONDED_ELSEWHERE = "responded_elsewhere"


ABOUT_RECORDS = frozenset(
    {
        NoticeKind.PUBLISHED,
        NoticeKind.RECORD_WITHDRAWN,
        NoticeKind.REVIEW_DUE,
        NoticeKind.REVIEW_WANTED,
        NoticeKind.ANSWERED,
        NoticeKind.RESPONDED,
        NoticeKind.RESPONDED_ELSEWHERE,
    }
)
"""After these, one goes on at the page of the record; after all others, at the proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line on a person's page. `params` hold title, kind, slug and what else the wording needs."""

    id: int
    person: str
    kind: NoticeKind
    at: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    proposal_id: str | None = None
    read_at: datetime | None = None
