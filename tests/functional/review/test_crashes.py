"""kill -9 while somebody sends, improves or publishes: after the next start there is exactly one consistent state.

tests/functional/review/test_killed_node.py kills each step of publishing.
"""

import os
import signal
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from app.identity import Person
from app.records.json_value import JsonValue
from app.records.repository import MAIN
from app.review.models import NoticeKind, Proposal
from app.review.submission import Published, Submission
from app.review.text.record_text import RecordText
from app.review.workflow import ProposalState
from tests import deciding
from tests.functional.review.conftest import OpenNode
from tests.functional.review.consistency import assert_consistent
from tests.functional.review.deeds import published, released, submitted
from tests.functional.review.node import AUTHOR, CURATOR, OTHER_AUTHOR, ReviewNode, new_concept

Deed = Callable[[ReviewNode], object]


@pytest.fixture
def node(searching_node: ReviewNode) -> ReviewNode:
    return searching_node


def killed_at(node: ReviewNode, step: str, deed: Deed) -> None:
    """Do `deed` in a process of its own that is killed right after `step`."""
    child = os.fork()
    if child == 0:
        try:
            deed(ReviewNode(node.folder, after_step=lambda done: _die(done == step), with_search=True))
        finally:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, "the step was never reached"


def _die(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


def killed_with_git(node: ReviewNode, reference: str, deed: Deed) -> None:
    """Do `deed` in a process that is killed together with git while git holds the lock of `reference`."""
    hook = node.repository.git.git_dir / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        try:
            # git runs in a session of its own, which the 0 stands for.
            kill = f"kill -9 {os.getpid()} 0"
            hook.write_text(f'#!/bin/sh\n[ "$1" = prepared ] && grep -q {reference} && {kill}\nexit 0\n', "utf-8")
            hook.chmod(0o755)
            deed(ReviewNode(node.folder, with_search=True))
        finally:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, "the reference was never moved"
    hook.unlink()
    assert (node.repository.git.git_dir / f"{reference}.lock").exists()


def restarted(open_node: OpenNode) -> ReviewNode:
    """Start anew, as a process does after a crash."""
    fresh = open_node(with_search=True)
    fresh.review.reconciliation.run()
    assert not fresh.review.reconciliation.run().changed, "a second repair found something to do"
    assert_consistent(fresh)
    return fresh


def approved(node: ReviewNode) -> Proposal:
    proposal = submitted(node, node.submission("eins", title="Seilbahn"))
    return deciding.approve(node.review.curation, proposal.id, CURATOR, round=1)


def test_publishing_killed_with_git_goes_on_after_the_next_start(node: ReviewNode, open_node: OpenNode) -> None:
    proposal = approved(node)
    killed_with_git(node, MAIN, lambda other: deciding.publish(other.review.curation, proposal.id, CURATOR))
    fresh = restarted(open_node)
    assert fresh.review.proposals.view(proposal.id, AUTHOR).proposal.state is ProposalState.APPROVED
    published(fresh, proposal)
    assert_consistent(fresh)


def test_the_end_of_a_proposal_killed_with_git_is_completed(node: ReviewNode, open_node: OpenNode) -> None:
    proposal = approved(node)
    reference = f"refs/proposals/{proposal.id}"
    killed_with_git(node, reference, lambda other: deciding.publish(other.review.curation, proposal.id, CURATOR))
    fresh = restarted(open_node)
    assert fresh.review.proposals.view(proposal.id, AUTHOR).proposal.state is ProposalState.PUBLISHED


def test_a_reference_that_cannot_be_removed_waits_for_the_next_start(node: ReviewNode, open_node: OpenNode) -> None:
    proposal = approved(node)
    lock = node.repository.git.git_dir / "refs" / "proposals" / f"{proposal.id}.lock"
    lock.touch()
    with capture_logs() as logged:
        assert isinstance(deciding.publish(node.review.curation, proposal.id, CURATOR), Published)
    assert "proposals.reference_left" in [line["event"] for line in logged]
    restarted(open_node)


def test_publishing_killed_late_can_be_repeated_without_a_repair(node: ReviewNode, open_node: OpenNode) -> None:
    proposal = approved(node)
    killed_at(node, "main", lambda other: deciding.publish(other.review.curation, proposal.id, CURATOR))
    fresh = open_node(with_search=True)
    for _ in range(2):
        # Whoever presses the button once more gets the same answer.
        assert published(fresh, proposal).ver == 2
        assert len(fresh.repository.versions("concepts/eins")) == 2
    assert_consistent(fresh)


def answer_to_a_question_of(asking: Person, node: ReviewNode) -> Proposal:
    text = RecordText(front={"title": "Wer hat eine Seilbahn?", "summary": "Wir suchen eine.", "topics": ["mobility"]})
    asked = submitted(node, Submission(kind="question", author=asking, text=text))
    released(node, asked)
    named: list[JsonValue] = [{"rel": "related", "target": f"question/{asked.slug}"}]
    answer = submitted(node, node.submission("eins", title="Seilbahn", relations=named))
    return deciding.approve(node.review.curation, answer.id, CURATOR, round=1)


def test_whoever_asked_hears_once_though_publishing_was_killed(node: ReviewNode, open_node: OpenNode) -> None:
    answer = answer_to_a_question_of(OTHER_AUTHOR, node)
    killed_at(node, "main", lambda other: deciding.publish(other.review.curation, answer.id, CURATOR))
    fresh = restarted(open_node)
    deciding.publish(fresh.review.curation, answer.id, CURATOR)
    told = [one for one in fresh.review.notices.of(OTHER_AUTHOR.id) if one.kind is NoticeKind.ANSWERED]
    assert [(one.params["title"], one.params["answer"]) for one in told] == [("Wer hat eine Seilbahn?", "Seilbahn")]


def test_nobody_is_told_of_an_answer_of_their_own(node: ReviewNode) -> None:
    answer = answer_to_a_question_of(AUTHOR, node)
    deciding.publish(node.review.curation, answer.id, CURATOR)
    assert NoticeKind.ANSWERED not in {one.kind for one in node.review.notices.of(AUTHOR.id)}


@pytest.mark.parametrize("step", ["proposal_ref", "proposal_row"])
def test_sending_killed_anywhere_is_there_once(node: ReviewNode, open_node: OpenNode, step: str) -> None:
    killed_at(node, step, lambda other: other.review.proposals.submit(new_concept(title="Seilbahn", key="entwurf")))
    fresh = restarted(open_node)
    [item] = fresh.review.queue.queue(CURATOR)
    assert (item.proposal.title, item.proposal.author) == ("Seilbahn", AUTHOR.id)
    assert [n.kind for n in fresh.review.notices.of(CURATOR.id)] == [NoticeKind.SUBMITTED]
    # The author never got an answer and sends again.
    again = submitted(fresh, new_concept(title="Seilbahn", key="entwurf"))
    assert again.id == item.proposal.id


def test_sending_again_before_the_repair_leaves_one_proposal(node: ReviewNode, open_node: OpenNode) -> None:
    killed_at(
        node, "proposal_ref", lambda other: other.review.proposals.submit(new_concept(title="Seilbahn", key="entwurf"))
    )
    fresh = open_node(with_search=True)
    again = submitted(fresh, new_concept(title="Seilbahn", key="entwurf"))
    fresh.review.reconciliation.run()
    assert_consistent(fresh)
    assert [item.proposal.id for item in fresh.review.queue.queue(CURATOR)] == [again.id]


def test_improving_killed_halfway_keeps_the_newer_text(node: ReviewNode, open_node: OpenNode) -> None:
    proposal = approved(node)
    better = node.submission("eins", title="Seilbahn, besser")
    killed_at(node, "proposal_ref", lambda other: other.review.proposals.revise(proposal.id, better))
    fresh = restarted(open_node)
    found = fresh.review.proposals.view(proposal.id, AUTHOR).proposal
    assert (found.title, found.rounds, found.state) == ("Seilbahn, besser", 2, ProposalState.SUBMITTED)
    assert [n.kind for n in fresh.review.notices.of(CURATOR.id)].count(NoticeKind.REVISED) == 1
