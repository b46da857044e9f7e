"""Whatever button of the page of a proposal is pressed, and whatever is refused: nothing that was typed is lost."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import html

from app.identity import Role, RoleKind
from app.review.models import Proposal
from app.review.workflow import ProposalState
from app.wiring import Services
from tests import deciding
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import Member, Seen
from tests.webnode.checks import page_of

NUMBERS = itertools.count(1)
Deed = Callable[[Services, Proposal, Member, Member], object]


def type_everywhere(seen: Seen, **other: str) -> list[str]:
    """Type a sentence that is nowhere yet into each box of the page, or what is given for its id."""
    typed = []
    for box in seen.document.xpath("//main//textarea[not(@readonly)]"):
        box.value = other.get(box.get("id"), f"Satz Nummer {next(NUMBERS)} für {box.get('id')}.")
        typed.append(box.value)
    return typed


def press(member: Member, seen: Seen, button: html.HtmlElement) -> Seen:
    """Send the form of a button as a browser does that runs no script."""
    (form,) = button.xpath("ancestor::form")
    data = dict(form.form_values())
    if button.get("name"):
        data[button.get("name")] = button.get("value")
    answer = member.client.post(form.get("action") or seen.path, data=data, follow_redirects=True)
    return Seen(answer.request.path, answer.status_code, page_of(answer, answer.status_code))


def lost(seen: Seen, services: Services, member: Member, proposal: Proposal, typed: list[str]) -> list[str]:
    """The sentences that are neither saved nor stand in a box of the answer."""
    said = {one.text for one in services.review.proposals.view(proposal.id, member.person).remarks}
    there = {box.text_content().strip() for box in seen.document.xpath("//main//textarea")}
    return [text for text in typed if text not in said | there]


def buttons(seen: Seen) -> list[html.HtmlElement]:
    return list(seen.document.xpath("//main//button[not(@aria-hidden)]"))


def submitted(services: Services, proposal: Proposal, author: Member, curator: Member) -> None:
    deciding.comment(services.review.curation, proposal.id, author.person, "Die Zahl steht im Bericht.", "summary")


def changes_requested(services: Services, proposal: Proposal, _author: Member, curator: Member) -> None:
    deciding.request_changes(
        services.review.curation, proposal.id, curator.person, "Welcher Bericht?", round=1, field="summary"
    )


def approved(services: Services, proposal: Proposal, _author: Member, curator: Member) -> None:
    deciding.approve(services.review.curation, proposal.id, curator.person, round=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "state"),
    [
        ("author", submitted), ("author", changes_requested), ("curator", submitted), ("curator", changes_requested),
        ("both", approved),
    ],
)  # fmt: skip
def test_every_button_sends_every_box(author: Member, curator: Member, join: Join, role: str, state: Deed) -> None:
    both = join("Beides Beispiel", RoleKind.OPERATOR, RoleKind.CURATOR)
    member = {"author": author, "curator": curator, "both": both}[role]

    def begun() -> tuple[Proposal, Seen]:
        proposal = author.proposes(summary=f"Der Landkreis warnt im Fall {next(NUMBERS)}.")
        state(curator.services, proposal, author, curator)
        return proposal, member.open(f"/vorschlaege/{proposal.id}")

    proposal, seen = begun()
    count = len(buttons(seen))
    assert count >= 3
    for number in range(count):
        if number:
            proposal, seen = begun()
        button = buttons(seen)[number]
        typed = type_everywhere(seen)
        assert len(typed) >= 6
        answer = press(member, seen, button)
        said = {one.text for one in member.services.review.proposals.view(proposal.id, member.person).remarks}
        assert (answer.status, set(typed) <= said) == (200, True), button.text_content()


def is_declined(services: Services, proposal: Proposal, _author: Member, other: Member) -> None:
    deciding.decline(services.review.curation, proposal.id, other.person, "Passt nicht.")


def is_taken_back(services: Services, proposal: Proposal, author: Member, _other: Member) -> None:
    services.review.proposals.withdraw(proposal.id, author.person)


def is_published(services: Services, proposal: Proposal, _author: Member, other: Member) -> None:
    other.publishes(proposal)


def gets_a_newer_text(services: Services, proposal: Proposal, author: Member, _other: Member) -> None:
    draft = services.review.drafts.start_from_proposal(proposal.id, author.person)
    content = replace(draft.content, front={**draft.content.front, "summary": f"Der neuere Satz {next(NUMBERS)}."})
    saved = services.review.drafts.save(draft.id, author.person, content, draft.version)
    services.review.proposals.submit_draft(saved.id, author.person, saved.version)  # type: ignore[union-attr]  # saved


@pytest.mark.slow
@pytest.mark.parametrize("meanwhile", [is_declined, is_taken_back, is_published, gets_a_newer_text])
def test_every_refusal_gives_back_all_that_was_typed(
    author: Member, curator: Member, other_curator: Member, meanwhile: Deed
) -> None:
    proposal = author.proposes(summary=f"Der Landkreis warnt überholt, Fall {next(NUMBERS)}.")
    submitted(curator.services, proposal, author, curator)
    seen = curator.open(f"/vorschlaege/{proposal.id}")
    meanwhile(curator.services, proposal, author, other_curator)
    for button in buttons(seen):
        typed = type_everywhere(seen)
        answer = press(curator, seen, button)
        assert answer.path.startswith(("/vorschlaege", "/beitragen/")), button.text_content()
        assert lost(answer, curator.services, curator, proposal, typed) == [], button.text_content()


def test_small_edits_are_decided_together_and_what_is_refused_comes_back(
    author: Member, curator: Member, other_curator: Member, services: Services
) -> None:
    sentence = f"Der Landkreis warnt klein, Fall {next(NUMBERS)}."
    good, newer = author.proposes(summary=sentence), author.proposes(summary=sentence)
    bad, named = author.proposes(keywords=["klein"]), author.proposes(keywords=["Frau Muster"])
    large = author.proposes(summary=sentence, keywords=["klein"], title="Beispielkreis: klein")
    seen = curator.open("/vorschlaege/kleine")
    shown = seen.document.xpath("//main//input[@name='vorschlag']/@value")
    assert {good.id, bad.id, newer.id} <= {*shown}
    assert not {large.id, named.id} & {*shown}, "more than a look is needed"
    gets_a_newer_text(services, newer, author, other_curator)
    data = dict(seen.document.forms[-1].form_values()) | {
        "vorschlag": [good.id, bad.id, newer.id], f"wahl-{good.id}": "veroeffentlichen", f"text-{good.id}": "Danke.",
        f"wahl-{bad.id}": "ablehnen", f"wahl-{newer.id}": "veroeffentlichen", f"text-{newer.id}": "Gut so.",
    }  # fmt: skip
    answer = curator.client.post("/vorschlaege/kleine", data=data)
    again = Seen("/vorschlaege/kleine", answer.status_code, page_of(answer, answer.status_code))
    assert again.status == 422
    assert len(again.document.get_element_by_id("fehler").xpath(".//li")) == 2
    assert again.document.get_element_by_id(f"wahl-{bad.id}-ablehnen").get("checked") is not None
    assert lost(again, services, curator, newer, ["Gut so."]) == []
    assert services.review.proposals.view(good.id, curator.person).proposal.state is ProposalState.PUBLISHED
    assert [one.text for one in services.review.proposals.view(good.id, curator.person).remarks] == ["Danke."]
    assert services.review.proposals.view(bad.id, curator.person).proposal.state is ProposalState.SUBMITTED


def test_what_is_missing_or_too_long_is_marked_at_its_box_and_all_else_stays(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt an seiner Stelle.")
    seen = curator.open(f"/vorschlaege/{proposal.id}")
    decline = next(one for one in buttons(seen) if "Ablehnen" in one.text_content())
    for box, wrong in (("gespraech-text", ""), ("aenderung-summary-text", "Viel zu lang. " * 400)):
        typed = type_everywhere(seen, **{box: wrong})
        answer = press(curator, seen, decline)
        assert answer.status == 422
        (marked,) = answer.document.xpath("//textarea[@aria-invalid]")
        assert marked.get("id") == box
        assert f"#{box}" in answer.document.get_element_by_id("fehler").xpath(".//a/@href")
        kept = [one.text_content().strip() for one in answer.document.xpath("//main//textarea")]
        assert kept == [text.strip() for text in typed]
        assert not marked.xpath("ancestor::details[not(@open)]")


@pytest.mark.parametrize("button", ["bemerken", "erbitten"])
def test_a_form_that_is_sent_again_says_nothing_twice(author: Member, curator: Member, button: str) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt nach dem Neuladen.")
    seen = curator.open(f"/vorschlaege/{proposal.id}")
    for _again in range(2):
        curator.decide(seen, button, "Seit wann?", "summary", **{"text-gespraech": "Und wo?"})
    remarks = curator.services.review.proposals.view(proposal.id, curator.person).remarks
    assert sorted(one.text for one in remarks) == ["Seit wann?", "Und wo?"]
    for remark in remarks:
        deciding.settle(curator.services.review.curation, proposal.id, author.person, remark.id)
    curator.decide(seen, button, "Seit wann?", "summary")
    said = curator.services.review.proposals.view(proposal.id, curator.person).remarks
    # A change that was called done and is asked for once more was not done.
    assert button == "bemerken" or len(said) == 3


def test_the_same_words_can_answer_something_else(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt auf Nachfrage.")
    for asker, text in ((curator, "Gilt das?"), (author, "Ja."), (curator, "Läuft es noch?"), (author, "Ja.")):
        seen = asker.open(f"/vorschlaege/{proposal.id}")
        asker.decide(seen, "bemerken", text=text)
    said = [one.text for one in curator.services.review.proposals.view(proposal.id, curator.person).open_remarks]
    assert sorted(said) == ["Gilt das?", "Ja.", "Ja.", "Läuft es noch?"]


def test_a_role_that_was_taken_away_costs_nobody_a_sentence(author: Member, join: Join, services: Services) -> None:
    curates = Role(kind=RoleKind.CURATOR)
    left = join("Kurz Beispiel", RoleKind.AUTHOR)
    services.identity.grants.grant(left.person.id, curates, actor=None)
    proposal = author.proposes(summary="Der Landkreis warnt ohne Rolle.")
    seen = left.open(f"/vorschlaege/{proposal.id}")
    long = {
        str(box): f"Zu {box} ist das lang genug, dass niemand es noch einmal tippen möchte."
        for box in seen.document.xpath("//textarea/@id")
    }
    typed = type_everywhere(seen, **long)
    services.identity.grants.revoke_role(left.person.id, curates, actor=None)
    for button in buttons(seen):
        words = press(left, seen, button).document.text_content()
        assert [text for text in typed if text not in words] == [], button.text_content()
