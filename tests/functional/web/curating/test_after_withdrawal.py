"""What its author reads of a record that was withdrawn after it had been published: that, why, and who decided."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from app.catalogue import CatalogueEntry, CatalogueService
from app.records.git.errors import ObjectUnreadable
from app.review.models import Proposal, Purpose
from app.wiring import Services
from tests.functional.web.curating.member import Member

NOTE = "Die Zahlen stammten aus einem anderen Jahr."


@pytest.fixture
def withdrawn(author: Member, curator: Member, services: Services) -> Iterator[Proposal]:
    """A record that its author sent, the editors published, and then withdrew."""
    proposal = author.proposes_new("Beispieldorf: bald zurückgezogen")
    curator.publishes(proposal)
    services.review.records.withdraw_record(proposal.kind, proposal.slug, curator.person, reason="error", note=NOTE)
    services.follow()
    yield proposal
    services.review.records.withdraw_record(proposal.kind, proposal.slug, curator.person, reason="personal-data")


def test_lists_proposal_and_message_say_that_a_published_record_was_withdrawn_and_why(
    withdrawn: Proposal, author: Member, curator: Member, services: Services
) -> None:
    for path in ("/vorschlaege", "/beitragen"):
        seen = author.open(path)
        (item,) = [one for one in seen.document.xpath("//main//li") if withdrawn.title in one.text_content()]
        words = " ".join(item.text_content().split())
        assert "danach zurückgezogen (fehlerhaft)" in words, path
        assert "Zur Prüfung gesendet" not in seen.words
    state = author.open(f"/vorschlaege/{withdrawn.id}").document.get_element_by_id("stand")
    words = " ".join(state.text_content().split())
    assert "Der Eintrag wurde danach zurückgezogen. Grund: fehlerhaft." in words
    assert "zeigen" not in words
    assert state.xpath(f".//a[@href='/fallstudien/{withdrawn.slug}']")
    told = f"Die Redaktion hat den Eintrag „{withdrawn.title}“ zurückgezogen. Grund: fehlerhaft. {NOTE}"
    assert told in author.open("/nachrichten").words
    with services.sessions.reading() as db:
        same = select(Proposal).where(Proposal.slug == withdrawn.slug, Proposal.purpose == Purpose.WITHDRAWAL)
        itself = db.scalars(same).one()
    state = curator.open(f"/vorschlaege/{itself.id}").document.get_element_by_id("stand")
    assert "danach zurückgezogen" not in state.text_content(), "the withdrawal itself was not withdrawn afterwards"


def test_a_note_of_withdrawal_that_cannot_be_read_closes_no_page(
    withdrawn: Proposal, author: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_service: CatalogueService, _entry: CatalogueEntry) -> None:
        raise ObjectUnreadable("note")

    monkeypatch.setattr(CatalogueService, "withdrawal", unreadable)
    for path in ("/vorschlaege", "/beitragen", f"/vorschlaege/{withdrawn.id}"):
        assert "zurückgezogen" in author.open(path).words, path
