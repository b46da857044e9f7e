from __future__ import annotations

import pytest

from app.review.errors import ProposalNotFound
from app.review.models import Proposal
from app.review.text.examiner import Checked
from tests.functional.review.deeds import approved, published, sent
from tests.functional.review.node import AUTHOR, CURATOR, OTHER_AUTHOR, ReviewNode


def test_a_reviewer_compares_base_earlier_round_and_proposal(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    node.review.proposals.revise(proposal.id, node.submission("eins", title="Noch anders"))
    texts = node.review.proposals.texts(proposal.id, CURATOR)
    titles = [text.title if text else None for text in (texts.base, texts.earlier, texts.proposed)]
    assert titles == ["Beispiel", "Anders", "Noch anders"]
    first = node.review.proposals.texts(proposal.id, CURATOR, round=1)
    assert (first.earlier, first.proposed and first.proposed.title) == (None, "Anders")
    node.review.curation.decline(proposal.id, CURATOR, "Nein.")
    assert node.review.proposals.texts(proposal.id, AUTHOR) == texts
    with pytest.raises(ProposalNotFound):
        node.review.proposals.texts(proposal.id, OTHER_AUTHOR)


def test_checks_are_made_anew_on_what_would_be_published(node: ReviewNode) -> None:
    one: Proposal = approved(node, title="Von Anna")
    two: Proposal = approved(node, OTHER_AUTHOR, purpose="Von Arno.")
    node.review.curation.publish(one.id, CURATOR)
    checked = node.review.curation.examine(two.id, CURATOR)
    assert isinstance(checked, Checked)
    assert checked.record is not None
    assert (checked.record.title, checked.record.data["purpose"]) == ("Von Anna", "Von Arno.")
    assert checked.is_sound


def test_a_proposal_mends_a_broken_version(node: ReviewNode) -> None:
    proposal = approved(node, title="Geheilt")
    node.put({"concepts/eins/index.md": b"Kein Kopf."})
    outcome = published(node, proposal)
    assert outcome.ver == 3
    assert node.record("eins").title == "Geheilt"
    assert node.catalogue.disagreements() == ()
