# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the reader may do with a proposal now, and why not where they may not."""

from __future__ import annotations

from dataclasses import dataclass

from app.identity import Action, Person
from app.review.change import Change
from app.review.errors import NotAllowed
from app.review.model.proposal import ProposalView
from app.review.model.workflow import Step, is_seconded, needs_two, steps_from
from app.web.curating.refusing import four_eyes, refusal, two_people


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """The buttons of the page; `why_not` says why somebody who is here cannot decide.

    With `needs_two` the one who approves cannot publish; `why_not_publish` tells them so afterwards.
    """

    revise: bool = False
    take_over: bool = False
    withdraw: bool = False
    request_changes: bool = False
    approve: bool = False
    publish: bool = False
    decline: bool = False
    resolve: bool = False
    needs_two: bool = False
    why_not: str = ""
    why_not_publish: str = ""

    @property
    def decide(self) -> bool:
        """Tell whether the reader decides about the proposal."""
        return self.request_changes or self.approve or self.publish or self.decline


def deeds(view: ProposalView, change: Change, person: Person) -> Deeds:
    """Return what `person` may do with a proposal that asks for `change`."""
    proposal, steps = view.proposal, steps_from(view.proposal.state)
    if not steps:
        return Deeds()
    own, mine = person.id in view.writers, person.id == proposal.author
    reviews, curates = change.allows(person, Action.REVIEW), change.allows(person, Action.CURATE)
    publishes = change.allows(person, Action.PUBLISH) and Step.PUBLISH in steps
    seconded = _is_seconded(view, person)
    return Deeds(
        revise=mine and Step.REVISE in steps,
        take_over=curates and not mine and Step.TAKE_OVER in steps,
        withdraw=mine and Step.WITHDRAW in steps,
        request_changes=reviews and Step.REQUEST_CHANGES in steps,
        approve=reviews and Step.APPROVE in steps,
        publish=publishes and seconded,
        decline=reviews and Step.DECLINE in steps,
        resolve=(mine or curates) and Step.RESOLVE in steps,
        needs_two=needs_two(proposal.via, proposal.author),
        why_not=four_eyes() if own else _why_not(change, person),
        why_not_publish=two_people() if publishes and not seconded else "",
    )


def _is_seconded(view: ProposalView, person: Person) -> bool:
    proposal = view.proposal
    standing = {one.person for one in view.approvals if one.round == proposal.rounds} - view.writers
    return is_seconded(proposal.via, proposal.author, standing, person.id)


def _why_not(change: Change, person: Person) -> str:
    try:
        change.permit(person, Action.REVIEW)
    except NotAllowed as error:
        return refusal(error)
    return ""
