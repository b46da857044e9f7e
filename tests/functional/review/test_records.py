from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.catalogue import RecordWithdrawn
from app.database import Table
from app.identity.errors import NotAllowed
from app.records.problem import InvalidRecord
from app.records.record import only_confirmed
from app.review.errors import BaseUnknown, RecordErased, RecordGone
from app.review.models import NoticeKind
from app.review.queue import days_late
from app.search.answering import page
from tests import deciding
from tests.functional.review.conftest import OpenNode
from tests.functional.review.deeds import released, submitted
from tests.functional.review.node import AUTHOR, CURATOR, ELSEWHERE, OTHER_AUTHOR, READER, ReviewNode
from tests.webnode.clock import SteppingClock
from tests.webnode.reading import noted


def published_by_author(node: ReviewNode) -> None:
    proposal = submitted(node, node.submission("eins", title="Von Anna"))
    released(node, proposal)


HOME = "Sie wohnt in der Zwiebelturmgasse."


def rows(node: ReviewNode) -> str:
    """Everything that the tables of review hold."""
    with node.sessions.reading() as db:
        tables = (table for name, table in Table.metadata.tables.items() if name.startswith("review_"))
        return "\n".join(str(tuple(row)) for table in tables for row in db.execute(select(table)))


class TestWithdrawing:
    def test_a_note_stands_in_its_place_and_the_authors_are_told(self, node: ReviewNode) -> None:
        published_by_author(node)
        outcome = node.review.records.withdraw_record(
            "concept", "eins", CURATOR, reason="superseded", note="Es gibt Besseres.", successor="concept/zwei"
        )
        assert outcome.ver == 3
        with pytest.raises(RecordWithdrawn) as raised:
            node.record("eins")
        note = node.catalogue.withdrawal(raised.value.entry)
        assert (note.reason, note.note, note.successor, note.title) == (
            "superseded",
            "Es gibt Besseres.",
            "concept/zwei",
            "Von Anna",
        )
        assert node.review.notices.of(AUTHOR.id)[0].kind is NoticeKind.RECORD_WITHDRAWN
        event = node.review.audit.events()[0]
        assert (event.action, event.person, event.params["ver"]) == ("withdrawal", CURATOR.id, "3")

    def test_a_withdrawal_for_legal_or_privacy_reasons_removes_even_the_title(self, node: ReviewNode) -> None:
        for slug, reason in (("eins", "legal"), ("zwei", "personal-data")):
            node.review.records.withdraw_record("concept", slug, CURATOR, reason=reason)
            text = node.repository.folder(f"concepts/{slug}", node.repository.head()).text.decode()
            assert "Beispiel" not in text

    def test_a_withdrawal_to_protect_personal_data_erases_proposals_drafts_and_remarks(self, node: ReviewNode) -> None:
        proposal = submitted(node, node.submission("eins", title="Von Anna", background=HOME, reason=HOME))
        deciding.comment(node.review.curation, proposal.id, CURATOR, HOME)
        released(node, proposal)
        waiting = submitted(node, node.submission("eins", title="Von Anna", findings=HOME))
        node.review.drafts.start_edit("concept", "eins", AUTHOR)
        node.review.records.withdraw_record("concept", "eins", CURATOR, reason="personal-data")
        assert HOME not in rows(node)
        assert "Von Anna" not in rows(node)
        assert node.review.drafts.mine(AUTHOR) == ()
        assert node.repository.ref(f"refs/proposals/{waiting.id}") is None
        assert node.review.notices.of(AUTHOR.id)[0].kind is NoticeKind.RECORD_WITHDRAWN
        with pytest.raises(RecordErased):
            node.review.records.restore("concept", "eins", CURATOR)
        assert not node.review.reconciliation.run().changed

    def test_a_withdrawn_record_can_be_withdrawn_again_to_protect_personal_data(self, node: ReviewNode) -> None:
        published_by_author(node)
        node.review.records.withdraw_record("concept", "eins", CURATOR, reason="error")
        first = node.review.records.withdraw_record("concept", "eins", CURATOR, reason="personal-data")
        again = node.review.records.withdraw_record("concept", "eins", CURATOR, reason="personal-data")
        assert (first.ver, first.digest) == (again.ver, again.digest)
        assert first.ver == 4
        assert "Von Anna" not in rows(node)

    def test_only_curators_of_a_record_may_withdraw_it(self, node: ReviewNode) -> None:
        for person in (AUTHOR, ELSEWHERE, READER):
            with pytest.raises(NotAllowed):
                node.review.records.withdraw_record("concept", "eins", person, reason="error")
        assert node.record("eins").title == "Beispiel"

    def test_an_unknown_reason_or_a_second_time_is_refused(self, node: ReviewNode) -> None:
        with pytest.raises(InvalidRecord):
            node.review.records.withdraw_record("concept", "eins", CURATOR, reason="keine-lust")
        node.review.records.withdraw_record("concept", "eins", CURATOR, reason="error")
        with pytest.raises(RecordGone):
            node.review.records.withdraw_record("concept", "eins", CURATOR, reason="error")
        with pytest.raises(BaseUnknown):
            node.review.records.withdraw_record("concept", "gibt-es-nicht", CURATOR, reason="error")

    def test_restoring_brings_back_the_same_text_word_for_word(self, node: ReviewNode) -> None:
        before = node.record("eins")
        node.review.records.withdraw_record("concept", "eins", CURATOR, reason="error")
        with pytest.raises(NotAllowed):
            node.review.records.restore("concept", "eins", AUTHOR)
        outcome = node.review.records.restore("concept", "eins", CURATOR)
        assert (outcome.ver, outcome.digest) == (3, before.digest)
        assert node.record("eins") == before
        # Doing it twice changes nothing.
        head = node.repository.head()
        assert node.review.records.restore("concept", "eins", CURATOR).digest == before.digest
        assert node.repository.head() == head


class TestConfirming:
    def test_nobody_is_alarmed_by_it(self, open_node: OpenNode) -> None:
        node = open_node(clock=SteppingClock(datetime(2026, 9, 30, 8, tzinfo=UTC)))
        before = node.record("eins")
        node.review.records.confirm_current("concept", "eins", AUTHOR, date(2027, 1, 31))
        after = node.record("eins")
        assert (after.last_confirmed, after.review_by) == ("2026-09-30", "2027-01-31")
        assert only_confirmed(before, after)
        assert node.review.notices.of(CURATOR.id) == ()
        submitted(node, node.submission("eins", title="Anders"))

    def test_twice_on_one_day_is_once(self, open_node: OpenNode) -> None:
        node = open_node(clock=SteppingClock(datetime(2026, 9, 30, 8, tzinfo=UTC)))
        first = node.review.records.confirm_current("concept", "eins", AUTHOR)
        second = node.review.records.confirm_current("concept", "eins", CURATOR)
        assert (second.ver, second.digest) == (first.ver, first.digest)
        assert len(node.repository.versions("concepts/eins")) == 2

    def test_those_it_is_about_and_curators_may(self, node: ReviewNode) -> None:
        for person in (OTHER_AUTHOR, ELSEWHERE, READER):
            with pytest.raises(NotAllowed):
                node.review.records.confirm_current("concept", "eins", person)

    def test_the_municipality_confirms_what_editors_compiled(self, node: ReviewNode) -> None:
        for person in (CURATOR, OTHER_AUTHOR):
            with pytest.raises(NotAllowed):
                node.review.records.confirm_record("concept", "eins", person)
        outcome = node.review.records.confirm_record("concept", "eins", AUTHOR)
        record = node.record("eins")
        assert outcome.ver == 2
        assert (record.compiled_by, record.confirmed) == ("editors", "2026-03-01")

    def test_a_confirmation_does_not_stand_in_the_way_of_an_edit(self, open_node: OpenNode) -> None:
        node = open_node(clock=SteppingClock(datetime(2026, 9, 30, 8, tzinfo=UTC)))
        proposal = submitted(node, node.submission("eins", title="Anders"))
        node.review.records.confirm_current("concept", "eins", AUTHOR)
        released(node, proposal)
        record = node.record("eins")
        assert (record.title, record.last_confirmed) == ("Anders", "2026-09-30")


class TestOverdue:
    @pytest.fixture
    def node(self, searching_node: ReviewNode) -> ReviewNode:
        return searching_node

    def test_records_are_listed_by_how_late_they_are(self, node: ReviewNode) -> None:
        node.review.records.confirm_current("concept", "zwei", CURATOR, date(2026, 6, 1))
        today = date(2027, 3, 11)
        listed = [(one.slug, days_late(one.review_by, today)) for one in node.review.overdue.overdue(today)]
        assert listed == [("zwei", 283), ("eins", 10), ("beispielstadt", 10)]
        assert node.review.overdue.overdue(date(2026, 3, 1)) == ()

    def test_more_than_a_page_of_hits_are_listed(self, node: ReviewNode, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(page, "MAX_PER_PAGE", 1)
        assert len(node.review.overdue.overdue(date(2027, 3, 11))) == 3

    def test_only_what_is_late_is_read(self, node: ReviewNode, monkeypatch: pytest.MonkeyPatch) -> None:
        node.review.records.confirm_current("concept", "zwei", CURATOR, date(2028, 1, 1))
        read = noted(node.catalogue, monkeypatch)
        late = {one.slug for one in node.review.overdue.overdue(date(2027, 3, 11))}
        assert {entry.slug for entry in read} == late
        assert "zwei" not in late

    def test_everybody_concerned_is_reminded_once_per_stage(self, node: ReviewNode) -> None:
        published_by_author(node)
        node.review.notices.mark_read(AUTHOR.id)
        assert node.review.overdue.remind(date(2026, 12, 1)) == 0
        told = node.review.overdue.remind(date(2027, 1, 15))
        assert told > 0
        assert node.review.overdue.remind(date(2027, 1, 16)) == 0
        assert node.review.overdue.remind(date(2027, 3, 2)) == told
        unread = node.review.notices.of(AUTHOR.id, unread_only=True)
        assert [(notice.kind, notice.params["slug"]) for notice in unread] == [(NoticeKind.REVIEW_DUE, "eins")] * 2

    def test_whoever_may_not_say_so_is_not_told_that_one_click_is_enough(self, node: ReviewNode) -> None:
        proposal = submitted(node, node.submission("eins", OTHER_AUTHOR, title="Von Arno"))
        released(node, proposal)
        node.review.overdue.remind(date(2027, 3, 2))
        told = {person.id: node.review.notices.of(person.id)[0].kind for person in (OTHER_AUTHOR, CURATOR)}
        assert told == {OTHER_AUTHOR.id: NoticeKind.REVIEW_WANTED, CURATOR.id: NoticeKind.REVIEW_DUE}
        assert node.review.overdue.remind(date(2027, 3, 3)) == 0
