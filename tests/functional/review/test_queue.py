from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from app.identity.audit_log import LogFilter
from app.identity.errors import NotAllowed
from app.records.problem import Severity
from app.review.models import AuditEvent, NoticeKind, Proposal
from app.review.queue import QueueFilter
from app.review.workflow import ProposalState, StepRefused
from tests import deciding
from tests.functional.review.deeds import submitted
from tests.functional.review.node import (
    AUTHOR,
    CURATOR,
    ELSEWHERE,
    OTHER_AUTHOR,
    OTHER_CURATOR,
    ReviewNode,
    new_concept,
)
from tests.webnode.clock import SteppingClock


def sent(node: ReviewNode, title: str, author: object = AUTHOR) -> Proposal:
    return submitted(node, new_concept(OTHER_AUTHOR if author is OTHER_AUTHOR else AUTHOR, title=title))


def test_what_has_waited_longest_comes_first_with_its_age(node: ReviewNode) -> None:
    first, second = sent(node, "Eins"), sent(node, "Zwei")
    assert isinstance(node.clock, SteppingClock)
    node.clock.now += timedelta(days=3)
    items = node.review.queue.queue(CURATOR)
    assert [item.proposal.id for item in items] == [first.id, second.id]
    assert [item.waits_for for item in items] == ["curator", "curator"]
    assert node.review.queue.queue(ELSEWHERE) == node.review.queue.queue(AUTHOR) == ()
    assert all(timedelta(days=3) < item.age < timedelta(days=3, minutes=1) for item in items)


def test_it_is_narrowed_by_words_topic_region_state_and_author(node: ReviewNode) -> None:
    asked = sent(node, "Eins")
    sent(node, "Zwei", OTHER_AUTHOR)
    deciding.request_changes(node.review.curation, asked.id, CURATOR, "Bitte mit Jahr.", round=1)
    for wanted, count in (
        (QueueFilter(), 2),
        (QueueFilter(topics=frozenset({"mobility", "energy"})), 2),
        (QueueFilter(topics=frozenset({"energy"})), 0),
        (QueueFilter(regions=frozenset({"HE"})), 0),
        (QueueFilter(words=("zwei",)), 1),
        (QueueFilter(words=("zwei", "eins")), 0),
        (QueueFilter(states=frozenset({ProposalState.CHANGES_REQUESTED})), 1),
        (QueueFilter(author=OTHER_AUTHOR.id), 1),
    ):
        assert len(node.review.queue.queue(CURATOR, wanted)) == count, wanted


def test_those_on_one_record_stand_together_with_what_each_changes(node: ReviewNode) -> None:
    first = submitted(node, node.submission("eins", title="Anders"))
    other = sent(node, "Zwei")
    second = submitted(node, node.submission("eins", OTHER_AUTHOR, purpose="Von Arno.", title="Anders"))
    items = node.review.queue.queue(CURATOR)
    assert [item.proposal.id for item in items] == [first.id, second.id, other.id]
    assert [item.changed for item in items] == [("title",), ("title", "purpose"), ()]
    assert [item.is_small for item in items] == [True, True, False]
    following = node.review.queue.next_after(first.id, CURATOR)
    assert following is not None
    assert following.id == second.id


def test_who_looks_after_a_proposal_is_told_and_others_are_led_past_it(node: ReviewNode) -> None:
    first, second = sent(node, "Eins"), sent(node, "Zwei")
    node.review.curation.claim(first.id, CURATOR, is_mine=True)
    assert [item.claimed_by for item in node.review.queue.queue(OTHER_CURATOR)] == [CURATOR.id, ""]
    following = [node.review.queue.next_after(second.id, person) for person in (CURATOR, OTHER_CURATOR)]
    assert [one and one.id for one in following] == [first.id, None]
    deciding.comment(node.review.curation, first.id, OTHER_CURATOR, "Welches Jahr?")
    assert NoticeKind.COMMENTED in [notice.kind for notice in node.review.notices.of(CURATOR.id)]
    node.review.curation.claim(first.id, CURATOR, is_mine=False)
    assert node.review.queue.queue(OTHER_CURATOR)[0].claimed_by == ""
    with pytest.raises(NotAllowed):
        node.review.curation.claim(first.id, OTHER_AUTHOR, is_mine=True)
    deciding.decline(node.review.curation, first.id, CURATOR, "Gibt es schon.")
    with pytest.raises(StepRefused):
        node.review.curation.claim(first.id, CURATOR, is_mine=True)


def test_open_remarks_and_warnings_are_counted(node: ReviewNode) -> None:
    proposal = sent(node, "Eins")
    deciding.comment(node.review.curation, proposal.id, CURATOR, "Welches Jahr?")
    [item] = node.review.queue.queue(CURATOR)
    problems = node.review.proposals.view(proposal.id, CURATOR).newest.problems
    assert item.open_remarks == 1
    assert item.warnings == sum(problem.severity is Severity.WARNING for problem in problems)


def test_authors_see_all_of_their_own_and_nobody_elses(node: ReviewNode) -> None:
    first, second = sent(node, "Eins"), sent(node, "Zwei")
    sent(node, "Drei", OTHER_AUTHOR)
    deciding.decline(node.review.curation, first.id, CURATOR, "Gibt es schon.")
    assert [item.proposal.id for item in node.review.queue.mine(AUTHOR)] == [first.id, second.id]


def test_open_proposals_of_a_record_are_shown_to_those_concerned(node: ReviewNode) -> None:
    submitted(node, node.submission("eins", title="Anders"))
    for person, seen in ((AUTHOR, 1), (CURATOR, 1), (OTHER_AUTHOR, 0), (ELSEWHERE, 0)):
        assert len(node.review.queue.of_record(person, "concept", "eins")) == seen


def test_the_audit_log_tells_every_step_and_holds_no_words(node: ReviewNode) -> None:
    proposal = sent(node, "Eins")
    deciding.request_changes(node.review.curation, proposal.id, CURATOR, "Ein geheimer Satz.", round=1)
    deciding.decline(node.review.curation, proposal.id, CURATOR, "Noch ein geheimer Satz.")
    events = node.review.audit.events(proposal.id)
    assert [(event.action, event.person) for event in events] == [
        ("decline", CURATOR.id),
        ("request_changes", CURATOR.id),
        ("submit", AUTHOR.id),
    ]
    assert "geheim" not in str(events)
    assert node.review.audit.events(wanted=LogFilter(before=events[0].id), limit=1) == (events[1],)


def test_nobody_can_change_or_delete_a_line_of_the_audit_log(node: ReviewNode) -> None:
    sent(node, "Eins")
    before = node.review.audit.events()
    for deed in (update(AuditEvent).values(person="id-berta"), delete(AuditEvent).where(col(AuditEvent.id) > 0)):
        with pytest.raises(IntegrityError), node.sessions.begin() as db:
            db.execute(deed)
    assert node.review.audit.events() == before
