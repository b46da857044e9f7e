"""What must hold of a node at rest, whatever happened to its processes."""

from sqlalchemy import select
from sqlmodel import col

from app.records.proposals import ProposalRefs
from app.review.models import Proposal, Revision
from app.review.workflow import FINAL_STATES, ProposalState
from tests.functional.review.node import ReviewNode


def assert_consistent(node: ReviewNode) -> None:
    """Check that git, proposals, catalogue and index say the same."""
    node.repository.git.run("fsck", "--strict", "--no-dangling")
    assert node.catalogue.disagreements() == ()
    assert node.search.agree() == ()
    _check_proposals(node)


def _check_proposals(node: ReviewNode) -> None:
    refs = ProposalRefs(node.repository)
    published = [found.trailer("Proposal") for found in refs.publications()]
    assert len(published) == len(set(published)), "a proposal was published twice"
    with node.sessions.reading() as db:
        rows = {row.id: row for row in db.scalars(select(Proposal))}
        rounds = {(row.proposal_id, row.number) for row in db.scalars(select(Revision).order_by(col(Revision.number)))}
    assert {row.id for row in rows.values() if row.state == ProposalState.PUBLISHED.value} == set(published)
    assert {proposal_id for proposal_id, _ in rounds} == set(rows)
    for row in rows.values():
        assert (row.id, row.rounds) in rounds
        tip = refs.tip(row.id)
        assert (tip is None) is (ProposalState(row.state) in FINAL_STATES), row.state
        if tip is not None:
            path = node.content.path_of(row.kind, row.slug)
            assert node.content.read(path, tip).digest == row.digest
    assert set(refs.ids()) <= set(rows)
