# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that review offers, by who does it."""

from __future__ import annotations

from dataclasses import dataclass

from app.review.curation.service import CurationService
from app.review.drafts.service import DraftService
from app.review.journal.audit import AuditLog
from app.review.journal.notices import Notices
from app.review.mail.courier import Courier
from app.review.proposals.overtaken import OvertakenDrafts
from app.review.proposals.service import ProposalService
from app.review.queue.overdue import OverdueRecords
from app.review.queue.proposals import ProposalQueue
from app.review.records.service import RecordService
from app.review.repair.reconciliation import Reconciliation
from app.review.responses.service import ResponseService


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewService:
    """The use cases of review; one object per process, safe for all its threads.

    Each method is one use case with one typed outcome, and takes the acting person. What a use case needs to change in
    several places it changes so that `reconciliation` can finish it after a crash.
    """

    drafts: DraftService
    proposals: ProposalService
    overtaken: OvertakenDrafts
    curation: CurationService
    records: RecordService
    responses: ResponseService
    queue: ProposalQueue
    overdue: OverdueRecords
    notices: Notices
    audit: AuditLog
    courier: Courier
    reconciliation: Reconciliation
