# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
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
    OutsideArea,
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
from app.review.model.submission import Via
from app.review.model.workflow import ProposalState, StepRefused
from app.review.models import Proposal, Purpose, RemarkKind
from app.review.publisher import ApprovalMissing, MovedOn
from app.shared.errors import DomainError, Invalid, NotFound, Unavailable
from app.shared.wording import N_
from app.web.shell.access import services
from app.web.shell.errors import quota_words, stopped_words
from app.web.shell.language import current_language
from app.web.shell.wording import _, ngettext

_STATES: Mapping[ProposalState, str] = {
    ProposalState.DRAFT: N_("draft"),
    ProposalState.SUBMITTED: N_("to be looked at"),
    ProposalState.CHANGES_REQUESTED: N_("change requested"),
    ProposalState.APPROVED: N_("reviewed, not published yet"),
    ProposalState.PUBLISHED: N_("published"),
    ProposalState.DECLINED: N_("declined"),
    ProposalState.WITHDRAWN: N_("taken back by its author"),
}
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
_REFUSED: Mapping[type[DomainError], str] = {
    OwnProposal: N_("You wrote a part of this text. Somebody else decides on it, so that four eyes have seen it."),
    NotAllowed: N_("Your role does not reach to this. Somebody of the editors decides."),
    SecondPersonMissing: N_(
        "You approved this text. Its author has no account here, so somebody else of the editors publishes it: "
        "then four eyes have seen it."
    ),
    RevisionOutdated: N_("There is a newer text meanwhile. Please read it here before you decide."),
    ApprovalMissing: N_("Nobody has approved this text yet. Please read and approve it first."),
    Unconfirmed: N_("Please confirm first that you know what still stands open."),
    RecordGone: N_("The record was withdrawn in the meantime, so nothing can be published there."),
    NothingChanged: N_("The text is the same as the published one. There is nothing left to publish."),
    RemarkNotFound: N_("This remark was deleted in the meantime."),
    TextMissing: N_("Please write a sentence: the author reads it and learns what to do."),
    MovedOn: N_("Something else was published at the same moment. Please look at it and try once more."),
    HeadMoved: N_("Something else was published at the same moment. Please look at it and try once more."),
}
REFUSALS: tuple[type[DomainError], ...] = (
    *_REFUSED,
    StepRefused,
    TextTooLong,
    PublishingStopped,
    QuotaReached,
    RepositoryBusy,
)
"""What is answered on the page of the proposal, with everything that was typed; a busy repository as `MovedOn`."""


def state_words(state: ProposalState) -> str:
    """Return where a proposal stands."""
    return _(_STATES[state])


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


def refusal(error: DomainError | type[DomainError]) -> str:
    """Return why a step was refused; a type stands for an error that says nothing beyond it."""
    match error:
        case OutsideArea():
            return _outside_area(error)
        case StepRefused():
            return _("This is not possible any more. The proposal is: %(state)s.", state=state_words(error.state))
        case PublishingStopped():
            return stopped_words()
        case QuotaReached():
            return quota_words(error)
        case TextTooLong():
            return _(
                "Please shorten this to %(limit)s characters; now it has %(actual)s.",
                limit=error.limit,
                actual=error.length,
            )
    return _(_REFUSED.get(error if isinstance(error, type) else type(error), _REFUSED[MovedOn]))


def wrong_text(error: DomainError) -> str:
    """Return what is wrong with the text of a form, "" where the refusal has another reason."""
    return refusal(error) if isinstance(error, TextMissing | TextTooLong) else ""


def _outside_area(error: OutsideArea) -> str:
    """Return which text lies outside of what somebody looks after."""
    if error.before and error.after:
        return _("This record lies outside of the area that you look after. Somebody else of the editors decides.")
    if error.before:
        return _(
            "As it is published now, this record lies outside of the area that you look after, whatever the proposal"
            " makes of it. Somebody who looks after both decides."
        )
    return _(
        "With this proposal the record would lie outside of the area that you look after. Somebody who looks after"
        " both decides."
    )
