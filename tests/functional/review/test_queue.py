from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from app.identity.audit_log import LogFilter
from app.records.problem import Severity
from app.review.models import AuditEvent, Proposal
from app.review.queue import QueueFilter
from app.review.workflow import ProposalState
from tests import deciding
from tests.functional.review.deeds import submitted
from tests.functional.review.node import AUTHOR, CURATOR, ELSEWHERE, OTHER_AUTHOR, ReviewNode, new_concept
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


def test_it_is_narrowed_by_topic_region_kind_state_and_author(node: ReviewNode) -> None:
    asked = sent(node, "Eins")
    sent(node, "Zwei", OTHER_AUTHOR)
    deciding.request_changes(node.review.curation, asked.id, CURATOR, "Bitte mit Jahr.", round=1)
    for wanted, count in (
        (QueueFilter(), 2),
        (QueueFilter(topics=frozenset({"mobility", "energy"})), 2),
        (QueueFilter(topics=frozenset({"energy"})), 0),
        (QueueFilter(regions=frozenset({"HE"})), 0),
        (QueueFilter(kinds=frozenset({"case-study"})), 0),
        (QueueFilter(states=frozenset({ProposalState.CHANGES_REQUESTED})), 1),
        (QueueFilter(author=OTHER_AUTHOR.id), 1),
    ):
        assert len(node.review.queue.queue(CURATOR, wanted)) == count, wanted


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
