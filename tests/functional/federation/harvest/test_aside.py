"""What a list names and this node cannot show: set aside, shown as far as it is understood, and tried again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.federation.harvest import intake
from app.federation.harvest.report import End, Outcome
from app.federation.statement import Statement
from app.wiring.scheduler import maintain
from tests.netnodes.answering import correction, correction_id
from tests.netnodes.forging import changed, list_bytes, list_statement, published
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)


@pytest.fixture
def b(a: NetNode, b: NetNode) -> NetNode:
    """B, which follows A; A has a record."""
    a.publish(ONE)
    b.follow(a)
    return b


def aside(node: NetNode) -> list[tuple[str, str, str]]:
    """Return path, reason and detail of what was set aside."""
    return [(one.path, one.reason, one.detail) for one in node.services.harvest.set_aside()]


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("licence", {"license": "CC-BY-NC-4.0"}), ("licence", {"license": None}),
        ("schema_unknown", {"schema": "concept/2"}), ("schema_unknown", {"schema": "concept/12"}),
        ("schema_unknown", {"kind": "recipe", "schema": "recipe/1"}), ("schema", {"title": "x" * 500}),
        ("schema", {"topics": ["<script>"]}), ("schema", {"lessons": [{"id": "x"}]}), ("schema", {"sources": []}),
        ("schema", {"schema": "concept/1.7", "concept_kind": "song"}),
    ],
)  # fmt: skip
def test_records_not_understood_are_set_aside(a: NetNode, b: NetNode, reason: str, change: dict[str, Any]) -> None:
    list_statement(a, changed(published(a, ONE), change))
    report = b.harvest(a)
    assert (report.end, report.tally.reasons, report.findings) == (End.COMPLETE, {reason: 1}, True)
    assert +report.tally.outcomes == {Outcome.SET_ASIDE: 1}
    assert [one[:2] for one in aside(b)] == [(f"records/{ONE}.json", reason)]
    assert b.shown(a.origin) == {}


def of_another(statement: Statement, a: NetNode) -> Statement:
    stranger = replace(a.issuer, address="https://other.example")
    return replace(statement, issuer=stranger)


@pytest.mark.parametrize("path", [f"records/{TWO}.json", "records/x.json", f"records/{ONE}", f"records/a/{ONE}.json"])
def test_a_record_under_another_path_than_its_own_is_not_taken(a: NetNode, b: NetNode, path: str) -> None:
    list_statement(a, published(a, ONE), path)
    b.harvest(a)
    assert aside(b) == ([(path, "subject", a.issuer.sub(ONE))] if TWO in path else [])
    assert set(b.shown(a.origin)) == {ONE}


def test_a_node_speaks_for_its_own_records_alone(a: NetNode, b: NetNode) -> None:
    list_statement(a, of_another(published(a, ONE), a))
    assert b.harvest(a).tally.reasons == {"subject": 1}
    assert {entry.origin for entry in b.services.catalogue.heads()} == set()


def test_a_list_may_name_what_a_later_version_brings(a: NetNode, b: NetNode) -> None:
    list_bytes(a, "seen.json", b"{}")
    report = b.harvest(a)
    assert (report.end, report.findings) == (End.COMPLETE, False)
    assert aside(b) == []


def test_what_was_set_aside_is_not_fetched_until_the_list_names_another(net: Net, a: NetNode, b: NetNode) -> None:
    list_bytes(a, f"records/{TWO}.json", b"{}")
    b.harvest(a)
    a.publish(ONE, title="Neu")
    net.asked.clear()
    assert not b.harvest(a).findings
    assert not any(TWO in url for url in net.asked)
    a.publish(TWO)
    assert +b.harvest(a).tally.outcomes == {Outcome.NEW: 1}
    assert aside(b) == []


def test_what_was_set_aside_and_left_the_list_is_forgotten(a: NetNode, b: NetNode) -> None:
    list_bytes(a, f"records/{TWO}.json", b"{}")
    b.harvest(a)
    list_bytes(a, f"records/{TWO}.json", None)
    b.harvest(a)
    assert aside(b) == []
    assert set(b.shown(a.origin)) == {ONE}


def test_a_node_sends_so_many_corrections_of_records_here_in_a_day_and_the_others_come_later(
    net: Net, a: NetNode, b: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "DAILY_CORRECTIONS", 2)
    b.publish(TWO)
    here, elsewhere = b.issuer.sub(TWO), f"https://other.example/r/{TWO}"
    a.write({path: text for number in range(4) for path, text in correction(number, here).items()})
    report = b.harvest(a)
    assert (report.tally.outcomes[Outcome.NEW], report.tally.reasons) == (3, {"corrections": 2})
    edited = next(number for number in range(4) if correction_id(number) in b.shown(a.origin))
    a.write(correction(edited, here, text="Anders.") | correction(5, elsewhere))
    net.clock.forward(hours=23)
    late = b.harvest(a)
    assert +late.tally.outcomes == {Outcome.NEW: 1, Outcome.SET_ASIDE: 1, Outcome.ERASED: 1}, "an edit is one more"
    for brought in ({Outcome.NEW: 2, Outcome.SET_ASIDE: 1}, {Outcome.NEW: 1}):
        net.clock.forward(hours=25)
        maintain(b.services)
        assert +b.harvest(a).tally.outcomes == brought
    assert aside(b) == []


def test_the_operator_lets_everything_be_tried_again(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(TWO)
    later = replace(published(a, TWO), issued_at=net.clock() + timedelta(hours=1))
    list_statement(a, later)
    assert b.harvest(a).tally.reasons == {"future": 1}
    net.clock.forward(hours=2)
    assert b.harvest(a).end is End.UNCHANGED
    b.services.harvest.try_again(a.origin)
    assert b.services.harvest.nodes.due() == (a.issuer,)
    assert +b.harvest(a).tally.outcomes == {Outcome.NEW: 1}
    assert set(b.shown(a.origin)) == {ONE, TWO}


@pytest.mark.parametrize(("ahead", "shown"), [(timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False)])
def test_a_date_may_be_five_minutes_ahead(net: Net, a: NetNode, b: NetNode, ahead: timedelta, shown: bool) -> None:
    list_statement(a, replace(published(a, ONE), issued_at=net.clock() + ahead))
    assert b.harvest(a).tally.reasons == ({} if shown else {"future": 1})
    assert (ONE in b.shown(a.origin)) is shown


def test_a_readable_name_belongs_to_one_record_and_stays(a: NetNode, b: NetNode) -> None:
    b.harvest(a)
    before = published(a, ONE)
    list_statement(a, changed(before, {"id": TWO}, record_id=TWO))
    assert b.harvest(a).tally.reasons == {"name": 1}
    assert b.shown(a.origin) == {ONE: (1, "Ein Beispiel")}
    list_statement(a, changed(before, {"title": "Anders"}, ver=2, prev=before.digest, slug="anders"))
    assert b.harvest(a).tally.reasons == {"name": 1}
    assert b.shown(a.origin) == {}, "the list does not name that version any more"


def test_a_copy_that_the_list_does_not_name_any_more_is_not_shown_whatever_came_instead(a: NetNode, b: NetNode) -> None:
    b.harvest(a)
    list_bytes(a, f"records/{ONE}.json", b"{}")
    assert +b.harvest(a).tally.outcomes == {Outcome.SET_ASIDE: 1, Outcome.ERASED: 1}
    assert b.shown(a.origin) == {}
    a.publish(ONE, title="Wieder lesbar")
    b.harvest(a)
    assert b.shown(a.origin) == {ONE: (2, "Wieder lesbar")}


def test_of_a_later_minor_version_what_is_understood_is_shown_and_all_is_kept(a: NetNode, b: NetNode) -> None:
    front: Any = published(a, ONE).record
    news = {
        "schema": "concept/1.7",
        "weather": {"of": ["the", "day"]},
        "lessons": [{**front["lessons"][0], "mood": "glad"}, {**front["lessons"][0], "id": "zwei", "kind": "danced"}],
        "steps": [*front["steps"], {"title": 7}],
    }
    later = changed(published(a, ONE), news, body=published(a, ONE).body + "\n## Neu {#new-section}\n\nNeues.\n")
    list_statement(a, later)
    b.harvest(a)
    entry = b.services.catalogue.head(ONE, a.origin)
    record = b.services.catalogue.record(entry)
    assert entry.digest == record.digest == later.digest
    assert [lesson.id for lesson in record.lessons] == ["klein-anfangen"]
    assert "weather" not in record.data
    steps: Any = record.data["steps"]
    assert [dict(step) for step in steps] == [front["steps"][0]]
    assert b.services.harvest.records.entry(a.origin, ONE).record.payload.encode() == later.payload()


def test_relations_name_records_of_the_same_origin(a: NetNode, b: NetNode) -> None:
    b.publish(ONE)
    list_statement(a, changed(published(a, ONE), {"relations": [{"rel": "related", "target": "concept/beispiel-1"}]}))
    assert b.harvest(a).tally.stored == 1
    record = b.services.catalogue.record(b.services.catalogue.head(ONE, a.origin))
    assert [record.refer(relation.target) for relation in record.relations] == ["concept/beispiel-1@a.example"]
