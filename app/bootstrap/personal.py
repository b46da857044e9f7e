# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wires what gives out and forgets what is stored of people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from app.bootstrap.foundation import Foundation
from app.bootstrap.review import wire_guests
from app.content.proposals import ProposalRefs
from app.content.repository import REVIEW_LOCK
from app.db.scrubbing import scrub
from app.identity.service import IdentityService
from app.review.audit_log import AuditLog
from app.review.context import AfterStep
from app.review.personal.erasure import Erasure, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """The use cases around what is stored of people."""

    erasure: Erasure


def wire_personal(base: Foundation, identity: IdentityService, after_step: AfterStep) -> Personal:
    """Return them on the stores of the node."""
    surface = Surface(
        sessions=base.sessions,
        refs=ProposalRefs(base.repository),
        lock=partial(base.repository.exclusive, REVIEW_LOCK),
        guests=wire_guests(base),
        audit=AuditLog(base.sessions, base.clock),
        files=(
            ("inbox", base.public_copy.empty_inbox),
            ("objects", base.repository.scrub),
            ("database", lambda: scrub(base.sessions)),
        ),
        after_step=after_step,
    )
    return Personal(erasure=Erasure(identity, surface, base.clock))
