"""A curator with limits decides only where the record lies within them before and after."""

import uuid
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.identity import Action, Person, Role, RoleKind, Scope
from app.identity.errors import NotAllowed
from app.review.errors import OutsideArea
from app.review.models import Proposal
from app.review.submission import Published
from app.review.workflow import ProposalState
from app.shared.errors import DomainError
from tests import deciding
from tests.functional.review.conftest import OpenNode
from tests.functional.review.deeds import released, submitted
from tests.functional.review.node import AUTHOR, CURATOR, OTHER_AUTHOR, READER, ReviewNode, concept


def limited(name: str, *scopes: Scope) -> Person:
    roles = tuple(Role(kind=RoleKind.CURATOR, scope=scope) for scope in scopes)
    return Person(id=f"id-{name}", pseudonym=f"u-{name}", display_name=name, roles=roles)


MOBILITY = limited("mona", Scope.of(topics=["mobility"]))
ENERGY = limited("emil", Scope.of(topics=["energy"]))
BOTH = limited("bea", Scope.of(topics=["mobility"]), Scope.of(topics=["energy"]))


def retagged(node: ReviewNode, *topics: str, author: Person = AUTHOR) -> Proposal:
    return submitted(node, node.submission("eins", author, topics=list(topics)))


@pytest.mark.parametrize(("person", "before", "after"), [(MOBILITY, False, True), (ENERGY, True, False)])
def test_a_record_that_moves_is_for_those_of_both(node: ReviewNode, person: Person, before: bool, after: bool) -> None:
    """The published text is about mobility, the proposed one about energy."""
    proposal = retagged(node, "energy")
    curation, proposals = node.review.curation, node.review.proposals
    deeds: list[Callable[[], object]] = [
        lambda: deciding.approve(curation, proposal.id, person, round=1),
        lambda: deciding.request_changes(curation, proposal.id, person, "Bitte nicht.", round=1),
        lambda: deciding.decline(curation, proposal.id, person, "Gehört nicht hierher."),
        lambda: curation.take_over(proposal.id, node.submission("eins", person, topics=["energy"], title="Anders")),
        lambda: deciding.publish(curation, proposal.id, person),
        lambda: node.review.drafts.start_from_proposal(proposal.id, person),
    ]
    for deed in deeds:
        with pytest.raises(OutsideArea) as raised:
            deed()
        assert (raised.value.before, raised.value.after) == (before, after)
    assert proposals.view(proposal.id, person).proposal.state is ProposalState.SUBMITTED
    assert node.review.queue.queue(person) == ()
    assert [item.proposal.id for item in node.review.queue.of_record(person, "concept", "eins")] == [proposal.id]
    deciding.comment(curation, proposal.id, person, "Das betrifft uns.")
    assert [item.proposal.id for item in node.review.queue.queue(BOTH)] == [proposal.id]
    deciding.approve(curation, proposal.id, BOTH, round=1)
    assert isinstance(deciding.publish(curation, proposal.id, BOTH), Published)


def test_within_the_area_before_and_after_it_is_decided(node: ReviewNode) -> None:
    proposal = retagged(node, "mobility", "energy")
    released(node, proposal, MOBILITY)
    back = retagged(node, "energy", author=OTHER_AUTHOR)
    with pytest.raises(OutsideArea):
        deciding.approve(node.review.curation, back.id, MOBILITY, round=1)
    deciding.approve(node.review.curation, back.id, ENERGY, round=1)


def test_approval_does_not_outlast_a_move_of_the_published_text(node: ReviewNode) -> None:
    proposal = retagged(node, "mobility", "energy")
    deciding.approve(node.review.curation, proposal.id, MOBILITY, round=1)
    moved = concept("eins").replace(b"topics: [mobility]", b"topics: [energy]")
    node.put({"concepts/eins/index.md": moved})
    with pytest.raises(OutsideArea):
        deciding.publish(node.review.curation, proposal.id, MOBILITY)
    with pytest.raises(OutsideArea):
        node.review.curation.resolve(proposal.id, MOBILITY, head=node.record("eins").digest, choices={})


def test_what_comes_of_bringing_two_texts_together_lies_within_as_well(node: ReviewNode) -> None:
    """Each text alone lies within one of two roles; a field of each together lies within none."""
    either = limited("hanna", Scope.of(topics=["mobility"]), Scope.of(organisations=["beispielstadt"]))
    proposal = retagged(node, "energy")
    deciding.approve(node.review.curation, proposal.id, either, round=1)
    node.put({"concepts/eins/index.md": concept("eins").replace(b", ref: organisation/beispielstadt", b"")})
    assert node.review.proposals.change(proposal.id, either).allows(either, Action.PUBLISH)
    with pytest.raises(OutsideArea):
        deciding.publish(node.review.curation, proposal.id, either)
    deciding.publish(node.review.curation, proposal.id, CURATOR)
    assert node.record("eins").topics == ("energy",)
    assert "ref" not in str(node.record("eins").data["maintainer"])


def test_a_withdrawn_record_stays_in_the_area_of_its_last_text(node: ReviewNode) -> None:
    proposal = retagged(node, "energy")
    node.review.records.withdraw_record("concept", "eins", CURATOR, reason="legal")
    with pytest.raises(OutsideArea):
        deciding.decline(node.review.curation, proposal.id, ENERGY, "Der Eintrag ist fort.")
    deciding.decline(node.review.curation, proposal.id, BOTH, "Der Eintrag ist fort.")


def test_a_person_without_the_role_gets_not_allowed_rather_than_outside_area(node: ReviewNode) -> None:
    proposal = retagged(node, "energy")
    with pytest.raises(NotAllowed) as raised:
        deciding.approve(node.review.curation, proposal.id, READER, round=1)
    assert not isinstance(raised.value, OutsideArea)


def test_only_those_who_may_decide_are_told(open_node: OpenNode, monkeypatch: pytest.MonkeyPatch) -> None:
    people = (MOBILITY, ENERGY, BOTH)
    monkeypatch.setattr("tests.functional.review.node.EVERYBODY", people)
    node = open_node()
    retagged(node, "energy")
    assert [bool(node.review.notices.of(person.id)) for person in people] == [False, False, True]


AUTHORS = st.sampled_from([AUTHOR, OTHER_AUTHOR])
TOPICS = st.lists(st.sampled_from(["mobility", "energy", "health"]), min_size=1, max_size=2, unique=True)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("propose"), AUTHORS, TOPICS),
        st.tuples(st.sampled_from(["approve", "publish", "decline", "withdraw", "restore"]), st.just(MOBILITY), TOPICS),
        st.tuples(st.sampled_from(["approve", "publish"]), st.just(CURATOR), TOPICS),
    ),
    max_size=12,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_leads_out_of_the_area(node: ReviewNode, steps: list[tuple[str, Person, list[str]]]) -> None:
    """Whatever the one with limits achieves, the text published before it was within them, and so is the one after."""
    slug = f"ort-{uuid.uuid4().hex[:12]}"
    node.put({f"concepts/{slug}/index.md": concept(slug).replace(b"topics: [mobility]", b"topics: [health]")})
    sent: list[str] = []
    for deed, person, topics in steps:
        before = set(last_topics(node, slug))
        try:
            outcome = act(node, slug, deed, person, topics, sent)
        except DomainError:
            continue
        if person is MOBILITY and not (isinstance(outcome, Published) and outcome.proposal_id == ""):
            assert "mobility" in before, (deed, before)
            assert "mobility" in set(last_topics(node, slug))


def last_topics(node: ReviewNode, slug: str) -> tuple[str, ...]:
    record = node.review.proposals._context.texts.last_record(f"concepts/{slug}")
    return record.topics if record else ()


def act(node: ReviewNode, slug: str, deed: str, person: Person, topics: list[str], sent: list[str]) -> object:
    review = node.review
    if deed == "propose":
        outcome = review.proposals.submit(node.submission(slug, person, topics=topics, title=f"Neu {uuid.uuid4()}"))
        assert isinstance(outcome, Proposal), outcome
        sent.append(outcome.id)
        return outcome
    if deed == "withdraw":
        return review.records.withdraw_record("concept", slug, person, reason="error")
    if deed == "restore":
        return review.records.restore("concept", slug, person)
    proposal_id = sent[-1] if sent else "keiner"
    if deed == "approve":
        return deciding.approve(review.curation, proposal_id, person, round=1)
    if deed == "decline":
        return deciding.decline(review.curation, proposal_id, person, "Nein.")
    return deciding.publish(review.curation, proposal_id, person)
