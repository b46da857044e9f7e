# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every use case of review works with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from app.clock import Clock
from app.content.proposals import ProposalRefs
from app.content.repository import REVIEW_LOCK, ContentRepository
from app.db import Sessions
from app.review.audit_log import AuditLog
from app.review.notices.notice import Notices
from app.review.people import People
from app.review.proposals.store import ProposalStore
from app.review.subject import ProposedChanges
from app.review.text.stored import StoredTexts


class ReviewLock:
    """Held while references and rows of proposals change together, so that a repair never meets half a step."""

    def __init__(self, repository: ContentRepository) -> None:
        """Lock beside `repository`, between all threads and processes of the machine."""
        self._repository = repository

    def held(self) -> AbstractContextManager[None]:
        """Hold the lock; raises RepositoryBusy after a minute. It cannot be taken twice."""
        return self._repository.exclusive(REVIEW_LOCK)


AfterStep = Callable[[str], None]
"""Told the name of each step once it is done; tests end the process there."""


def nothing(step: str) -> None:
    """Go on."""
    del step


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewContext:
    """The stores of review and those who are told; made once per process."""

    sessions: Sessions
    lock: ReviewLock
    store: ProposalStore
    texts: StoredTexts
    changes: ProposedChanges
    refs: ProposalRefs
    audit: AuditLog
    notices: Notices
    people: People
    clock: Clock
    after_step: AfterStep = nothing
