"""Whatever button of the page of a proposal is pressed, and whatever is refused: nothing that was typed is lost."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import html

from app.identity import Role, RoleKind
from app.review.models import Proposal
from app.wiring import Services
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
    answer = member.client.post(button.get("formaction") or form.get("action"), data=data, follow_redirects=True)
    return Seen(answer.request.path, answer.status_code, page_of(answer, answer.status_code))


def lost(seen: Seen, services: Services, member: Member, proposal: Proposal, typed: list[str]) -> list[str]:
    """The sentences that are neither saved nor stand in a box of the answer."""
    said = {one.text for one in services.review.proposals.view(proposal.id, member.person).remarks}
    there = {box.text_content().strip() for box in seen.document.xpath("//main//textarea")}
    return [text for text in typed if text not in said | there]


def buttons(seen: Seen) -> list[html.HtmlElement]:
    return list(seen.document.xpath("//main//button[not(@aria-hidden)]"))


def submitted(services: Services, proposal: Proposal, author: Member, curator: Member) -> None:
    services.review.curation.comment(proposal.id, author.person, "Die Zahl steht im Bericht.", "summary")


def changes_requested(services: Services, proposal: Proposal, _author: Member, curator: Member) -> None:
    services.review.curation.request_changes(proposal.id, curator.person, "Welcher Bericht?", round=1, field="summary")


def approved(services: Services, proposal: Proposal, _author: Member, curator: Member) -> None:
    services.review.curation.approve(proposal.id, curator.person, round=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "state"),
    [
        ("author", submitted),
        ("author", changes_requested),
        ("curator", submitted),
        ("curator", changes_requested),
        ("both", approved),
    ],
)
def test_every_button_sends_what_is_its_own_and_keeps_the_rest(
    author: Member, curator: Member, join: Join, role: str, state: Deed
) -> None:
    both = join("Beides Beispiel", RoleKind.OPERATOR, RoleKind.CURATOR)
    member = {"author": author, "curator": curator, "both": both}[role]

    def begun() -> tuple[Proposal, Seen]:
        proposal = author.proposes(summary=f"Der Landkreis warnt im Fall {next(NUMBERS)}.")
        state(curator.services, proposal, author, curator)
        return proposal, member.open(f"/vorschlaege/{proposal.id}")

    proposal, seen = begun()
    count = len(buttons(seen))
    assert count >= 4
    for number in range(count):
        if number:
            proposal, seen = begun()
        button = buttons(seen)[number]
        pressed = " ".join(button.text_content().split())
        typed = type_everywhere(seen)
        answer = press(member, seen, button)
        assert answer.path.startswith("/vorschlaege/"), pressed
        assert lost(answer, curator.services, member, proposal, typed) == [], pressed
        # What was sent and what waits are told apart.
        waiting = [box for box in answer.document.xpath("//main//textarea[@name]") if box.text_content().strip()]
        assert waiting, pressed
        done = answer.document.xpath("//*[@id='getan']")
        assert bool(done) == (answer.status == 200), pressed


def is_declined(services: Services, proposal: Proposal, _author: Member, other: Member) -> None:
    services.review.curation.decline(proposal.id, other.person, "Passt nicht.")


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
        assert answer.path.startswith("/vorschlaege/"), button.text_content()
        assert lost(answer, curator.services, curator, proposal, typed) == [], button.text_content()


def test_an_empty_or_endless_sentence_is_refused_at_its_box(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt an seiner Stelle.")
    seen = curator.open(f"/vorschlaege/{proposal.id}")
    for wrong in ("", "Viel zu lang. " * 400):
        for button in buttons(seen):
            boxes = button.xpath("(ancestor::div[contains(@class, 'stack')])[last()]//textarea/@id")
            if not boxes:
                continue
            (box,) = boxes
            typed = type_everywhere(seen, **{box: wrong})
            answer = press(curator, seen, button)
            assert answer.status == 422
            (marked,) = answer.document.xpath("//textarea[@aria-invalid]")
            assert marked.get("id") == box
            assert f"#{box}" in answer.document.get_element_by_id("fehler").xpath(".//a/@href")
            kept = [one.text_content().strip() for one in answer.document.xpath("//main//textarea")]
            assert kept == [text.strip() for text in typed]
            assert not marked.xpath("ancestor::details[not(@open)]")


@pytest.mark.parametrize("kind", ["bemerken", "erbitten"])
def test_an_answer_loaded_again_says_nothing_twice(author: Member, curator: Member, kind: str) -> None:
    """A page that still holds another sentence answers the form itself, so that reloading sends it once more."""
    proposal = author.proposes(summary="Der Landkreis warnt nach dem Neuladen.")
    seen = curator.open(f"/vorschlaege/{proposal.id}")
    sending = {"text": "Seit wann?", "feld": "summary", "text-gespraech": "Noch nicht fertig."}
    assert curator.send(seen, "/bemerkung", kind, **sending).path.endswith("/bemerkung")
    curator.send(seen, "/bemerkung", kind, **sending)
    (remark,) = curator.services.review.proposals.view(proposal.id, curator.person).remarks
    curator.services.review.curation.settle(proposal.id, author.person, remark.id)
    curator.send(seen, "/bemerkung", kind, **sending)
    said = curator.services.review.proposals.view(proposal.id, curator.person).remarks
    # A change that was called done and is asked for once more was not done.
    assert len(said) == (1 if kind == "bemerken" else 2)


def test_the_same_words_can_answer_something_else(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt auf Nachfrage.")
    for asker, text in ((curator, "Gilt das?"), (author, "Ja."), (curator, "Läuft es noch?"), (author, "Ja.")):
        seen = asker.open(f"/vorschlaege/{proposal.id}")
        asker.send(seen, "/bemerkung", "bemerken", text=text)
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
