# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every use case of review works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.clock import Clock
from app.content.proposals import ProposalRefs
from app.db import Sessions
from app.review.change import Changes
from app.review.journal.audit import AuditLog
from app.review.journal.notices import Notices
from app.review.model.people import People
from app.review.proposals.lock import ReviewLock
from app.review.proposals.store import ProposalStore
from app.review.text.texts import Texts

AfterStep = Callable[[str], None]
"""Told the name of each step once it is done; tests end the process there."""


def nothing(step: str) -> None:
    """Go on."""
    del step


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The stores of review and those who are told; made once per process."""

    sessions: Sessions
    lock: ReviewLock
    store: ProposalStore
    texts: Texts
    changes: Changes
    refs: ProposalRefs
    audit: AuditLog
    notices: Notices
    people: People
    clock: Clock
    after_step: AfterStep = nothing
