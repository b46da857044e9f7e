from dataclasses import replace
from typing import cast

import pytest

from app.identity.errors import NotAllowed
from app.records.json_value import JsonValue, thaw
from app.review.errors import HeadMoved, OwnProposal, RecordGone
from app.review.models import Proposal
from app.review.submission import Conflicted, Published, Rejected
from app.review.workflow import ProposalState
from tests import deciding
from tests.functional.review.deeds import approved, published, released, state
from tests.functional.review.node import AUTHOR, CURATOR, OTHER_AUTHOR, OTHER_CURATOR, ReviewNode, concept


class TestMeeting:
    def test_edits_of_different_fields_are_brought_together(self, node: ReviewNode) -> None:
        one = approved(node, title="Von Anna", findings="Viel.")
        two = approved(node, OTHER_AUTHOR, purpose="Von Arno.", background="Zweite Fassung.")
        deciding.publish(node.review.curation, one.id, CURATOR)
        outcome = published(node, two)
        assert outcome.merged
        record = node.record("eins")
        assert (record.title, record.data["purpose"]) == ("Von Anna", "Von Arno.")
        assert "Viel." in record.body
        assert "Zweite Fassung." in record.body
        text = node.repository.folder(record.path, node.repository.head()).text.decode()
        assert "# Ein Kommentar, der bleiben soll." in text

    def test_edits_of_one_field_are_decided_in_words(self, node: ReviewNode) -> None:
        one, two = approved(node, title="Von Anna"), approved(node, OTHER_AUTHOR, title="Von Arno")
        deciding.publish(node.review.curation, one.id, CURATOR)
        outcome = deciding.publish(node.review.curation, two.id, CURATOR)
        assert isinstance(outcome, Conflicted)
        assert outcome == node.review.curation.conflicts(two.id, OTHER_AUTHOR)
        [clash] = outcome.fields
        assert (clash.key, clash.base, clash.published, clash.proposed) == ("title", "Beispiel", "Von Anna", "Von Arno")
        # Both texts are still there: nothing was overwritten, nothing was lost.
        assert node.record("eins").title == "Von Anna"
        assert node.review.proposals.view(two.id, OTHER_AUTHOR).proposal.title == "Von Arno"

    def test_choosing_a_side_brings_no_words_of_ones_own(self, node: ReviewNode) -> None:
        two, conflict = self._conflict(node)
        decided = node.review.curation.resolve(two.id, CURATOR, head=conflict.head, choices={"title": "Von Arno"})
        assert isinstance(decided, Proposal)
        assert (decided.rounds, decided.state) == (2, ProposalState.SUBMITTED)
        released(node, two, round=2)
        assert node.record("eins").title == "Von Arno"
        author = node.repository.git.run("log", "-1", "--format=%an", "main").line
        assert author == OTHER_AUTHOR.pseudonym

    def test_writing_a_third_text_makes_a_writer(self, node: ReviewNode) -> None:
        two, conflict = self._conflict(node)
        node.review.curation.resolve(two.id, CURATOR, head=conflict.head, choices={"title": "Von beiden"})
        with pytest.raises(OwnProposal):
            deciding.approve(node.review.curation, two.id, CURATOR, round=2)
        released(node, two, OTHER_CURATOR, round=2)
        assert node.record("eins").title == "Von beiden"

    def test_an_author_whose_role_was_taken_away_decides_nothing(self, node: ReviewNode) -> None:
        two, conflict = self._conflict(node)
        former = replace(OTHER_AUTHOR, roles=())
        with pytest.raises(NotAllowed):
            node.review.curation.resolve(two.id, former, head=conflict.head, choices={"title": "Von Arno"})

    def test_a_decision_about_an_older_text_is_refused(self, node: ReviewNode) -> None:
        two, conflict = self._conflict(node)
        three = approved(node, title="Von Anna, dritte")
        deciding.publish(node.review.curation, three.id, CURATOR)
        with pytest.raises(HeadMoved):
            node.review.curation.resolve(two.id, CURATOR, head=conflict.head, choices={"title": "Von Arno"})

    def test_what_fits_alone_but_not_together_is_reported(self, node: ReviewNode) -> None:
        second = (
            '  - {key: zweite, title: "Zwei", publisher: "Stadt", url: "https://b.example/", self_reported: true}\n'
        )
        text = concept("eins").decode().replace("sources:\n  - key", f"sources:\n{second}  - key", 1)
        node.put({"concepts/eins/index.md": text.replace("Wenig. [^quelle]", "Wenig. [^zweite]").encode()})
        sources = cast("list[dict[str, JsonValue]]", thaw(node.record("eins").data["sources"]))
        left = [source for source in sources if source["key"] == "quelle"]
        one = approved(node, sources=left, findings="Nichts.")
        two = approved(node, OTHER_AUTHOR, background="Belegt. [^zweite]")
        assert isinstance(deciding.publish(node.review.curation, one.id, CURATOR), Published)
        outcome = deciding.publish(node.review.curation, two.id, CURATOR)
        assert isinstance(outcome, Rejected)
        assert [(p.code, p.field) for p in outcome.errors] == [("unknown_source", "body.background")]
        assert state(node, two) is ProposalState.APPROVED

    def test_a_record_withdrawn_meanwhile_takes_no_edit(self, node: ReviewNode) -> None:
        proposal = approved(node, title="Anders")
        node.review.records.withdraw_record("concept", "eins", OTHER_CURATOR, reason="error")
        with pytest.raises(RecordGone):
            deciding.publish(node.review.curation, proposal.id, CURATOR)
        assert node.review.proposals.view(proposal.id, AUTHOR).proposal.state is ProposalState.APPROVED

    def _conflict(self, node: ReviewNode) -> tuple[Proposal, Conflicted]:
        one, two = approved(node, title="Von Anna"), approved(node, OTHER_AUTHOR, title="Von Arno")
        deciding.publish(node.review.curation, one.id, CURATOR)
        conflict = node.review.curation.conflicts(two.id, CURATOR)
        assert conflict is not None
        return two, conflict
