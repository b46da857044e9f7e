from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.identity import Municipality
from app.identity.errors import NotAllowed
from app.review.errors import BaseUnknown, RecordGone, TextMissing, TooMany
from app.review.models import NoticeKind
from app.review.responses import service
from app.review.responses.response import Reaction, ResponseCount, ResponseKind
from app.review.submission import Published, Rejected
from tests.functional.review.deeds import released, submitted
from tests.functional.review.node import AUTHOR, CURATOR, OTHER_AUTHOR, READER, ReviewNode
from tests.webnode.texts import record_id

NAMESAKE = replace(READER, id="id-emil", municipality=Municipality(name="Anderstadt", state="BY", ars="09999002"))


def reaction(node: ReviewNode, relation: ResponseKind = ResponseKind.REUSES, **changes: Any) -> Reaction:
    given = {"record_id": record_id("eins"), "digest": node.record("eins").digest, **changes}
    return Reaction(relation=relation, **given)


def published(outcome: Published | Rejected) -> Published:
    assert isinstance(outcome, Published), outcome
    return outcome


def test_it_is_a_record_with_the_municipalitys_word_as_its_source(node: ReviewNode) -> None:
    outcome = published(node.review.responses.respond(reaction(node, note="Läuft gut.\nSeit Mai."), OTHER_AUTHOR))
    record = node.record(outcome.slug, "response")
    assert record.title == "Anderstadt nutzt nach: Beispiel"
    assert record.data["target"] == record_id("eins")
    assert record.data["version"] == node.record("eins").digest
    assert [source.publisher for source in record.sources] == ["Anderstadt"]
    place = cast("Mapping[str, Any]", record.data["place"])
    assert (place["name"], place["state"], place["ars"]) == ("Anderstadt", "HE", "06999002")
    assert outcome.slug.startswith("06999002-")
    assert node.catalogue.disagreements() == ()
    [found] = node.review.responses.of(record_id("eins"))
    assert (found.relation, found.note) == (ResponseKind.REUSES, "Läuft gut. Seit Mai.")


def test_they_are_counted_by_record_and_lesson(node: ReviewNode) -> None:
    node.review.responses.respond(reaction(node), OTHER_AUTHOR)
    node.review.responses.respond(reaction(node, ResponseKind.CONFIRMS), AUTHOR)
    node.review.responses.respond(reaction(node, ResponseKind.CONFIRMS, lesson="klein-anfangen"), OTHER_AUTHOR)
    assert node.review.responses.counts(record_id("eins")) == (
        ResponseCount(lesson=None, reuses=1, confirms=1),
        ResponseCount(lesson="klein-anfangen", confirms=1),
    )
    assert node.review.responses.counts(record_id("zwei")) == (ResponseCount(lesson=None),)


def test_saying_it_twice_is_once_and_saying_something_else_replaces_it(node: ReviewNode) -> None:
    first = published(node.review.responses.respond(reaction(node), OTHER_AUTHOR))
    again = published(node.review.responses.respond(reaction(node), OTHER_AUTHOR))
    assert (again.slug, again.ver) == (first.slug, 1)
    changed = reaction(node, ResponseKind.CONTRADICTS, note="Bei uns fuhr niemand mit.")
    other = published(node.review.responses.respond(changed, OTHER_AUTHOR))
    assert (other.slug, other.ver) == (first.slug, 2)
    assert node.review.responses.counts(record_id("eins")) == (ResponseCount(lesson=None, contradicts=1),)


def test_a_contradiction_says_what_was_different(node: ReviewNode) -> None:
    with pytest.raises(TextMissing):
        node.review.responses.respond(reaction(node, ResponseKind.CONTRADICTS, note=" "), OTHER_AUTHOR)


def test_only_somebody_with_a_municipality_speaks_for_one(node: ReviewNode) -> None:
    """One has no employer, the other one works for an association without a town."""
    for person in (READER, CURATOR):
        with pytest.raises(NotAllowed):
            node.review.responses.respond(reaction(node), person)


def test_one_municipality_is_one_however_its_name_and_key_are_written(node: ReviewNode) -> None:
    first = published(node.review.responses.respond(reaction(node), OTHER_AUTHOR))
    town = Municipality(name="Stadt Anderstadt", state="HE", ars="069990000002")
    colleague = replace(READER, municipality=town)
    second = published(node.review.responses.respond(reaction(node, ResponseKind.CONFIRMS), colleague))
    assert (second.slug, second.record_id, second.ver) == (first.slug, first.record_id, 2)
    assert node.review.responses.counts(record_id("eins")) == (ResponseCount(lesson=None, confirms=1),)


def test_namesakes_are_two(node: ReviewNode) -> None:
    node.review.responses.respond(reaction(node), OTHER_AUTHOR)
    other = published(node.review.responses.respond(reaction(node), NAMESAKE))
    assert node.review.responses.counts(record_id("eins")) == (ResponseCount(lesson=None, reuses=2),)
    with pytest.raises(NotAllowed):
        node.review.responses.retract(other.slug, OTHER_AUTHOR)
    own = node.review.responses.own(node.record("eins"), None, NAMESAKE)
    assert own is not None
    assert own.slug == other.slug
    assert node.review.responses.own(node.record("eins"), None, AUTHOR) is None
    assert node.review.responses.own(node.record("eins"), None, READER) is None


@pytest.mark.parametrize("wrong", [{"digest": "sha256:" + "0" * 64}, {"lesson": "gibt-es-nicht"}])
def test_it_must_be_about_something_that_is_there(node: ReviewNode, wrong: dict[str, Any]) -> None:
    with pytest.raises(BaseUnknown):
        node.review.responses.respond(reaction(node, **wrong), OTHER_AUTHOR)
    with pytest.raises(RecordNotFound):
        node.review.responses.respond(reaction(node, record_id=record_id("nichts")), OTHER_AUTHOR)
    node.review.records.withdraw_record("concept", "eins", CURATOR, reason="error")
    gone = Reaction(record_id=record_id("eins"), digest="sha256:" + "0" * 64, relation=ResponseKind.REUSES)
    with pytest.raises(RecordWithdrawn):
        node.review.responses.respond(gone, OTHER_AUTHOR)


def test_what_is_too_long_comes_back_by_field(node: ReviewNode) -> None:
    outcome = node.review.responses.respond(reaction(node, note="x" * 501), OTHER_AUTHOR)
    assert isinstance(outcome, Rejected)
    assert [problem.field for problem in outcome.errors] == ["note"]


def test_it_can_be_taken_back_and_given_again(node: ReviewNode) -> None:
    slug = published(node.review.responses.respond(reaction(node), OTHER_AUTHOR)).slug
    with pytest.raises(NotAllowed):
        node.review.responses.retract(slug, AUTHOR)
    node.review.responses.retract(slug, OTHER_AUTHOR)
    assert node.review.responses.of(record_id("eins")) == ()
    with pytest.raises(RecordGone):
        node.review.responses.retract(slug, OTHER_AUTHOR)
    assert published(node.review.responses.respond(reaction(node), OTHER_AUTHOR)).ver == 3


def test_what_curators_took_down_stays_down(node: ReviewNode) -> None:
    slug = published(node.review.responses.respond(reaction(node), OTHER_AUTHOR)).slug
    node.review.responses.retract(slug, CURATOR)
    with pytest.raises(RecordGone):
        node.review.responses.respond(reaction(node), OTHER_AUTHOR)


def test_the_authors_are_told(node: ReviewNode) -> None:
    proposal = submitted(node, node.submission("eins", title="Von Anna"))
    released(node, proposal)
    node.review.responses.respond(reaction(node), OTHER_AUTHOR)
    notice = node.review.notices.of(AUTHOR.id)[0]
    assert (notice.kind, notice.params["slug"]) == (NoticeKind.RESPONDED, "eins")


def test_one_person_cannot_flood_the_node(node: ReviewNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_PER_DAY", 1)
    node.review.responses.respond(reaction(node), OTHER_AUTHOR)
    with pytest.raises(TooMany):
        node.review.responses.respond(reaction(node, lesson="klein-anfangen"), OTHER_AUTHOR)
