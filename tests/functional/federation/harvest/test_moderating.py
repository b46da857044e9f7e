"""Records taken out of sight, one by one and all of a node, and brought back."""

import pytest
from sqlmodel import select

from app.catalogue import RecordNotFound
from app.federation.harvest.foreign_records import ForeignRecordNotFound
from app.federation.harvest.models import NodeState
from app.federation.harvest.moderation import ReasonMissing
from app.federation.harvest.nodes import NodeNotKnown
from app.federation.issuer import Issuer
from app.search.meaning.store import VectorStore
from app.search.models import PassageRow, VectorRow
from app.search.query import SearchQuery
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)
WHY = {"actor": "person-1", "reason": "Rechte Dritter"}


@pytest.fixture
def net(net: Net) -> Net:
    """Nodes that index what they take in, because these tests search."""
    net.searching = True
    return net


def found(node: NetNode) -> set[str]:
    return {hit.uid for hit in node.services.search.search(SearchQuery()).hits}


def test_a_hidden_record_is_neither_shown_nor_handed_on(a: NetNode, taken: NetNode) -> None:
    assert taken.services.harvest.moderation.hide(a.origin, ONE, **WHY)
    assert not taken.services.harvest.moderation.hide(a.origin, ONE, **WHY)
    assert set(taken.shown(a.origin)) == {TWO}
    assert found(taken) == {f"{a.origin}|{TWO}"}
    with pytest.raises(RecordNotFound):
        taken.services.catalogue.head(ONE, a.origin)
    oai = taken.services.oai
    oai.projection.catch_up()
    assert oai.items.get(a.origin, ONE) is None
    with pytest.raises(RecordNotFound):
        taken.services.federation.held.payload(a.origin, ONE, 1)
    target = taken.services.harvest.records.entry(a.origin, ONE).record.target
    handed_on = taken.services.harvest.mirrored(a.origin, "targets", f"records/{target}.{ONE}.json")
    assert handed_on is None
    assert oai.projection.disagreements() == ()


def test_a_hidden_record_stays_hidden_when_edited_and_comes_back_edited(net: Net, a: NetNode, taken: NetNode) -> None:
    taken.services.harvest.moderation.hide(a.origin, ONE, **WHY)
    net.clock.forward(hours=1)
    a.publish(ONE, title="Neue Fassung")
    assert taken.harvest(a).error == ""
    assert set(taken.shown(a.origin)) == {TWO}
    assert taken.services.harvest.moderation.unhide(a.origin, ONE, actor="person-2", reason="Geklärt")
    assert taken.shown(a.origin)[ONE] == (2, "Neue Fassung")
    assert [(one.action, one.actor, one.reason) for one in taken.services.harvest.moderation.log()] == [
        ("unhide", "person-2", "Geklärt"),
        ("hide", "person-1", "Rechte Dritter"),
    ]


def test_a_withdrawal_reaches_a_hidden_record(net: Net, a: NetNode, taken: NetNode) -> None:
    taken.services.harvest.moderation.hide(a.origin, ONE, **WHY)
    net.clock.forward(hours=1)
    a.withdraw(ONE)
    taken.harvest(a)
    assert taken.services.harvest.records.entry(a.origin, ONE).record.withdrawn


def test_blocking_a_node_hides_all_of_it_and_takes_nothing_more(net: Net, a: NetNode, taken: NetNode) -> None:
    taken.services.harvest.moderation.hide(a.origin, TWO, **WHY)
    assert taken.services.harvest.moderation.block(a.issuer, **WHY) == 1
    assert taken.shown(a.origin) == {}
    assert found(taken) == set()
    assert taken.services.harvest.nodes.due() == ()
    net.clock.forward(hours=1)
    assert taken.services.harvest.moderation.unblock(a.issuer, **WHY) == 1
    assert set(taken.shown(a.origin)) == {ONE}
    a.publish(record_id(3))
    taken.harvest(a)
    assert set(taken.shown(a.origin)) == {ONE, record_id(3)}


def test_every_decision_needs_a_reason_and_something_to_decide_about(a: NetNode, taken: NetNode) -> None:
    harvest = taken.services.harvest
    with pytest.raises(ReasonMissing):
        harvest.moderation.hide(a.origin, ONE, actor="person-1", reason="  ")
    with pytest.raises(ForeignRecordNotFound):
        harvest.moderation.hide(a.origin, record_id(9), **WHY)
    with pytest.raises(NodeNotKnown):
        harvest.moderation.block(Issuer.parse("https://fremd.example"), **WHY)
    assert harvest.moderation.log() == ()


def test_hidden_record_leaves_no_vector(net: Net, a: NetNode) -> None:
    compares = net.node("m", meaning="auto")
    a.publish(ONE, text="Ein Bus fährt nachts auf Zuruf.")
    a.publish(TWO, title="Noch eines")
    compares.follow(a)
    compares.harvest(a)
    assert not compares.services.derivation.work(lambda: False)
    store = VectorStore(compares.services.sessions)
    assert store.uids() == {f"{a.origin}|{ONE}", f"{a.origin}|{TWO}"}
    compares.services.harvest.moderation.hide(a.origin, ONE, **WHY)
    assert not compares.services.derivation.work(lambda: False)
    assert store.uids() == {f"{a.origin}|{TWO}"}
    with compares.services.sessions.reading() as db:
        held = {row.key for row in db.exec(select(VectorRow))}
        needed = {row.key for row in db.exec(select(PassageRow))}
    assert held == needed


def test_a_node_that_was_removed_leaves_nothing_and_decisions_survive(net: Net, a: NetNode, taken: NetNode) -> None:
    harvest = taken.services.harvest
    harvest.moderation.hide(a.origin, ONE, **WHY)
    harvest.moderation.block(a.issuer, **WHY)
    harvest.remove(a.issuer)
    assert (harvest.views(), harvest.nodes.record_counts(), found(taken)) == ((), {}, set())
    with pytest.raises(ForeignRecordNotFound):
        harvest.records.entry(a.origin, ONE)
    taken.follow(a)
    assert harvest.nodes.get(a.issuer).state is NodeState.BLOCKED
    harvest.moderation.unblock(a.issuer, **WHY)
    taken.harvest(a)
    assert set(taken.shown(a.origin)) == {TWO}
