"""Two changes of one field, or a proposal that moves on meanwhile: both texts are shown and somebody decides."""

import pytest

from app.records.json_value import JsonValue
from app.review.curation import CurationService
from app.review.errors import HeadMoved
from app.review.models import Proposal, Purpose
from app.wiring import Services
from tests import deciding
from tests.functional.web.contributing.author import Author, Page, png
from tests.functional.web.curating.member import CASE, Member, Seen, record_at


@pytest.fixture
def disputed(author: Member, curator: Member, other_curator: Member, request: pytest.FixtureRequest) -> Seen:
    """The page that a curator gets who publishes the first of two changes after the second."""
    name = request.node.name[:40]
    first = author.proposes(summary=f"Erster Satz {name}.", keywords=["Regen", name])
    second = author.proposes(summary=f"Zweiter Satz {name}.")
    for proposal in (second, first):
        seen = curator.decide(curator.open(f"/vorschlaege/{proposal.id}"), "freigeben")
        seen = other_curator.decide(other_curator.open(f"/vorschlaege/{proposal.id}"), "veroeffentlichen")
    return seen


def test_of_two_texts_the_chosen_one_is_published(
    disputed: Seen, curator: Member, other_curator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert disputed.path.endswith("/abgleich")
    assert [legend.text_content() for legend in disputed.document.xpath("//main//legend")] == ["Kurzfassung"]
    for words in ("Erster Satz", "Zweiter Satz", "Wovon beide ausgingen"):
        assert words in disputed.words
    asked_again = other_curator.send(disputed, "/abgleich", summary="eigen", summary_text=OWN, stand="sha256:0")
    assert asked_again.status == 409, "it was about another text"
    assert OWN in asked_again.words

    def moved(*_given: object, **_named: object) -> None:
        raise HeadMoved("sha256:0")

    with monkeypatch.context() as patched:
        patched.setattr(CurationService, "resolve", moved)
        seen = other_curator.send(disputed, "/abgleich", summary="eigen", summary_text=OWN)
    assert seen.status == 409
    assert OWN in seen.words
    seen = other_curator.send(disputed, "/abgleich", summary="vorschlag")
    assert "Stand: zu prüfen" in seen.words
    seen = curator.decide(curator.open(seen.path), "freigeben")
    curator.decide(seen, "veroeffentlichen")
    record = record_at(curator.services, CASE)
    assert record.summary.startswith("Erster Satz")
    assert "Regen" in record.data["keywords"]  # type: ignore[operator]  # it is a list


OWN = "Mein dritter Satz, <b>selbst</b> geschrieben, an dem ich lange saß."


def test_a_third_text_comes_back(disputed: Seen, curator: Member, other_curator: Member) -> None:
    record = record_at(curator.services, CASE)
    curator.services.review.records.withdraw_record(record.kind, record.slug, curator.person, reason="error")
    seen = other_curator.send(disputed, "/abgleich", summary="eigen", summary_text=OWN)
    curator.services.review.records.restore(record.kind, record.slug, curator.person)
    assert seen.status == 409
    assert "zurückgezogen" in seen.document.get_element_by_id("fehler").text_content()
    assert OWN in seen.words
    mine = curator.open(disputed.path)
    other_curator.send(other_curator.open(disputed.path), "/abgleich", summary="vorschlag")
    seen = curator.send(mine, "/abgleich", summary="eigen", summary_text=OWN)
    assert seen.status == 409
    assert "inzwischen entschieden" in seen.document.get_element_by_id("fehler").text_content()
    (area,) = seen.document.xpath("//textarea[@readonly]")
    assert area.text.strip() == OWN
    assert seen.document.xpath(f"//label[@for='{area.get('id')}']")[0].text_content() == "Kurzfassung"


def test_a_file_that_both_changed_is_shown_twice(author: Member, curator: Member, other_curator: Member) -> None:
    media: list[JsonValue] = [{"file": "plan.png", "alt": "Ein Plan mit zwei Wegen", "license": "CC-BY-4.0"}]
    first, second = (author.proposes(files={"plan.png": png(size)}, media=media) for size in ((8, 8), (9, 9)))
    for proposal in (second, first):
        curator.decide(curator.open(f"/vorschlaege/{proposal.id}"), "freigeben")
        seen = other_curator.decide(other_curator.open(f"/vorschlaege/{proposal.id}"), "veroeffentlichen")
    assert [legend.text_content() for legend in seen.document.xpath("//main//legend")] == ["Datei plan.png"]
    assert [link.get("href") for link in seen.document.xpath("//fieldset//a")] == [
        f"/vorschlaege/{first.id}/dateien/plan.png",
        f"{CASE}/dateien/plan.png",
    ]
    seen = other_curator.send(seen, "/abgleich", **{"files.plan.png": "vorschlag"})
    assert "Stand: zu prüfen" in seen.words
    # The record serves other tests as it was.
    without = author.proposes(media=[])
    deciding.approve(curator.services.review.curation, without.id, curator.person, round=1)
    deciding.publish(curator.services.review.curation, without.id, other_curator.person)


IMPROVED = "Meine mühsame Verbesserung."


def improving(member: Member, proposal: Proposal, summary: str) -> str:
    """Begin to improve a proposal and return the address of the draft."""
    seen = member.decide(member.open(f"/vorschlaege/{proposal.id}"), "verbessern")
    draft = "/".join(seen.path.split("/")[:3])
    Author(member.client).open(f"{draft}/ergebnis").press("sichern", {"summary": summary})
    return draft


def sent(member: Member, draft: str) -> Page:
    return Author(member.client).open(f"{draft}/senden").press()


def proposal_at(services: Services, page: Page, member: Member) -> Proposal:
    assert page.path.startswith("/beitragen/gesendet/"), page.words
    return services.review.proposals.view(page.path.rpartition("/")[2], member.person).proposal


def test_what_improves_a_decided_proposal_becomes_its_own(author: Member, curator: Member) -> None:
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
    second = proposal_at(curator.services, refused.press(), author)
    assert second.id != first.id
    assert second.purpose is Purpose.EDIT
    text = curator.services.review.proposals.view(second.id, author.person).newest.text.decode()
    assert IMPROVED in text
    assert second.base == record_at(curator.services, CASE).digest, "what is published now has not to be met once more"


def test_what_two_people_changed_is_decided_and_sent(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt beide.")
    draft = improving(author, proposal, IMPROVED)
    theirs = improving(curator, proposal, "Der Satz der Redaktion.")
    Author(curator.client).open(f"{theirs}/worum").press("sichern", {"title": "Titel der Redaktion"})
    opened_before = Author(author.client).open(f"{draft}/senden")
    proposal_at(curator.services, sent(curator, theirs), curator)
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
    after = proposal_at(curator.services, sent(author, draft), author)
    assert (after.id, after.rounds, after.title) == (proposal.id, 3, "Titel der Redaktion")
    assert IMPROVED in curator.services.review.proposals.view(proposal.id, author.person).newest.text.decode()
