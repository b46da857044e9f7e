from dataclasses import replace

import pytest

from app.identity import Person
from app.identity.errors import NotAllowed
from app.review.by_git.mirror import writer_of
from app.review.decision import Decision
from app.review.errors import NothingChanged, ProposalNotFound, RevisionOutdated
from app.review.models import DraftOrigin, NoticeKind, Proposal, Purpose
from app.review.submission import RawText, Rejected, Submission, Via
from app.review.text.examiner import Checked
from app.review.workflow import ProposalState, Step, StepRefused
from tests import deciding
from tests.functional.review.deeds import approved, published, released, revised, sent, submitted
from tests.functional.review.node import (
    AUTHOR,
    CURATOR,
    ELSEWHERE,
    OTHER_AUTHOR,
    OTHER_CURATOR,
    READER,
    ReviewNode,
    concept,
    new_concept,
)
from tests.webnode.texts import record_id


def test_a_form_without_identifier_and_dates_becomes_a_complete_proposal(node: ReviewNode) -> None:
    proposal = submitted(node, new_concept(title="Bürgerbus: für Größere & Ältere"))
    assert (proposal.kind, proposal.slug, proposal.purpose) == (
        "concept",
        "buergerbus-fuer-groessere-aeltere",
        Purpose.NEW,
    )
    text = node.review.proposals.view(proposal.id, AUTHOR).newest.text.decode()
    assert "license: CC-BY-4.0" in text
    assert "compiled_by: municipality" in text
    assert "review_by: 2027-03-01" in text


def test_a_proposal_is_one_commit_on_its_base_with_a_pseudonym(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    done = node.repository.git.run("log", "-1", "--format=%an|%P|%G?", f"refs/proposals/{proposal.id}")
    author, parent, signature = done.line.split("|")
    assert author == AUTHOR.pseudonym
    assert parent == node.repository.versions("concepts/eins")[-1].commit
    assert signature == "G"
    assert node.record("eins").title == "Beispiel"
    # Comments and the order of the file stay.
    assert node.review.proposals.view(proposal.id, AUTHOR).newest.text == concept("eins", title="Anders")


def test_what_is_wrong_comes_back_by_field_and_nothing_is_stored(node: ReviewNode) -> None:
    outcome = node.review.proposals.submit(node.submission("eins", title="x" * 101, background=""))
    assert isinstance(outcome, Rejected)
    assert {"title"} <= {problem.field for problem in outcome.errors}
    assert node.review.queue.queue(CURATOR) == ()
    assert node.repository.git.run("for-each-ref", "refs/proposals").line == ""


def test_what_the_command_line_finds_the_form_finds_too(node: ReviewNode) -> None:
    nowhere = [{"rel": "related", "target": "concept/gibt-es-nicht"}]
    for changes, field, code in (
        ({"relations": nowhere}, "relations.0.target", "unknown_record"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"background": "Ein Satz.[^fremd]"}, "body.background", "unknown_source"),
    ):
        outcome = node.review.proposals.submit(node.submission("eins", **changes))
        assert isinstance(outcome, Rejected)
        assert (field, code) in {(problem.field, problem.code) for problem in outcome.problems}


def test_a_form_cannot_change_the_identifier(node: ReviewNode) -> None:
    proposal = sent(node, id="00000000-0000-4000-8000-000000000000", title="Anders")
    assert proposal.record_id == record_id("eins")


def test_a_pushed_file_cannot_take_over_another_record(node: ReviewNode) -> None:
    raw = RawText(index=concept("zwei", text="Fremd."))
    outcome = node.review.proposals.submit(Submission(kind="concept", slug="eins", author=AUTHOR, text=raw))
    assert isinstance(outcome, Rejected)
    assert [problem.code for problem in outcome.errors] == ["id_changed"]
    new = node.review.proposals.submit(Submission(kind="concept", slug="drei", author=AUTHOR, text=raw))
    assert isinstance(new, Rejected)
    assert [problem.code for problem in new.errors] == ["id_taken"]


def test_sending_twice_gives_the_same_proposal(node: ReviewNode) -> None:
    first = node.review.proposals.submit(new_concept(key="entwurf-1"))
    second = node.review.proposals.submit(new_concept(key="entwurf-1"))
    assert isinstance(first, Proposal)
    assert second == first
    other = submitted(node, new_concept(OTHER_AUTHOR, key="entwurf-1"))
    assert other.id != first.id
    assert other.slug == "ganz-neu-2"


def test_unchanged_text_is_no_proposal(node: ReviewNode) -> None:
    with pytest.raises(NothingChanged):
        node.review.proposals.submit(node.submission("eins"))


def test_readers_may_not_propose_and_others_do_not_learn_of_it(node: ReviewNode) -> None:
    with pytest.raises(NotAllowed):
        node.review.proposals.submit(node.submission("eins", READER, title="Anders"))
    proposal = sent(node, title="Anders")
    for stranger in (READER, OTHER_AUTHOR, ELSEWHERE):
        with pytest.raises(ProposalNotFound):
            node.review.proposals.view(proposal.id, stranger)
    assert node.review.proposals.view(proposal.id, CURATOR).proposal == proposal


def told(node: ReviewNode, person: Person) -> list[NoticeKind]:
    """What somebody was told since this was asked last."""
    found = [notice.kind for notice in node.review.notices.of(person.id, unread_only=True)]
    node.review.notices.mark_read(person.id)
    return found


def test_whoever_can_decide_is_told_of_every_new_text_once(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    assert told(node, CURATOR) == told(node, OTHER_CURATOR) == [NoticeKind.SUBMITTED]
    assert told(node, ELSEWHERE) == told(node, AUTHOR) == []
    node.review.curation.take_over(proposal.id, node.submission("eins", CURATOR, title="Von Berta"))
    assert told(node, AUTHOR) == [NoticeKind.TAKEN_OVER]
    assert told(node, OTHER_CURATOR) == [NoticeKind.REVISED]
    assert told(node, CURATOR) == []
    deciding.approve(node.review.curation, proposal.id, OTHER_CURATOR, round=2)
    for person in (AUTHOR, CURATOR):
        told(node, person)
    newer = revised(node, proposal, node.submission("eins", title="Von Anna"))
    # An approval of the earlier text is void.
    assert (newer.state, newer.rounds, newer.title) == (ProposalState.SUBMITTED, 3, "Von Anna")
    with pytest.raises(RevisionOutdated):
        node.review.curation.decide(proposal.id, OTHER_CURATOR, Decision(step=Step.PUBLISH, round=2))
    assert told(node, CURATOR) == told(node, OTHER_CURATOR) == [NoticeKind.REVISED]
    assert told(node, AUTHOR) == told(node, ELSEWHERE) == []


def test_curators_are_notified_when_the_author_resolves_a_conflict(node: ReviewNode) -> None:
    first = sent(node, title="Erster")
    second = submitted(node, node.submission("eins", OTHER_AUTHOR, title="Zweiter"))
    released(node, second)
    for person in (AUTHOR, CURATOR, OTHER_CURATOR):
        told(node, person)
    conflict = node.review.curation.conflicts(first.id, AUTHOR)
    assert conflict is not None
    node.review.curation.resolve(first.id, AUTHOR, head=conflict.head, choices={"title": "Dritter"})
    assert told(node, CURATOR) == told(node, OTHER_CURATOR) == [NoticeKind.REVISED]
    assert told(node, AUTHOR) == []


def test_the_same_text_answers_a_request_for_a_change_and_the_message_is_kept(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    deciding.request_changes(node.review.curation, proposal.id, CURATOR, "Ist das so?", round=1)
    answer = replace(node.submission("eins", title="Anders"), reason="Ja: Beschluss 12/2023.")
    outcome = revised(node, proposal, answer)
    assert (outcome.state, outcome.rounds) == (ProposalState.SUBMITTED, 2)
    view = node.review.proposals.view(proposal.id, CURATOR)
    assert view.newest.reason == "Ja: Beschluss 12/2023."
    assert NoticeKind.REVISED in [notice.kind for notice in node.review.notices.of(CURATOR.id)]


def test_a_new_message_to_the_same_text_is_kept_once(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    said = replace(node.submission("eins", title="Anders"), reason="Das ist seit 2023 so.")
    for _ in range(2):
        node.review.proposals.revise(proposal.id, said)
    view = node.review.proposals.view(proposal.id, CURATOR)
    assert [one.reason for one in view.revisions] == ["", "Das ist seit 2023 so."]


def test_a_curator_who_sends_the_text_as_it_was_brought_no_words_into_it(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    deciding.request_changes(node.review.curation, proposal.id, CURATOR, "Ist das so?", round=1)
    node.review.curation.take_over(proposal.id, node.submission("eins", OTHER_CURATOR, title="Anders"))
    view = node.review.proposals.view(proposal.id, CURATOR)
    assert view.proposal.state is ProposalState.SUBMITTED
    assert view.writers == {AUTHOR.id}


def test_the_same_text_from_a_mirror_again_does_not_settle_a_requested_change(node: ReviewNode) -> None:
    shown = replace(
        node.submission("eins", writer_of("neu"), title="Von dort"), via=Via.MIRROR, reason="Von der Plattform."
    )
    proposal = submitted(node, shown)
    asked = deciding.request_changes(node.review.curation, proposal.id, CURATOR, "Ist das so?", round=1)
    assert node.review.proposals.revise(proposal.id, shown) == asked


def test_author_and_curator_who_improve_different_fields_at_once_both_win(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    node.review.curation.take_over(
        proposal.id, node.submission("eins", CURATOR, title="Anders", purpose="Neuer Zweck.")
    )
    revised(node, proposal, node.submission("eins", title="Anders", findings="Viel.", round=1))
    text = node.review.proposals.view(proposal.id, AUTHOR).newest.text.decode()
    assert "Neuer Zweck." in text
    assert "Viel." in text


def test_author_and_curator_who_improve_the_same_field_at_once_are_told(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    node.review.curation.take_over(proposal.id, node.submission("eins", CURATOR, title="Von Berta"))
    with pytest.raises(RevisionOutdated) as raised:
        node.review.proposals.revise(proposal.id, node.submission("eins", title="Von Anna", round=1))
    assert raised.value.round == 2
    assert node.review.proposals.view(proposal.id, AUTHOR).proposal.title == "Von Berta"


def test_taking_back_gives_the_text_back_as_a_draft_and_removes_it_from_git(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders", files={"plan.txt": b"Plan"})
    with pytest.raises(ProposalNotFound):
        node.review.proposals.withdraw(proposal.id, OTHER_AUTHOR)
    draft = node.review.proposals.withdraw(proposal.id, AUTHOR)
    assert draft.origin is DraftOrigin.PROPOSAL
    assert draft.title == "Anders"
    assert node.review.drafts.file(draft.id, AUTHOR, "plan.txt") == b"Plan"
    assert node.repository.ref(f"refs/proposals/{proposal.id}") is None
    with pytest.raises(StepRefused):
        node.review.proposals.withdraw(proposal.id, AUTHOR)


def test_a_reviewer_compares_base_earlier_round_and_proposal(node: ReviewNode) -> None:
    proposal = sent(node, title="Anders")
    node.review.proposals.revise(proposal.id, node.submission("eins", title="Noch anders"))
    texts = node.review.proposals.texts(proposal.id, CURATOR)
    titles = [text.title if text else None for text in (texts.base, texts.earlier, texts.proposed)]
    assert titles == ["Beispiel", "Anders", "Noch anders"]
    first = node.review.proposals.texts(proposal.id, CURATOR, since=1)
    assert first.earlier is not None
    assert first.earlier.title == "Anders"
    deciding.decline(node.review.curation, proposal.id, CURATOR, "Nein.")
    assert node.review.proposals.texts(proposal.id, AUTHOR) == texts
    with pytest.raises(ProposalNotFound):
        node.review.proposals.texts(proposal.id, OTHER_AUTHOR)


def test_checks_are_made_anew_on_what_would_be_published(node: ReviewNode) -> None:
    one = approved(node, title="Von Anna")
    two = approved(node, OTHER_AUTHOR, purpose="Von Arno.")
    deciding.publish(node.review.curation, one.id, CURATOR)
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
