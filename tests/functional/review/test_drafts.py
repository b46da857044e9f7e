import pytest

from app.catalogue import RecordNotFound
from app.identity.errors import NotAllowed
from app.review.drafts import store as limits
from app.review.errors import DraftNotFound, DraftTooLarge, FileNameRefused, ProposalNotFound, RevisionOutdated
from app.review.models import Draft, DraftContent, DraftOrigin, DraftSavedElsewhere, Proposal, Purpose
from app.review.submission import Rejected
from app.review.workflow import StepRefused
from tests import deciding
from tests.functional.review.conftest import OpenNode
from tests.functional.review.deeds import saved, sent_draft, submitted, written
from tests.functional.review.node import (
    AUTHOR,
    CURATOR,
    ELSEWHERE,
    ORGANISATION,
    OTHER_AUTHOR,
    OTHER_CURATOR,
    READER,
    ReviewNode,
    concept,
    new_concept,
)


def cut_off(step: str) -> None:
    if step == "proposal_row":
        raise ConnectionError


class TestSaving:
    def test_a_draft_returns_everything_that_was_typed_even_if_incomplete(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_empty("case-study", AUTHOR)
        content = DraftContent(
            front={"title": "Hal", "lessons": [{"statement": ""}], "cost": {"one_time": "unklar"}},
            sections={"problem": "Es war ## einmal\n"},
            reason="Weil",
            step="done",
            extra={"paragraphs": ["eins", "zwei"]},
        )
        node.review.drafts.save(draft.id, AUTHOR, content, draft.version)
        loaded = node.review.drafts.load(draft.id, AUTHOR)
        assert loaded.content == content
        assert (loaded.title, loaded.version) == ("Hal", 2)

    def test_municipality_and_contact_of_a_new_record_come_from_the_account(self, node: ReviewNode) -> None:
        office = ORGANISATION.replace("role: ", "contact: {role: Rathaus, phone: '0123 456'}\nrole: ", 1)
        node.put({"organisations/beispielstadt/index.md": office.encode()})
        place = {"name": "Beispielstadt", "state": "HE", "ars": "06999001", "role": "lead"}
        front = node.review.drafts.start_empty("case-study", AUTHOR).content.front
        assert front == {"municipalities": [place], "contact": {"role": "Rathaus", "phone": "0123 456"}}
        assert "municipalities" not in node.review.drafts.start_empty("concept", AUTHOR).content.front

    def test_a_second_window_is_noticed_and_nothing_is_overwritten(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_empty("concept", AUTHOR)
        saved(node, draft, title="Im ersten Fenster")
        outcome = node.review.drafts.save(draft.id, AUTHOR, DraftContent(front={"title": "Im zweiten"}), draft.version)
        assert isinstance(outcome, DraftSavedElsewhere)
        assert outcome.current.title == "Im ersten Fenster"
        assert node.review.drafts.load(draft.id, AUTHOR).title == "Im ersten Fenster"

    def test_saving_the_same_twice_is_harmless(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_empty("concept", AUTHOR)
        first = saved(node, draft, title="Einmal")
        again = node.review.drafts.save(draft.id, AUTHOR, first.content, draft.version)
        assert again == first

    def test_only_the_writer_sees_and_deletes_it_with_its_files(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_empty("concept", AUTHOR)
        for person in (OTHER_AUTHOR, CURATOR, READER):
            with pytest.raises(DraftNotFound):
                node.review.drafts.load(draft.id, person)
            with pytest.raises(DraftNotFound):
                node.review.drafts.delete(draft.id, person)
            assert node.review.drafts.mine(person) == ()
        assert [found.id for found in node.review.drafts.mine(AUTHOR)] == [draft.id]
        node.review.drafts.attach(draft.id, AUTHOR, "bild.png", b"\x89PNG")
        node.review.drafts.delete(draft.id, AUTHOR)
        with pytest.raises(DraftNotFound):
            node.review.drafts.file(draft.id, AUTHOR, "bild.png")


class TestFiles:
    def test_they_are_kept_replaced_and_removed(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_empty("concept", AUTHOR)
        node.review.drafts.attach(draft.id, AUTHOR, "plan.png", b"alt")
        # A window that knows nothing of the file still saves its text.
        assert saved(node, draft, title="Geht").version == 2
        kept = node.review.drafts.attach(draft.id, AUTHOR, "plan.png", b"neu!")
        assert [(file.name, file.size) for file in kept.files] == [("plan.png", 4)]
        assert node.review.drafts.file(draft.id, AUTHOR, "plan.png") == b"neu!"
        assert node.review.drafts.files(draft.id, AUTHOR) == {"plan.png": b"neu!"}
        assert node.review.drafts.detach(draft.id, AUTHOR, "plan.png").files == []

    def test_unsafe_and_unportable_names_are_refused(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_empty("concept", AUTHOR)
        node.review.drafts.attach(draft.id, AUTHOR, "plan.png", b"x")
        unsafe = ("../a.png", "a/b.png", "index.md", "", "ä.png", ".git", "a b.png", "x" * 101)
        for name in (*unsafe, "con.txt", "Aux.png", "INDEX.md", "PLAN.png"):
            with pytest.raises(FileNameRefused):
                node.review.drafts.attach(draft.id, AUTHOR, name, b"x")

    def test_size_and_number_are_limited(self, node: ReviewNode, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "FILE_LIMIT", 10)
        monkeypatch.setattr(limits, "MAX_FILES_SIZE", 15)
        monkeypatch.setattr(limits, "MAX_FILES", 2)
        draft = node.review.drafts.start_empty("concept", AUTHOR)
        with pytest.raises(DraftTooLarge, match="file"):
            node.review.drafts.attach(draft.id, AUTHOR, "a.png", b"x" * 11)
        node.review.drafts.attach(draft.id, AUTHOR, "a.png", b"x" * 10)
        with pytest.raises(DraftTooLarge, match="file"):
            node.review.drafts.attach(draft.id, AUTHOR, "b.png", b"x" * 6)
        node.review.drafts.attach(draft.id, AUTHOR, "b.png", b"x")
        with pytest.raises(DraftTooLarge, match="files"):
            node.review.drafts.attach(draft.id, AUTHOR, "c.png", b"x")

    def test_text_and_number_of_drafts_are_limited(self, node: ReviewNode, monkeypatch: pytest.MonkeyPatch) -> None:
        draft = node.review.drafts.start_empty("concept", AUTHOR)
        with pytest.raises(DraftTooLarge, match="text"):
            node.review.drafts.save(draft.id, AUTHOR, DraftContent(sections={"x": "x" * limits.MAX_TEXT_SIZE}), 1)
        monkeypatch.setattr(limits, "MAX_DRAFTS", 1)
        with pytest.raises(DraftTooLarge, match="drafts"):
            node.review.drafts.start_empty("concept", AUTHOR)


class TestStarting:
    def test_readers_start_nothing(self, node: ReviewNode) -> None:
        with pytest.raises(NotAllowed):
            node.review.drafts.start_empty("concept", READER)
        with pytest.raises(NotAllowed):
            node.review.drafts.start_edit("concept", "eins", READER)

    def test_from_a_record_keeps_what_is_alike_and_names_it(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_from_record("concept", "eins", AUTHOR)
        assert draft.origin is DraftOrigin.RECORD
        assert draft.content.front["topics"] == ["mobility"]
        assert draft.content.front["relations"] == [{"rel": "reuses", "target": "concept/eins"}]
        assert "title" not in draft.content.front
        assert "lessons" not in draft.content.front
        assert draft.slug is None

    def test_an_edit_goes_on_where_the_person_left_off(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_edit("concept", "eins", AUTHOR)
        saved(node, draft, title="Halb fertig")
        assert node.review.drafts.start_edit("concept", "eins", AUTHOR).title == "Halb fertig"
        assert node.review.drafts.start_edit("concept", "eins", OTHER_AUTHOR).title == "Beispiel"
        with pytest.raises(RecordNotFound):
            node.review.drafts.start_edit("concept", "gibt-es-nicht", AUTHOR)

    def test_a_proposal_is_improved_by_its_author_or_a_curator_of_such_records(self, node: ReviewNode) -> None:
        proposal = submitted(node, new_concept(title="Neu"))
        for person in (AUTHOR, CURATOR):
            draft = node.review.drafts.start_from_proposal(proposal.id, person)
            assert (draft.title, draft.proposal_id, draft.round) == ("Neu", proposal.id, 1)
        with pytest.raises(NotAllowed):
            node.review.drafts.start_from_proposal(proposal.id, ELSEWHERE)
        with pytest.raises(ProposalNotFound):
            node.review.drafts.start_from_proposal("gibt-es-nicht", CURATOR)


class TestGoingOnFromAnotherVersion:
    @pytest.fixture
    def edited(self, node: ReviewNode) -> Draft:
        """An edit of a concept that was published anew meanwhile, with a picture."""
        draft = node.review.drafts.start_edit("concept", "eins", AUTHOR)
        changed = {"concepts/eins/index.md": concept("eins", "Zweite Fassung."), "concepts/eins/plan.png": b"\x89PNG"}
        node.put(changed)
        return node.review.drafts.attach(draft.id, AUTHOR, "skizze.png", b"\x89PNG mein")

    def rebased(self, node: ReviewNode, draft: Draft, *names: str) -> Draft | DraftSavedElsewhere:
        record = node.record("eins")
        known = {file.name: file.sha256 for file in record.files} | {file.name: file.sha256 for file in draft.files}
        files = {name: known[name] for name in names}
        return node.review.drafts.rebase(draft, AUTHOR, draft.content, base=record.digest, files=files)

    def test_files_of_both_sides_are_there_as_decided(self, node: ReviewNode, edited: Draft) -> None:
        self.rebased(node, edited, "plan.png", "skizze.png")
        assert node.review.drafts.files(edited.id, AUTHOR) == {"plan.png": b"\x89PNG", "skizze.png": b"\x89PNG mein"}
        again = node.review.drafts.load(edited.id, AUTHOR)
        assert (again.base, again.version) == (node.record("eins").digest, edited.version + 1)
        self.rebased(node, again, "plan.png")
        assert list(node.review.drafts.files(edited.id, AUTHOR)) == ["plan.png"]

    def test_a_file_attached_meanwhile_is_not_lost(self, node: ReviewNode, edited: Draft) -> None:
        node.review.drafts.attach(edited.id, AUTHOR, "foto.png", b"\x89PNG neu")
        assert isinstance(self.rebased(node, edited, "skizze.png"), DraftSavedElsewhere)
        assert list(node.review.drafts.files(edited.id, AUTHOR)) == ["foto.png", "skizze.png"]
        assert node.review.drafts.load(edited.id, AUTHOR).base == edited.base


class TestSending:
    def test_an_edit_becomes_a_proposal_and_the_draft_is_gone(self, node: ReviewNode) -> None:
        draft = saved(node, node.review.drafts.start_edit("concept", "eins", AUTHOR), title="Anders")
        outcome = sent_draft(node, draft)
        assert (outcome.slug, outcome.title) == ("eins", "Anders")
        assert node.review.drafts.mine(AUTHOR) == ()

    def test_what_is_missing_comes_back_and_the_draft_stays(self, node: ReviewNode) -> None:
        draft = saved(node, node.review.drafts.start_empty("concept", AUTHOR), title="Nur ein Titel")
        outcome = node.review.proposals.submit_draft(draft.id, AUTHOR, draft.version)
        assert isinstance(outcome, Rejected)
        assert "summary" in {problem.field for problem in outcome.errors}
        assert node.review.drafts.load(draft.id, AUTHOR).title == "Nur ein Titel"

    def test_an_outdated_window_sends_nothing(self, node: ReviewNode) -> None:
        draft = node.review.drafts.start_edit("concept", "eins", AUTHOR)
        saved(node, draft, title="Neuer")
        outcome = node.review.proposals.submit_draft(draft.id, AUTHOR, draft.version)
        assert isinstance(outcome, DraftSavedElsewhere)
        assert node.review.queue.mine(AUTHOR) == ()

    def test_an_improved_proposal_gets_its_next_round(self, node: ReviewNode) -> None:
        proposal = submitted(node, new_concept(title="Neu", files={"plan.txt": b"Plan"}))
        draft = saved(node, node.review.drafts.start_from_proposal(proposal.id, AUTHOR), title="Besser")
        outcome = sent_draft(node, draft)
        assert (outcome.id, outcome.rounds, outcome.title) == (proposal.id, 2, "Besser")
        assert node.review.proposals.file(proposal.id, AUTHOR, "plan.txt") == b"Plan"

    def test_what_another_window_saves_meanwhile_improves_the_proposal(self, open_node: OpenNode) -> None:
        other = open_node()
        seen: list[Draft] = []

        def save_elsewhere(step: str) -> None:
            if step == "proposal_row" and not seen:
                seen.append(saved(other, other.review.drafts.mine(AUTHOR)[0], title="Später gesichert"))

        node = open_node(after_step=save_elsewhere)
        draft = written(node)
        outcome = sent_draft(node, draft)
        assert outcome.title == "Ganz neu"
        left = node.review.drafts.load(draft.id, AUTHOR)
        assert (left.title, left.proposal_id, left.round) == ("Später gesichert", outcome.id, 1)
        improved = sent_draft(node, left)
        assert (improved.id, improved.title, improved.rounds) == (outcome.id, "Später gesichert", 2)
        assert improved.record_id == outcome.record_id
        assert node.review.drafts.mine(AUTHOR) == ()

    def test_a_file_attached_while_it_is_sent_stays(self, open_node: OpenNode) -> None:
        other = open_node()

        def attach_elsewhere(step: str) -> None:
            if step == "proposal_row":
                other.review.drafts.attach(draft.id, AUTHOR, "plan.txt", b"Plan")

        node = open_node(after_step=attach_elsewhere)
        draft = saved(node, node.review.drafts.start_edit("concept", "eins", AUTHOR), title="Anders")
        assert isinstance(node.review.proposals.submit_draft(draft.id, AUTHOR, draft.version), Proposal)
        assert node.review.drafts.files(draft.id, AUTHOR) == {"plan.txt": b"Plan"}

    def test_what_was_written_after_a_sending_that_was_cut_off_is_not_forgotten(self, open_node: OpenNode) -> None:
        node, cut = open_node(), open_node(after_step=cut_off)
        draft = saved(node, node.review.drafts.start_edit("concept", "eins", AUTHOR), title="Gesendet")
        with pytest.raises(ConnectionError):
            cut.review.proposals.submit_draft(draft.id, AUTHOR, draft.version)
        draft = saved(node, draft, title="Danach geschrieben")
        outcome = sent_draft(node, draft)
        assert (outcome.title, outcome.rounds) == ("Danach geschrieben", 2)
        assert [item.proposal.id for item in node.review.queue.mine(AUTHOR)] == [outcome.id]
        assert node.review.drafts.mine(AUTHOR) == ()

    def test_sending_again_after_a_sending_that_was_cut_off_gives_the_same_proposal(self, open_node: OpenNode) -> None:
        node, cut = open_node(), open_node(after_step=cut_off)
        draft = written(node)
        with pytest.raises(ConnectionError):
            cut.review.proposals.submit_draft(draft.id, AUTHOR, draft.version)
        outcome = sent_draft(node, draft)
        assert outcome.rounds == 1
        assert [item.proposal.id for item in node.review.queue.mine(AUTHOR)] == [outcome.id]
        assert node.review.drafts.mine(AUTHOR) == ()


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
    deciding.decline(node.review.curation, improving.proposal_id or "", CURATOR, "Nein.")
    outcome = sent_alone(node, improving)
    assert (outcome.title, outcome.purpose) == ("Besser", Purpose.NEW)
    assert node.review.proposals.file(outcome.id, AUTHOR, "plan.txt") == b"Plan"


def test_after_publication_the_text_becomes_a_change_of_the_record(node: ReviewNode, improving: Draft) -> None:
    deciding.approve(node.review.curation, improving.proposal_id or "", CURATOR, round=1)
    deciding.publish(node.review.curation, improving.proposal_id or "", CURATOR)
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
    deciding.decline(other.review.curation, sent.id, CURATOR, "Nein.")
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


def test_a_newer_text_is_met_before_the_draft_stands_alone(node: ReviewNode, improving: Draft) -> None:
    proposal_id = improving.proposal_id or ""
    theirs = node.review.drafts.start_from_proposal(proposal_id, CURATOR)
    content = DraftContent(front={**theirs.content.front, "title": "Von Berta"}, sections=theirs.content.sections)
    node.review.drafts.attach(theirs.id, CURATOR, "karte.txt", b"Karte")
    edited = node.review.drafts.save(theirs.id, CURATOR, content, theirs.version)
    assert isinstance(edited, Draft)
    node.review.proposals.submit_draft(edited.id, CURATOR, edited.version)
    deciding.approve(node.review.curation, proposal_id, OTHER_CURATOR, round=2)
    deciding.publish(node.review.curation, proposal_id, OTHER_CURATOR)
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
