"""A proposal moves on while its author improves it: the text can always be sent, and it is said how."""

from __future__ import annotations

from app.review.models import Proposal, Purpose
from app.wiring import Services
from tests.functional.web.contributing.author import Author, Page
from tests.functional.web.curating.member import CASE, Member, record_at

IMPROVED = "Meine mühsame Verbesserung."


def improving(member: Member, proposal: Proposal, summary: str) -> str:
    """Begin to improve a proposal and return the address of the draft."""
    seen = member.send(member.open(f"/vorschlaege/{proposal.id}"), "/verbessern")
    draft = "/".join(seen.path.split("/")[:3])
    Author(member.client).open(f"{draft}/ergebnis").press("sichern", {"summary": summary})
    return draft


def sent(member: Member, draft: str) -> Page:
    return Author(member.client).open(f"{draft}/senden").press()


def proposal_at(services: Services, page: Page, member: Member) -> Proposal:
    assert page.path.startswith("/beitragen/gesendet/"), page.words
    return services.review.proposals.view(page.path.rpartition("/")[2], member.person).proposal


def test_what_improves_a_proposal_that_is_over_becomes_one_of_its_own(
    author: Member, curator: Member, services: Services
) -> None:
    first = author.proposes(summary="Erst hieß es so.")
    draft = improving(author, first, IMPROVED)
    curator.publishes(first)
    title = "Der Vorschlag, den Sie verbessern, wurde inzwischen veröffentlicht"
    for place in ("ergebnis", "senden"):
        words = Author(author.client).open(f"{draft}/{place}").words
        assert title in words
        assert "Was Sie senden, wird ein neuer Vorschlag." in words
    refused = sent(author, draft)
    assert refused.status == 409
    assert "Ihr Text ist jetzt ein eigener Entwurf" in refused.words
    assert title not in refused.words
    second = proposal_at(services, refused.press(), author)
    assert second.id != first.id
    assert second.purpose is Purpose.EDIT
    text = services.review.proposals.view(second.id, author.person).newest.text.decode()
    assert IMPROVED in text
    assert second.base == record_at(services, CASE).digest, "what is published now has not to be met once more"


def test_what_two_people_changed_in_one_field_of_a_proposal_is_decided_and_sent(
    author: Member, curator: Member, services: Services
) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt beide.")
    draft = improving(author, proposal, IMPROVED)
    theirs = improving(curator, proposal, "Der Satz der Redaktion.")
    Author(curator.client).open(f"{theirs}/worum").press("sichern", {"title": "Titel der Redaktion"})
    opened_before = Author(author.client).open(f"{draft}/senden")
    proposal_at(services, sent(curator, theirs), curator)
    opened_after = Author(author.client).open(f"{draft}/senden")
    assert f"{draft}/stand" in opened_after.document.xpath("//main//a/@href")
    assert not opened_after.document.xpath("//main//form[@method='post']"), "it could not be sent"
    refused = opened_before.press()
    assert refused.status == 409
    assert "Der Vorschlag, den Sie verbessern, hat inzwischen einen neueren Text" in refused.words
    assert f"{draft}/stand" in refused.document.xpath("//main//a/@href")
    assert f"{draft}/stand" in Author(author.client).open(f"{draft}/worum").document.xpath("//main//a/@href")
    page = Author(author.client).open(f"{draft}/stand")
    assert [legend.text for legend in page.document.xpath("//main//legend")] == ["Kurzfassung"]
    assert IMPROVED in page.words
    assert "Der Satz der Redaktion." in page.words
    assert page.press("", {"stand": "1"}).path == f"{draft}/stand", "a choice about an older text is asked again"
    page = page.press("", {"summary": "meine"})
    assert "hat inzwischen einen neueren Text" not in page.words
    after = proposal_at(services, sent(author, draft), author)
    assert (after.id, after.rounds, after.title) == (proposal.id, 3, "Titel der Redaktion")
    assert IMPROVED in services.review.proposals.view(proposal.id, author.person).newest.text.decode()
