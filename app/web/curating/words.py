# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What proposals are and where they stand, in the reader's words."""

from __future__ import annotations

from datetime import timedelta

from app.review.model.proposal import Purpose, RemarkKind
from app.review.model.submission import Via
from app.review.model.workflow import ProposalState
from app.web.wording import _, ngettext


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
