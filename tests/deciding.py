"""Single steps of deciding on proposals, for tests of what comes before and after them."""

# ruff: noqa: A002 - `round` is named like the field

from collections.abc import Set as AbstractSet

from app.identity import Person
from app.review.curation import CurationService
from app.review.decision import Decision
from app.review.models import Proposal
from app.review.submission import Conflicted, Published, Rejected
from app.review.workflow import Step, Unsettled

Outcome = Published | Conflicted | Rejected


def _row(curation: CurationService, proposal_id: str, by: Person, decision: Decision) -> Proposal:
    outcome = curation.decide(proposal_id, by, decision)
    assert isinstance(outcome, Proposal), outcome
    return outcome


def comment(curation: CurationService, proposal_id: str, by: Person, text: str, field: str = "") -> Proposal:
    return _row(curation, proposal_id, by, Decision(remarks={field: text}))


def request_changes(
    curation: CurationService, proposal_id: str, by: Person, text: str, *, round: int, field: str = ""
) -> Proposal:
    decision = Decision(step=Step.REQUEST_CHANGES, round=round, remarks={field: text})
    return _row(curation, proposal_id, by, decision)


def approve(curation: CurationService, proposal_id: str, by: Person, *, round: int) -> Proposal:
    return _row(curation, proposal_id, by, Decision(step=Step.APPROVE, round=round))


def decline(curation: CurationService, proposal_id: str, by: Person, reason: str) -> Proposal:
    return _row(curation, proposal_id, by, Decision(step=Step.DECLINE, remarks={"": reason}))


def settle(
    curation: CurationService, proposal_id: str, by: Person, remark_id: str, *, settled: bool = True
) -> Proposal:
    return _row(curation, proposal_id, by, Decision(marks={remark_id: settled}))


def publish(
    curation: CurationService, proposal_id: str, by: Person, confirmed: AbstractSet[Unsettled] = frozenset()
) -> Outcome:
    outcome = curation.decide(proposal_id, by, Decision(step=Step.PUBLISH, confirmed=confirmed))
    assert not isinstance(outcome, Proposal)
    return outcome
