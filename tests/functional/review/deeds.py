"""What tests of deciding do first."""

from typing import Any

from app.identity import Person
from app.review.models import Draft, DraftContent, Proposal
from app.review.submission import Published, Submission
from app.review.text.record_text import RecordText
from app.review.workflow import ProposalState
from tests import deciding
from tests.functional.review.node import AUTHOR, CURATOR, ReviewNode, new_concept


def submitted(node: ReviewNode, submission: Submission) -> Proposal:
    outcome = node.review.proposals.submit(submission)
    assert isinstance(outcome, Proposal), outcome
    return outcome


def sent(node: ReviewNode, author: Person = AUTHOR, **changes: Any) -> Proposal:
    return submitted(node, node.submission("eins", author, **changes))


def sent_draft(node: ReviewNode, draft: Draft) -> Proposal:
    outcome = node.review.proposals.submit_draft(draft.id, AUTHOR, draft.version)
    assert isinstance(outcome, Proposal), outcome
    return outcome


def revised(node: ReviewNode, proposal: Proposal, submission: Submission) -> Proposal:
    outcome = node.review.proposals.revise(proposal.id, submission)
    assert isinstance(outcome, Proposal), outcome
    return outcome


def published(node: ReviewNode, proposal: Proposal, by: Person = CURATOR) -> Published:
    outcome = deciding.publish(node.review.curation, proposal.id, by)
    assert isinstance(outcome, Published), outcome
    return outcome


def released(node: ReviewNode, proposal: Proposal, by: Person = CURATOR, *, round: int = 1) -> Published:  # noqa: A002 - named like the field
    """Approve and publish."""
    deciding.approve(node.review.curation, proposal.id, by, round=round)
    return published(node, proposal, by)


def approved(node: ReviewNode, author: Person = AUTHOR, by: Person = CURATOR, **changes: Any) -> Proposal:
    proposal = sent(node, author, **changes)
    return deciding.approve(node.review.curation, proposal.id, by, round=1)


def state(node: ReviewNode, proposal: Proposal) -> ProposalState:
    return node.review.proposals.view(proposal.id, CURATOR).proposal.state


def saved(node: ReviewNode, draft: Draft, **front: object) -> Draft:
    """Change fields of a draft of `AUTHOR`."""
    content = DraftContent(front={**draft.content.front, **front}, sections=draft.content.sections)  # type: ignore[dict-item]  # any JSON value will do
    outcome = node.review.drafts.save(draft.id, AUTHOR, content, draft.version)
    assert isinstance(outcome, Draft)
    return outcome


def written(node: ReviewNode) -> Draft:
    """A whole concept, not sent yet."""
    text = new_concept().text
    assert isinstance(text, RecordText)
    draft = node.review.drafts.start_empty("concept", AUTHOR)
    content = DraftContent(front=text.front, sections=text.sections)
    outcome = node.review.drafts.save(draft.id, AUTHOR, content, draft.version)
    assert isinstance(outcome, Draft)
    return outcome
