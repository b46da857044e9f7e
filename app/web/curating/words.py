# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Proposals in the reader's words: what they are, where they stand, why a step was refused and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.content.repository import PublishingStopped
from app.errors import DomainError
from app.review.errors import (
    HeadMoved,
    NotAllowed,
    NothingChanged,
    OutsideArea,
    OwnProposal,
    RecordGone,
    RevisionOutdated,
    SecondPersonMissing,
    TextMissing,
    TextTooLong,
)
from app.review.model.proposal import Purpose, RemarkKind
from app.review.model.submission import Via
from app.review.model.workflow import ProposalState, StepRefused
from app.review.publisher import ApprovalMissing, MovedOn
from app.web.shell.errors import stopped_words
from app.web.shell.wording import _, ngettext


def state_words(state: ProposalState) -> str:
    """Return where a proposal stands."""
    return {
        ProposalState.DRAFT: _("draft"),
        ProposalState.SUBMITTED: _("to be looked at"),
        ProposalState.CHANGES_REQUESTED: _("change requested"),
        ProposalState.APPROVED: _("reviewed, not published yet"),
        ProposalState.PUBLISHED: _("published"),
        ProposalState.DECLINED: _("declined"),
        ProposalState.WITHDRAWN: _("taken back by its author"),
    }[state]


def waiting_words(state: ProposalState) -> str:
    """Return why a proposal waits and for whom."""
    return {
        ProposalState.SUBMITTED: _("Waits for somebody of the editors who reads and decides."),
        ProposalState.CHANGES_REQUESTED: _("Waits for the author, who was asked for a change."),
        ProposalState.APPROVED: _("Was reviewed and waits for somebody of the editors who publishes it."),
    }.get(state, "")


def purpose_words(purpose: Purpose) -> str:
    """Return what a proposal would change."""
    return {
        Purpose.NEW: _("new record"),
        Purpose.EDIT: _("change of a record"),
        Purpose.WITHDRAWAL: _("withdrawal"),
        Purpose.RESTORATION: _("restoration"),
        Purpose.CONFIRMATION: _("confirmation by the municipality"),
        Purpose.STILL_TRUE: _("“Still true”"),
        Purpose.RESPONSE: _("response"),
    }[purpose]


def way_words(via: Via) -> str:
    """Return how a proposal came."""
    return {
        Via.FORM: _("through the form"),
        Via.PUSH: _("with git"),
        Via.MIRROR: _("through the mirror"),
        Via.PEER: _("from a partner site"),
        Via.SEED: _("with the collection"),
        Via.RECOVERY: _("when a backup was restored"),
    }[via]


def remark_words(kind: RemarkKind) -> str:
    """Return what a remark is."""
    return {
        RemarkKind.COMMENT: _("Remark"),
        RemarkKind.CHANGE_REQUEST: _("Change requested"),
        RemarkKind.DECLINE: _("Reason for declining"),
    }[kind]


def age_words(age: timedelta) -> str:
    """Return for how long something has waited."""
    if age.days < 1:
        return _("since today")
    return ngettext("for %(num)s day", "for %(num)s days", age.days)


REFUSALS = (
    OwnProposal, NotAllowed, SecondPersonMissing, StepRefused, RevisionOutdated, ApprovalMissing, RecordGone, MovedOn,
    HeadMoved, NothingChanged, TextMissing, TextTooLong, PublishingStopped,
)  # fmt: skip
"""What is answered on the page of the proposal, with everything that was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """A text that was typed into a form which is not on the page; `label` names its field."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form that was refused: which one, the text in it, and what is wrong with the text ("" where nothing is).

    `others` are texts of a form that stands on another page.
    """

    form: str = ""
    text: str = ""
    wrong: str = ""
    others: tuple[GivenBack, ...] = ()


def four_eyes() -> str:
    """Return why nobody decides on words of their own."""
    return _("You wrote a part of this text. Somebody else decides on it, so that four eyes have seen it.")


def out_of_scope() -> str:
    """Return why somebody who sees a proposal does not decide on it."""
    return _("Your role does not reach to this. Somebody of the editors decides.")


def two_people() -> str:
    """Return why whoever approved a text from elsewhere does not publish it too."""
    return _(
        "You approved this text. Its author has no account here, so somebody else of the editors publishes it: "
        "then four eyes have seen it."
    )


def outside_area(error: OutsideArea) -> str:
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


def refusal(error: DomainError) -> str:
    """Return why a step was refused."""
    if isinstance(error, OutsideArea):
        return outside_area(error)
    if isinstance(error, StepRefused):
        return _("This is not possible any more. The proposal is: %(state)s.", state=state_words(error.state))
    if isinstance(error, PublishingStopped):
        return stopped_words(error)
    known: dict[type[DomainError], Callable[[], str]] = {
        OwnProposal: four_eyes,
        NotAllowed: out_of_scope,
        SecondPersonMissing: two_people,
        RevisionOutdated: lambda: _("There is a newer text meanwhile. Please read it here before you decide."),
        ApprovalMissing: lambda: _("Nobody has approved this text yet. Please read and approve it first."),
        RecordGone: lambda: _("The record was withdrawn in the meantime, so nothing can be published there."),
        NothingChanged: lambda: _("The text is the same as the published one. There is nothing left to publish."),
    }
    words = known.get(type(error))
    moved = _("Something else was published at the same moment. Please look at it and try once more.")
    return words() if words else wrong_text(error) or moved


def wrong_text(error: DomainError) -> str:
    """Return what is wrong with the text of a form, "" where the refusal has another reason."""
    if isinstance(error, TextMissing):
        return _("Please write a sentence: the author reads it and learns what to do.")
    if isinstance(error, TextTooLong):
        return _(
            "Please shorten this to %(limit)s characters; now it has %(actual)s.",
            limit=error.limit,
            actual=error.length,
        )
    return ""
