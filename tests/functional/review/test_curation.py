from dataclasses import replace

import pytest

from app.identity.errors import NotAllowed
from app.review.by_git.mirror import writer_of
from app.review.decision import Decision
from app.review.errors import (
    OwnProposal,
    ProposalNotFound,
    RemarkNotFound,
    RevisionOutdated,
    SecondPersonMissing,
    TextMissing,
    TextTooLong,
)
from app.review.models import NoticeKind, Proposal, RemarkKind
from app.review.submission import Published, Rejected, Via
from app.review.workflow import ProposalState, Step, StepRefused
from tests import deciding
from tests.functional.review.deeds import approved, published, released, sent, state, submitted
from tests.functional.review.node import (
    AUTHOR,
    CURATOR,
    ELSEWHERE,
    OTHER_AUTHOR,
    OTHER_CURATOR,
    ReviewNode,
    concept,
    new_concept,
)


class TestDeciding:
    def test_only_curators_of_such_records_decide(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        for person in (AUTHOR, OTHER_AUTHOR, ELSEWHERE):
            with pytest.raises((NotAllowed, OwnProposal)):
                deciding.approve(node.review.curation, proposal.id, person, round=1)
            with pytest.raises((NotAllowed, OwnProposal)):
                deciding.decline(node.review.curation, proposal.id, person, "Passt nicht.")
            with pytest.raises((NotAllowed, OwnProposal)):
                deciding.request_changes(node.review.curation, proposal.id, person, "Bitte kürzen.", round=1)
        assert state(node, proposal) is ProposalState.SUBMITTED

    def test_a_curator_never_decides_on_an_own_proposal(self, node: ReviewNode) -> None:
        proposal = sent(node, CURATOR, title="Von Berta")
        with pytest.raises(OwnProposal):
            deciding.approve(node.review.curation, proposal.id, CURATOR, round=1)
        deciding.approve(node.review.curation, proposal.id, OTHER_CURATOR, round=1)
        with pytest.raises(OwnProposal):
            deciding.publish(node.review.curation, proposal.id, CURATOR)
        assert isinstance(deciding.publish(node.review.curation, proposal.id, OTHER_CURATOR), Published)

    @pytest.mark.parametrize("via", [Via.MIRROR, Via.PEER])
    def test_a_text_from_elsewhere_is_approved_and_published_by_two(self, node: ReviewNode, via: Via) -> None:
        proposal = submitted(node, replace(node.submission("eins", writer_of("zweig"), title="Von dort"), via=via))
        deciding.approve(node.review.curation, proposal.id, CURATOR, round=1)
        with pytest.raises(SecondPersonMissing):
            deciding.publish(node.review.curation, proposal.id, CURATOR)
        assert state(node, proposal) is ProposalState.APPROVED
        assert isinstance(deciding.publish(node.review.curation, proposal.id, OTHER_CURATOR), Published)

    def test_taking_a_text_from_elsewhere_over_leaves_two_others_to_decide(self, node: ReviewNode) -> None:
        third = replace(OTHER_CURATOR, id="id-dritte", pseudonym="u-dritte")
        proposal = submitted(
            node, replace(node.submission("eins", writer_of("zweig"), title="Von dort"), via=Via.MIRROR)
        )
        node.review.curation.take_over(proposal.id, node.submission("eins", CURATOR, title="Besser"))
        deciding.approve(node.review.curation, proposal.id, OTHER_CURATOR, round=2)
        with pytest.raises(OwnProposal):
            deciding.publish(node.review.curation, proposal.id, CURATOR)
        with pytest.raises(SecondPersonMissing):
            deciding.publish(node.review.curation, proposal.id, OTHER_CURATOR)
        assert isinstance(deciding.publish(node.review.curation, proposal.id, third), Published)

    def test_whoever_took_a_text_over_is_one_of_its_writers(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        taken = node.review.curation.take_over(proposal.id, node.submission("eins", CURATOR, title="Besser"))
        assert isinstance(taken, Proposal)
        assert taken.editor == CURATOR.id
        with pytest.raises(OwnProposal):
            deciding.approve(node.review.curation, proposal.id, CURATOR, round=2)
        # Writing on after somebody else's round does not wash the earlier words off.
        node.review.proposals.revise(proposal.id, node.submission("eins", title="Noch besser", round=2))
        with pytest.raises(OwnProposal):
            deciding.approve(node.review.curation, proposal.id, CURATOR, round=3)
        released(node, proposal, OTHER_CURATOR, round=3)

    def test_a_decision_is_about_the_text_that_was_read(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        node.review.proposals.revise(proposal.id, node.submission("eins", title="Heimlich ganz anders"))
        with pytest.raises(RevisionOutdated):
            deciding.approve(node.review.curation, proposal.id, CURATOR, round=1)
        with pytest.raises(RevisionOutdated):
            deciding.request_changes(node.review.curation, proposal.id, CURATOR, "Bitte kürzen.", round=1)

    def test_asking_for_a_change_needs_a_sentence_and_reaches_the_author(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        with pytest.raises(TextMissing):
            deciding.request_changes(node.review.curation, proposal.id, CURATOR, "  ", round=1)
        with pytest.raises(TextTooLong):
            deciding.request_changes(node.review.curation, proposal.id, CURATOR, "x" * 4001, round=1)
        deciding.request_changes(node.review.curation, proposal.id, CURATOR, "Bitte mit Jahr.", round=1, field="title")
        view = node.review.proposals.view(proposal.id, AUTHOR)
        assert view.proposal.state is ProposalState.CHANGES_REQUESTED
        assert [(r.kind, r.field, r.text) for r in view.remarks] == [
            (RemarkKind.CHANGE_REQUEST, "title", "Bitte mit Jahr.")
        ]
        assert [n.kind for n in node.review.notices.of(AUTHOR.id)] == [NoticeKind.CHANGES_REQUESTED]

    def test_declining_needs_a_reason_prunes_git_and_gives_the_text_back(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        with pytest.raises(TextMissing):
            deciding.decline(node.review.curation, proposal.id, CURATOR, "")
        deciding.decline(node.review.curation, proposal.id, CURATOR, "Das gibt es schon.")
        assert state(node, proposal) is ProposalState.DECLINED
        assert node.repository.ref(f"refs/proposals/{proposal.id}") is None
        assert [draft.title for draft in node.review.drafts.mine(AUTHOR)] == ["Anders"]
        view = node.review.proposals.view(proposal.id, AUTHOR)
        assert [remark.text for remark in view.remarks] == ["Das gibt es schon."]
        with pytest.raises(StepRefused):
            deciding.approve(node.review.curation, proposal.id, CURATOR, round=1)


class TestDiscussion:
    def test_remarks_belong_to_fields_and_can_be_settled(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        deciding.comment(node.review.curation, proposal.id, CURATOR, "Welches Jahr?", field="title")
        deciding.comment(node.review.curation, proposal.id, AUTHOR, "2024.", field="title")
        remark, answer = node.review.proposals.view(proposal.id, AUTHOR).remarks
        deciding.settle(node.review.curation, proposal.id, AUTHOR, remark.id)
        view = node.review.proposals.view(proposal.id, AUTHOR)
        assert [r.id for r in view.open_remarks] == [answer.id]
        deciding.settle(node.review.curation, proposal.id, CURATOR, remark.id, settled=False)
        assert len(node.review.proposals.view(proposal.id, AUTHOR).open_remarks) == 2
        with pytest.raises(RemarkNotFound):
            deciding.settle(node.review.curation, proposal.id, CURATOR, "gibt-es-nicht")

    def test_those_who_may_not_see_it_may_not_speak_either(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        for stranger in (OTHER_AUTHOR, ELSEWHERE):
            with pytest.raises(ProposalNotFound):
                deciding.comment(node.review.curation, proposal.id, stranger, "Hallo?")

    def test_the_author_is_told_of_a_remark_and_the_speaker_is_not(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        deciding.comment(node.review.curation, proposal.id, CURATOR, "Welches Jahr?")
        assert [n.kind for n in node.review.notices.of(AUTHOR.id)] == [NoticeKind.COMMENTED]
        assert [n.kind for n in node.review.notices.of(CURATOR.id)] == [NoticeKind.SUBMITTED]


class TestDecidingAtOnce:
    def test_remarks_and_decision_are_one_step_and_one_notice(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        said = {"": "Im Ganzen gut.", "title": "Bitte mit Jahr.", "summary": "Bitte kürzer."}
        node.review.curation.decide(
            proposal.id, CURATOR, Decision(step=Step.REQUEST_CHANGES, round=1, remarks={**said, "goals": " "})
        )
        view = node.review.proposals.view(proposal.id, AUTHOR)
        assert {one.field: one.text for one in view.remarks} == said
        assert {one.kind for one in view.remarks} == {RemarkKind.CHANGE_REQUEST}
        assert [n.kind for n in node.review.notices.of(AUTHOR.id)] == [NoticeKind.CHANGES_REQUESTED]

    def test_nothing_is_written_of_what_is_refused(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        remarks = {"title": "Bitte mit Jahr.", "summary": "x" * 4001}
        with pytest.raises(TextTooLong) as refused:
            node.review.curation.decide(
                proposal.id, CURATOR, Decision(step=Step.DECLINE, remarks={"": "Nein", **remarks})
            )
        assert refused.value.field == "summary"
        for decision in (
            Decision(step=Step.REQUEST_CHANGES, round=7, remarks={"": "Veraltet."}),
            Decision(step=Step.PUBLISH, round=7, remarks={"": "Veraltet."}),
        ):
            with pytest.raises(RevisionOutdated):
                node.review.curation.decide(proposal.id, CURATOR, decision)
        with pytest.raises(RemarkNotFound):
            node.review.curation.decide(
                proposal.id, CURATOR, Decision(step=Step.PUBLISH, marks={"gibt-es-nicht": True})
            )
        assert node.review.proposals.view(proposal.id, AUTHOR).remarks == ()
        assert state(node, proposal) is ProposalState.SUBMITTED

    def test_one_press_approves_publishes_and_says_what_was_typed(self, node: ReviewNode) -> None:
        proposal = sent(node, title="Anders")
        decision = Decision(step=Step.PUBLISH, round=1, remarks={"title": "Gut so."})
        for _again in range(2):
            assert isinstance(node.review.curation.decide(proposal.id, CURATOR, decision), Published)
        view = node.review.proposals.view(proposal.id, AUTHOR)
        assert [(one.person, one.round) for one in view.approvals] == [(CURATOR.id, 1)]
        assert [one.text for one in view.remarks] == ["Gut so."]
        assert [n.kind for n in node.review.notices.of(AUTHOR.id)] == [NoticeKind.PUBLISHED]


class TestPublishing:
    def test_it_is_one_signed_merge_with_trailers(self, node: ReviewNode) -> None:
        proposal = approved(node, title="Anders")
        before, tip = node.repository.head(), node.repository.ref(f"refs/proposals/{proposal.id}")
        outcome = published(node, proposal)
        assert (outcome.ver, outcome.merged) == (2, False)
        shown = node.repository.git.run("log", "-1", "--format=%P|%an|%G?|%(trailers:only,unfold)", "main").line
        parents, author, signature, trailers = shown.split("|")
        assert parents == f"{before} {tip}"
        assert (author, signature) == (AUTHOR.pseudonym, "G")
        assert f"Proposal: {proposal.id}" in trailers
        assert f"Reviewed-by: {CURATOR.pseudonym}" in trailers
        assert f"Version: {outcome.digest}" in trailers

    def test_readers_see_it_when_the_call_returns(self, node: ReviewNode) -> None:
        proposal = approved(node, title="Anders")
        deciding.publish(node.review.curation, proposal.id, CURATOR)
        assert node.record("eins").title == "Anders"
        assert node.catalogue.disagreements() == ()
        assert state(node, proposal) is ProposalState.PUBLISHED
        assert [n.kind for n in node.review.notices.of(AUTHOR.id)] == [NoticeKind.PUBLISHED, NoticeKind.APPROVED]

    def test_words_of_an_earlier_round_never_reach_the_published_history(self, node: ReviewNode) -> None:
        proposal = sent(node, background="Frau Muster wohnt in der Beispielgasse.")
        node.review.proposals.revise(proposal.id, node.submission("eins", background="Ohne Namen."))
        released(node, proposal, round=2)
        history = node.repository.git.run("log", "-p", "main").out.decode()
        assert "Ohne Namen." in history
        assert "Beispielgasse" not in history

    def test_a_name_taken_meanwhile_is_reported(self, node: ReviewNode) -> None:
        proposal = submitted(node, new_concept(title="Ganz neu"))
        deciding.approve(node.review.curation, proposal.id, CURATOR, round=1)
        node.put({"concepts/ganz-neu/index.md": concept("ganz-neu")})
        outcome = deciding.publish(node.review.curation, proposal.id, CURATOR)
        assert isinstance(outcome, Rejected)
        assert [problem.code for problem in outcome.problems] == ["name_taken"]
