"""Proposals in the reader's words: what they are, where they stand, why a step was refused and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.identity.errors import NotAllowed
from app.records.repository import PublishingStopped, RepositoryBusy
from app.review.errors import (
    HeadMoved,
    NothingChanged,
    OwnProposal,
    QuotaReached,
    RecordGone,
    RemarkNotFound,
    RevisionOutdated,
    SecondPersonMissing,
    TextMissing,
    TextTooLong,
    Unconfirmed,
)
from app.review.models import Proposal, Purpose, RemarkKind
from app.review.publisher import ApprovalMissing
from app.review.submission import Via
from app.review.workflow import STATES, ProposalState, StepRefused
from app.shared.errors import DomainError, Invalid, NotFound, Unavailable
from app.shared.wording import N_
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.wording import _, error_words, ngettext

_WAITING: Mapping[ProposalState, str] = {
    ProposalState.SUBMITTED: N_("Waits for somebody of the editors who reads and decides."),
    ProposalState.CHANGES_REQUESTED: N_("Waits for the author, who was asked for a change."),
    ProposalState.APPROVED: N_("Was reviewed and waits for somebody of the editors who publishes it."),
}
_PURPOSES: Mapping[Purpose, str] = {
    Purpose.NEW: N_("new record"),
    Purpose.EDIT: N_("change of a record"),
    Purpose.WITHDRAWAL: N_("withdrawal"),
    Purpose.RESTORATION: N_("restoration"),
    Purpose.CONFIRMATION: N_("confirmation by the municipality"),
    Purpose.STILL_TRUE: N_("“Still true”"),
    Purpose.RESPONSE: N_("response"),
}
_WAYS: Mapping[Via, str] = {
    Via.FORM: N_("through the form"),
    Via.PUSH: N_("with git"),
    Via.MIRROR: N_("through the mirror"),
    Via.PEER: N_("from a partner site"),
    Via.SEED: N_("with the collection"),
    Via.RECOVERY: N_("when a backup was restored"),
    Via.GUEST: N_("by e-mail, without an account"),
}
_REMARKS: Mapping[RemarkKind, str] = {
    RemarkKind.COMMENT: N_("Remark"),
    RemarkKind.CHANGE_REQUEST: N_("Change requested"),
    RemarkKind.DECLINE: N_("Reason for declining"),
}
REFUSALS: tuple[type[DomainError], ...] = (
    OwnProposal,
    NotAllowed,
    SecondPersonMissing,
    RevisionOutdated,
    ApprovalMissing,
    Unconfirmed,
    RecordGone,
    NothingChanged,
    RemarkNotFound,
    TextMissing,
    HeadMoved,
    StepRefused,
    TextTooLong,
    PublishingStopped,
    QuotaReached,
    RepositoryBusy,
)
"""What is answered on the page of the proposal, with everything that was typed."""


def state_words(state: ProposalState) -> str:
    """Return where a proposal stands."""
    return _(STATES[state])


def waiting_words(state: ProposalState) -> str:
    """Return why a proposal waits and for whom."""
    return _(_WAITING[state]) if state in _WAITING else ""


def purpose_words(purpose: Purpose) -> str:
    """Return what a proposal would change."""
    return _(_PURPOSES[purpose])


def way_words(via: Via) -> str:
    """Return how a proposal came."""
    return _(_WAYS[via])


def remark_words(kind: RemarkKind) -> str:
    """Return what a remark is."""
    return _(_REMARKS[kind])


def age_words(age: timedelta) -> str:
    """Return for how long something has waited."""
    if age.days < 1:
        return _("since today")
    return ngettext("for %(num)s day", "for %(num)s days", age.days)


def withdrawn_since(proposal: Proposal) -> str:
    """Return why the record of a published proposal was withdrawn since then, "" where it stands."""
    node = services()
    if proposal.state is not ProposalState.PUBLISHED or proposal.purpose is Purpose.WITHDRAWAL:
        return ""
    try:
        node.catalogue.head_by_slug(proposal.kind, proposal.slug)
    except RecordWithdrawn as error:
        try:
            reason = node.catalogue.withdrawal(error.entry).reason
        except (Invalid, NotFound, Unavailable):
            # The note is damaged or cannot be read now; that the record was withdrawn stands in the catalogue.
            return _("not readable at present")
        return node.schemas.label("withdrawn.reason", reason, current_language())
    except RecordNotFound:
        pass
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed into the page: each text by its place, the place of what was refused, and what is wrong there.

    `others` are texts of a form that stands on another page, each behind the label of its field.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    wrong: str = ""
    others: tuple[tuple[str, str], ...] = ()


def wrong_text(error: DomainError) -> str:
    """Return what is wrong with the text of a form, "" where the refusal has another reason."""
    return error_words(error) if isinstance(error, TextMissing | TextTooLong) else ""
