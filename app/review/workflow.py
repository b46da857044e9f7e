"""The states of a proposal and the steps possible in each, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.review.submission import Via
from app.shared.errors import Conflict
from app.shared.wording import N_, Translator


class ProposalState(StrEnum):
    """The state of a proposal. A draft is not yet a proposal: only its author sees it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Return whether somebody still has to act."""
        return self in OPEN_STATES

    @property
    def waits_for(self) -> str:
        """Return who has to act: "author", "curator", or "" if the proposal is closed."""
        if self in (ProposalState.DRAFT, ProposalState.CHANGES_REQUESTED):
            return "author"
        return "curator" if self in (ProposalState.SUBMITTED, ProposalState.APPROVED) else ""


class Step(StrEnum):
    """What a person can do with a proposal."""

    SUBMIT = "submit"
    REVISE = "revise"
    TAKE_OVER = "take_over"
    RESOLVE = "resolve"
    REQUEST_CHANGES = "request_changes"
    APPROVE = "approve"
    PUBLISH = "publish"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class Unsettled(StrEnum):
    """Open points that the publisher may accept by confirming them."""

    WARNINGS = "warnings"
    REQUESTS = "requests"


_S = ProposalState
OPEN_STATES = frozenset({_S.SUBMITTED, _S.CHANGES_REQUESTED, _S.APPROVED})
FINAL_STATES = frozenset({_S.PUBLISHED, _S.DECLINED, _S.WITHDRAWN})

# A new text must be decided again, so each step that adds one leads back to SUBMITTED.
TRANSITIONS: Mapping[Step, tuple[frozenset[ProposalState], ProposalState]] = {
    Step.SUBMIT: (frozenset({_S.DRAFT}), _S.SUBMITTED),
    Step.REVISE: (OPEN_STATES, _S.SUBMITTED),
    Step.TAKE_OVER: (OPEN_STATES, _S.SUBMITTED),
    Step.RESOLVE: (OPEN_STATES, _S.SUBMITTED),
    Step.REQUEST_CHANGES: (OPEN_STATES, _S.CHANGES_REQUESTED),
    Step.APPROVE: (frozenset({_S.SUBMITTED}), _S.APPROVED),
    Step.PUBLISH: (frozenset({_S.APPROVED}), _S.PUBLISHED),
    Step.DECLINE: (OPEN_STATES, _S.DECLINED),
    Step.WITHDRAW: (OPEN_STATES, _S.WITHDRAWN),
}
"""Each step with the states in which it is possible and the state that it leads to."""


OF_THE_NODE = frozenset({Via.SEED, Via.RECOVERY})
"""Ways by which the node itself proposes a text: from the seed, or what it had published before a loss.

No editor wrote it, so a node with a single curator can publish it.
"""
WITHOUT_ACCOUNT = frozenset({Via.MIRROR, Via.PEER, Via.GUEST})
"""Ways by which a text comes from somebody without an account here; the author could be anyone, even a curator."""


STATES: Mapping[ProposalState, str] = {
    ProposalState.DRAFT: N_("draft"),
    ProposalState.SUBMITTED: N_("to be looked at"),
    ProposalState.CHANGES_REQUESTED: N_("change requested"),
    ProposalState.APPROVED: N_("reviewed, not published yet"),
    ProposalState.PUBLISHED: N_("published"),
    ProposalState.DECLINED: N_("declined"),
    ProposalState.WITHDRAWN: N_("taken back by its author"),
}
"""The states of a proposal in words."""


class StepRefused(Conflict):
    """`step` is not possible in `state`; probably somebody else was faster."""

    def said(self, say: Translator) -> str:
        state = say(STATES[self.state])
        return say.gettext("This is not possible any more. The proposal is: %(state)s.", state=state)

    step: Step
    state: ProposalState


def after(state: ProposalState, step: Step) -> ProposalState:
    """Return the state that `step` leads to; raises StepRefused."""
    sources, target = TRANSITIONS[step]
    if state not in sources:
        raise StepRefused(step, state)
    return target


def steps_from(state: ProposalState) -> frozenset[Step]:
    """Return the steps possible in a state, for anybody."""
    return frozenset(step for step, (sources, _target) in TRANSITIONS.items() if state in sources)
