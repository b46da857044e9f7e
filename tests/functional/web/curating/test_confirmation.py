"""Whoever publishes says that they know what still stands open: warnings about persons, and requests for a change."""

from __future__ import annotations

from app.review.workflow import ProposalState
from app.wiring import Services
from tests.functional.web.curating.member import Member, Seen

CLEAR = "Nichts steht der Veröffentlichung im Weg"
NAMED = "Herr Muster warnt früher. Sie erreichen ihn unter 06042 884123."


def page(member: Member, proposal_id: str) -> Seen:
    return member.open(f"/vorschlaege/{proposal_id}")


def state(services: Services, curator: Member, proposal_id: str) -> ProposalState:
    return services.review.proposals.view(proposal_id, curator.person).proposal.state


def test_a_named_person_is_shown_and_confirmed_before_publishing(
    author: Member, curator: Member, services: Services
) -> None:
    proposal = author.proposes(summary=NAMED)
    seen = page(curator, proposal.id)
    assert CLEAR not in seen.words
    assert "2 Stellen vor dem Veröffentlichen ansehen" in seen.words
    found = seen.document.xpath("//section[@aria-labelledby='pruefung']//li")
    places = [" ".join(item.text_content().split()) for item in found]
    assert any(place.startswith("Kurzfassung") and "„Herr Muster“" in place for place in places), places
    assert any("„06042 884123“" in place for place in places)
    assert seen.document.xpath("//a[@href='#aenderung-summary']")
    seen = curator.send(seen, "/freigeben")
    refused = curator.send(seen, "/veroeffentlichen")
    assert refused.status == 409
    assert "Bestätigen Sie bitte" in refused.document.get_element_by_id("fehler").text_content()
    assert state(services, curator, proposal.id) is ProposalState.APPROVED
    # What is confirmed goes into the log, so only the codes that the page offers are taken.
    refused = curator.send(refused, "/veroeffentlichen", bestaetigung="Herr Muster weiß davon")
    assert refused.status == 409
    done = curator.send(refused, "/veroeffentlichen", bestaetigung="warnings")
    assert "Stand: veröffentlicht" in done.words
    assert "vor dem Veröffentlichen ansehen" not in done.words
    (event,) = (one for one in services.review.audit.events(proposal.id) if one.action == "publish")
    assert event.params["despite"] == "warnings"


def test_an_open_request_is_named_and_confirmed(author: Member, curator: Member, services: Services) -> None:
    proposal = author.proposes(summary="Musterbach warnt ab sofort früher.")
    asked = curator.send(page(curator, proposal.id), "/bemerkung", "erbitten", text="Seit wann?", feld="summary")
    assert CLEAR not in asked.words
    assert "1 erbetene Änderung ist noch offen" in asked.words
    draft = author.send(page(author, proposal.id), "/verbessern").path.rpartition("/")[0]
    author.send(author.open(f"{draft}/senden"), "/senden", begruendung="Das weiß hier niemand mehr.")
    seen = curator.send(page(curator, proposal.id), "/freigeben")
    assert CLEAR not in seen.words
    refused = curator.send(seen, "/veroeffentlichen")
    assert refused.status == 409
    assert state(services, curator, proposal.id) is ProposalState.APPROVED
    done = curator.send(refused, "/veroeffentlichen", bestaetigung="requests")
    assert "Stand: veröffentlicht" in done.words


def test_a_ticked_box_comes_back_with_the_page_but_not_for_another_text(author: Member, curator: Member) -> None:
    def ticked(seen: Seen) -> list[str]:
        assert seen.status == 422
        return [str(box) for box in seen.document.xpath("//input[@name='bestaetigung' and @checked]/@value")]

    seen = curator.send(page(curator, author.proposes(summary=NAMED.replace("früher", "später")).id), "/freigeben")
    seen = curator.send(seen, "/bemerkung", text="", bestaetigung="warnings")
    assert ticked(seen) == ["warnings"]
    assert ticked(curator.send(seen, "/bemerkung", text="", runde="7")) == []


def test_a_request_that_was_called_done_needs_no_word(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Musterbach warnt ab morgen früher.")
    curator.send(page(curator, proposal.id), "/bemerkung", "erbitten", text="Seit wann?", feld="summary")
    draft = author.send(page(author, proposal.id), "/verbessern").path.rpartition("/")[0]
    author.send(author.open(f"{draft}/senden"), "/senden", begruendung="Seit morgen.")
    seen = page(curator, proposal.id)
    (settle,) = seen.document.xpath("//button[contains(@formaction, '/bemerkung/')]/@formaction")
    seen = curator.send(seen, settle)
    assert "erledigt, sagt Robin Beispiel" in seen.words
    assert CLEAR in seen.words
    seen = curator.send(seen, "/freigeben")
    assert not seen.document.xpath("//input[@type='checkbox']")
    assert "Stand: veröffentlicht" in curator.send(seen, "/veroeffentlichen").words
