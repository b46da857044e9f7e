"""All use cases of review, grouped by who carries them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.review.audit_log import AuditLog
from app.review.confirmations import Confirmations
from app.review.context import ReviewContext
from app.review.corrections import CorrectionService
from app.review.curation import CurationService
from app.review.drafts.service import DraftService, StaleDrafts
from app.review.drafts.start import ProposalDrafts
from app.review.notices.mail import MailSender
from app.review.notices.notice import Notices
from app.review.proposals.intake import Intake
from app.review.proposals.service import ProposalService
from app.review.publisher import FollowUp, Publisher
from app.review.questions import GuestQuestions
from app.review.queue import OverdueRecords, ProposalQueue, Search
from app.review.reconciliation import Reconciliation
from app.review.records import RecordService
from app.review.responses.service import ResponseService
from app.review.terms import TermService


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewService:
    """The use cases of review, thread-safe, with typed outcomes; `reconciliation` can complete them after a crash."""

    drafts: DraftService
    proposals: ProposalService
    confirmations: Confirmations
    guests: GuestQuestions
    stale_drafts: StaleDrafts
    curation: CurationService
    records: RecordService
    terms: TermService
    responses: ResponseService
    corrections: CorrectionService
    queue: ProposalQueue
    overdue: OverdueRecords
    notices: Notices
    audit: AuditLog
    mail: MailSender
    reconciliation: Reconciliation


def open_review(
    context: ReviewContext,
    confirmations: Confirmations,
    mail: MailSender,
    search: Search,
    follow_ups: Sequence[tuple[str, FollowUp]],
) -> ReviewService:
    """Return the service, reading nothing; `follow_ups` (by name) run after each publication, in order."""
    intake = Intake(context)
    publisher = Publisher(context, follow_ups)
    returned = ProposalDrafts(context)
    proposals = ProposalService(context, intake, returned)
    corrections = CorrectionService(context, intake, publisher)
    return ReviewService(
        drafts=DraftService(context, returned),
        proposals=proposals,
        confirmations=confirmations,
        guests=GuestQuestions(confirmations, proposals, context.sessions),
        stale_drafts=StaleDrafts(context),
        curation=CurationService(context, intake, returned, publisher, corrections),
        records=RecordService(context, publisher),
        terms=TermService(context, publisher),
        responses=ResponseService(context, publisher, corrections.tell, confirmations.renewal),
        corrections=corrections,
        queue=ProposalQueue(context),
        overdue=OverdueRecords(context, search),
        notices=context.notices,
        audit=context.audit,
        mail=mail,
        reconciliation=Reconciliation(context, publisher, returned),
    )
