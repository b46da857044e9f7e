"""Records written after other schemas: set aside, or shown as far as they are understood."""

from __future__ import annotations

from typing import Any

import pytest

from app.catalogue import RecordWithdrawn
from app.federation.fetching import Fetched, FetchFailed, Wanted
from tests.netnodes.forging import changed, delivering, published, signed
from tests.netnodes.net import Net, NetNode, Tamper, record_id, tombstone

ONE = record_id(1)


def alone(net: Net, sub: str, jws: str) -> Tamper:
    """A network that lists one statement and brings nothing else through."""

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/v/" in wanted.url or "/state.txt" in wanted.url:
            raise FetchFailed("status", "404")
        return delivering(net, (sub, jws))(wanted, answer)

    return tamper


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("licence", {"license": "CC-BY-NC-4.0"}),
        ("licence", {"license": None}),
        ("schema_unknown", {"schema": "concept/2"}),
        ("schema_unknown", {"schema": "concept/12"}),
        ("schema_unknown", {"kind": "recipe", "schema": "recipe/1"}),
        ("schema", {"title": "x" * 500}),
        ("schema", {"topics": ["<script>"]}),
        ("schema", {"lessons": [{"id": "x"}]}),
        ("schema", {"sources": []}),
    ],
)
def test_records_that_cannot_be_understood_are_set_aside(
    net: Net, a: NetNode, b: NetNode, reason: str, change: dict[str, Any]
) -> None:
    a.publish(ONE)
    b.follow(a)
    wrong = changed(published(a, ONE), change)
    net.tamper = delivering(net, (wrong.sub, signed(a, wrong)))
    assert b.harvest(a).reasons[reason] == 1
    (aside,) = [one for one in b.services.harvest.quarantine.all() if one.reason == reason]
    assert (aside.sub, aside.issuer, aside.ver) == (wrong.sub, a.issuer.address, 1)


def test_of_a_later_minor_version_what_is_understood_is_shown_and_all_is_handed_on(
    net: Net, a: NetNode, b: NetNode
) -> None:
    a.publish(ONE)
    b.follow(a)
    front: Any = published(a, ONE).record
    news = {
        "schema": "concept/1.7",
        "weather": {"of": ["the", "day"]},
        "lessons": [{**front["lessons"][0], "mood": "glad"}, {**front["lessons"][0], "id": "zwei", "kind": "danced"}],
        "steps": [*front["steps"], {"title": 7}],
    }
    later = changed(published(a, ONE), news, body=published(a, ONE).body + "\n## Neu {#new-section}\n\nNeues.\n")
    net.tamper = alone(net, later.sub, signed(a, later))
    b.harvest(a)
    entry = b.services.catalogue.head(ONE, a.origin)
    record = b.services.catalogue.record(entry)
    assert entry.digest == record.digest == later.digest
    assert [lesson.id for lesson in record.lessons] == ["klein-anfangen"]
    assert "weather" not in record.data
    steps: Any = record.data["steps"]
    assert [dict(step) for step in steps] == [front["steps"][0]]
    kept = b.services.federation.held.by_digest(later.digest)
    assert kept == signed(a, later)


def test_of_a_later_minor_version_that_lacks_what_is_needed_nothing_is_shown(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    later = changed(published(a, ONE), {"schema": "concept/1.7", "concept_kind": "song"})
    net.tamper = alone(net, later.sub, signed(a, later))
    assert dict(b.harvest(a).reasons) == {"schema": 1}
    assert b.shown(a.origin) == {}


def test_relations_name_records_of_the_same_origin(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.publish(ONE)
    b.follow(a)
    relations = [{"rel": "related", "target": "concept/beispiel-1"}]
    related = changed(published(a, ONE), {"relations": relations})
    net.tamper = alone(net, related.sub, signed(a, related))
    report = b.harvest(a)
    assert report.taken == 1, report
    record = b.services.catalogue.record(b.services.catalogue.head(ONE, a.origin))
    assert [record.refer(relation.target) for relation in record.relations] == ["concept/beispiel-1@a.example"]


def test_what_takes_the_place_of_a_withdrawn_record_lies_at_its_home(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    net.clock.forward(hours=1)
    gone = tombstone(ONE).replace(b"reason: error", b"reason: superseded\nsuccessor: concept/beispiel-2")
    a.write({"concepts/beispiel-1/index.md": gone})
    b.harvest(a)
    with pytest.raises(RecordWithdrawn) as withdrawn:
        b.services.catalogue.head(ONE, a.origin)
    note = b.services.catalogue.withdrawal(withdrawn.value.entry)
    assert (note.reason, note.successor) == ("superseded", "https://a.example/konzepte/beispiel-2")
