"""A proposal is decided on, or gets a newer text, while somebody improves it."""

from __future__ import annotations

import pytest

from app.identity.errors import NotAllowed
from app.review.errors import ProposalNotFound, RevisionOutdated
from app.review.models import Draft, DraftContent, Proposal, Purpose
from app.review.workflow import StepRefused
from tests.functional.review.conftest import OpenNode
from tests.functional.review.deeds import saved, sent_draft, submitted, written
from tests.functional.review.node import AUTHOR, CURATOR, OTHER_AUTHOR, OTHER_CURATOR, READER, ReviewNode, new_concept


@pytest.fixture
def improving(node: ReviewNode) -> Draft:
    proposal = submitted(node, new_concept(title="Neu", files={"plan.txt": b"Plan"}))
    return saved(node, node.review.drafts.start_from_proposal(proposal.id, AUTHOR), title="Besser")


def sent_alone(node: ReviewNode, draft: Draft) -> Proposal:
    with pytest.raises(StepRefused):
        node.review.proposals.submit_draft(draft.id, AUTHOR, draft.version)
    alone = node.review.stale_drafts.stand_alone(draft.id, AUTHOR)
    assert (alone.proposal_id, alone.round, alone.content) == (None, None, draft.content)
    outcome = node.review.proposals.submit_draft(draft.id, AUTHOR, alone.version)
    assert isinstance(outcome, Proposal), outcome
    assert outcome.id != draft.proposal_id
    return outcome


def test_after_a_refusal_the_text_becomes_a_proposal_of_its_own(node: ReviewNode, improving: Draft) -> None:
    node.review.curation.decline(improving.proposal_id or "", CURATOR, "Nein.")
    outcome = sent_alone(node, improving)
    assert (outcome.title, outcome.purpose) == ("Besser", Purpose.NEW)
    assert node.review.proposals.file(outcome.id, AUTHOR, "plan.txt") == b"Plan"


def test_after_publication_the_text_becomes_a_change_of_the_record(node: ReviewNode, improving: Draft) -> None:
    node.review.curation.approve(improving.proposal_id or "", CURATOR, round=1)
    node.review.curation.publish(improving.proposal_id or "", CURATOR)
    outcome = sent_alone(node, improving)
    assert (outcome.title, outcome.purpose, outcome.slug) == ("Besser", Purpose.EDIT, "neu")
    assert outcome.base == node.record("neu").digest


def test_a_draft_that_outlived_its_own_sending_can_stand_alone_too(open_node: OpenNode) -> None:
    other = open_node()

    def save_elsewhere(step: str) -> None:
        if step == "proposal_row":
            saved(other, other.review.drafts.load(draft.id, AUTHOR), title="Später gesichert")

    node = open_node(after_step=save_elsewhere)
    draft = written(node)
    sent = sent_draft(node, draft)
    other.review.curation.decline(sent.id, CURATOR, "Nein.")
    assert sent_alone(other, other.review.drafts.load(draft.id, AUTHOR)).title == "Später gesichert"


def test_a_field_that_both_changed_is_decided_and_the_rest_of_both_is_kept(node: ReviewNode, improving: Draft) -> None:
    theirs = node.review.drafts.start_from_proposal(improving.proposal_id or "", CURATOR)
    front = {**theirs.content.front, "title": "Von Berta", "purpose": "Neuer Zweck."}
    content = DraftContent(front=front, sections=theirs.content.sections)
    node.review.drafts.attach(theirs.id, CURATOR, "karte.txt", b"Karte")
    edited = node.review.drafts.save(theirs.id, CURATOR, content, theirs.version)
    assert isinstance(edited, Draft)
    assert isinstance(node.review.proposals.submit_draft(edited.id, CURATOR, edited.version), Proposal)
    with pytest.raises(RevisionOutdated):
        node.review.proposals.submit_draft(improving.id, AUTHOR, improving.version)
    standing = node.review.stale_drafts.status(improving)
    assert standing is not None
    assert (standing.round, standing.must_meet) == (2, True)
    assert [field.key for field in node.review.stale_drafts.merged(improving, AUTHOR).conflicts] == ["title"]
    with pytest.raises(RevisionOutdated):
        node.review.stale_drafts.catch_up(improving.id, AUTHOR, improving.version, newest=1, theirs=())
    caught = node.review.stale_drafts.catch_up(improving.id, AUTHOR, improving.version, newest=2, theirs=())
    assert isinstance(caught, Draft)
    assert (caught.title, caught.content.front["purpose"], caught.round) == ("Besser", "Neuer Zweck.", 2)
    assert set(node.review.drafts.files(caught.id, AUTHOR)) == {"plan.txt", "karte.txt"}
    assert node.review.stale_drafts.status(caught) is None
    outcome = sent_draft(node, caught)
    assert (outcome.id, outcome.rounds, outcome.title) == (improving.proposal_id, 3, "Besser")


def test_a_newer_text_that_was_published_meanwhile_is_met_before_the_draft_stands_alone(
    node: ReviewNode, improving: Draft
) -> None:
    proposal_id = improving.proposal_id or ""
    theirs = node.review.drafts.start_from_proposal(proposal_id, CURATOR)
    content = DraftContent(front={**theirs.content.front, "title": "Von Berta"}, sections=theirs.content.sections)
    node.review.drafts.attach(theirs.id, CURATOR, "karte.txt", b"Karte")
    edited = node.review.drafts.save(theirs.id, CURATOR, content, theirs.version)
    assert isinstance(edited, Draft)
    node.review.proposals.submit_draft(edited.id, CURATOR, edited.version)
    node.review.curation.approve(proposal_id, OTHER_CURATOR, round=2)
    node.review.curation.publish(proposal_id, OTHER_CURATOR)
    with pytest.raises(RevisionOutdated):
        node.review.stale_drafts.stand_alone(improving.id, AUTHOR)
    caught = node.review.stale_drafts.catch_up(improving.id, AUTHOR, improving.version, newest=2, theirs={"title"})
    assert isinstance(caught, Draft)
    assert caught.title == "Von Berta"
    assert set(node.review.drafts.files(caught.id, AUTHOR)) == {"plan.txt", "karte.txt"}
    alone = node.review.stale_drafts.stand_alone(improving.id, AUTHOR)
    assert (alone.slug, alone.base) == ("neu", node.record("neu").digest)


def test_what_its_author_took_back_nobody_else_sends(node: ReviewNode, improving: Draft) -> None:
    theirs = node.review.drafts.start_from_proposal(improving.proposal_id or "", CURATOR)
    node.review.proposals.withdraw(improving.proposal_id or "", AUTHOR)
    with pytest.raises(NotAllowed):
        node.review.stale_drafts.stand_alone(theirs.id, CURATOR)
    assert sent_alone(node, improving).title == "Besser"


def test_whoever_may_not_see_the_proposal_learns_nothing_of_its_newest_text(node: ReviewNode, improving: Draft) -> None:
    for person in (OTHER_AUTHOR, READER):
        with pytest.raises(ProposalNotFound):
            node.review.stale_drafts.merged(improving, person)
