"""The tables of review. Their rows are the values that callers get; nobody changes one outside of a transaction."""

from app.review.models.confirmation import Confirmation, ConfirmationPurpose
from app.review.models.draft import Draft, DraftContent, DraftFile, DraftOrigin, DraftSavedElsewhere
from app.review.models.notice import ABOUT_RECORDS, AuditEvent, Message, Notice, NoticeKind, Position
from app.review.models.proposal import AT_ONCE, Approval, Proposal, Purpose, Remark, RemarkKind, Revision

__all__ = [
    "ABOUT_RECORDS",
    "AT_ONCE",
    "Approval",
    "AuditEvent",
    "Confirmation",
    "ConfirmationPurpose",
    "Draft",
    "DraftContent",
    "DraftFile",
    "DraftOrigin",
    "DraftSavedElsewhere",
    "Message",
    "Notice",
    "NoticeKind",
    "Position",
    "Proposal",
    "Purpose",
    "Remark",
    "RemarkKind",
    "Revision",
]
