"""Two changes of the same field: both texts and the one before are shown, and somebody decides in words."""

from __future__ import annotations

import pytest

from app.records.json_value import JsonValue
from app.review.curation import CurationService
from app.review.errors import HeadMoved
from app.wiring import Services
from tests.functional.web.contributing.author import png
from tests.functional.web.curating.member import CASE, Member, Seen, record_at


@pytest.fixture
def disputed(author: Member, curator: Member, other_curator: Member, request: pytest.FixtureRequest) -> Seen:
    """The page that a curator gets who publishes the first of two changes after the second."""
    name = request.node.name[:40]
    first = author.proposes(summary=f"Erster Satz {name}.", keywords=["Regen", name])
    second = author.proposes(summary=f"Zweiter Satz {name}.")
    for proposal in (second, first):
        seen = curator.send(curator.open(f"/vorschlaege/{proposal.id}"), "/freigeben")
        seen = other_curator.send(other_curator.open(f"/vorschlaege/{proposal.id}"), "/veroeffentlichen")
    return seen


def test_both_texts_are_shown_and_the_chosen_one_is_published_with_what_only_one_changed(
    disputed: Seen, curator: Member, other_curator: Member, services: Services, monkeypatch: pytest.MonkeyPatch
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
    seen = curator.send(curator.open(seen.path), "/freigeben")
    curator.send(seen, "/veroeffentlichen")
    record = record_at(services, CASE)
    assert record.summary.startswith("Erster Satz")
    assert "Regen" in record.data["keywords"]  # type: ignore[operator]  # it is a list


OWN = "Mein dritter Satz, <b>selbst</b> geschrieben, an dem ich lange saß."


def test_whoever_writes_a_third_text_does_not_decide_and_writes_it_once(disputed: Seen, other_curator: Member) -> None:
    for _ in range(2):
        seen = other_curator.send(disputed, "/abgleich", summary="eigen", summary_text=OWN)
        assert seen.status == 200
    assert "Text 2 vom" in seen.words
    assert OWN in seen.words
    assert "Sie haben an diesem Text mitgeschrieben" in seen.words
    assert "Freigeben" not in seen.buttons()


def test_third_text_comes_back_when_the_record_is_gone_or_it_was_decided(
    disputed: Seen, curator: Member, other_curator: Member, services: Services
) -> None:
    record = record_at(services, CASE)
    services.review.records.withdraw_record(record.kind, record.slug, curator.person, reason="error")
    seen = other_curator.send(disputed, "/abgleich", summary="eigen", summary_text=OWN)
    services.review.records.restore(record.kind, record.slug, curator.person)
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


def test_a_file_that_both_changed_can_be_seen_on_both_sides(
    author: Member, curator: Member, other_curator: Member, services: Services
) -> None:
    media: list[JsonValue] = [{"file": "plan.png", "alt": "Ein Plan mit zwei Wegen", "license": "CC-BY-4.0"}]
    first, second = (author.proposes(files={"plan.png": png(size)}, media=media) for size in ((8, 8), (9, 9)))
    for proposal in (second, first):
        curator.send(curator.open(f"/vorschlaege/{proposal.id}"), "/freigeben")
        seen = other_curator.send(other_curator.open(f"/vorschlaege/{proposal.id}"), "/veroeffentlichen")
    assert [legend.text_content() for legend in seen.document.xpath("//main//legend")] == ["Datei plan.png"]
    assert [link.get("href") for link in seen.document.xpath("//fieldset//a")] == [
        f"/vorschlaege/{first.id}/dateien/plan.png",
        f"{CASE}/dateien/plan.png",
    ]
    seen = other_curator.send(seen, "/abgleich", **{"files.plan.png": "vorschlag"})
    assert "Stand: zu prüfen" in seen.words
    # The record serves other tests as it was.
    without = author.proposes(media=[])
    services.review.curation.approve(without.id, curator.person, round=1)
    services.review.curation.publish(without.id, other_curator.person)
